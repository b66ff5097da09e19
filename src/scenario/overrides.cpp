#include "scenario/overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "scenario/describe.h"
#include "scenario/keys.h"
#include "scenario/profile.h"
#include "scenario/sections.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

Duration scaled(Duration time, double factor) {
  return Duration(std::llround(static_cast<double>(time.count()) * factor));
}

std::string too_many(double arrivals) {
  return fmt::format("about {:.3g} buyers would come; at most 1e+09 are possible", arrivals);
}

double total_arrivals(const Load& load) {
  double sum = 0;
  for (const Stage& stage : load.stages) sum += expected_arrivals(stage, stage.duration);
  return sum;
}

}  // namespace

Result<Override> set_override(std::string_view assignment) {
  const std::string shown = fmt::format("--set {}", printable(assignment));
  const std::size_t equals = assignment.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == assignment.size()) {
    return invalid(fmt::format("{}: key=value is needed, such as --set load.rate=500", shown));
  }
  const auto trim = [](std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::string(text);
  };
  return Override{trim(assignment.substr(0, equals)), trim(assignment.substr(equals + 1)), shown};
}

Override seed_override(std::uint64_t seed) {
  return {"seed", fmt::format("{}", seed), fmt::format("--seed {}", seed)};
}

Override repetitions_override(int repetitions) {
  return {"repetitions", fmt::format("{}", repetitions),
          fmt::format("--repetitions {}", repetitions)};
}

Override strategies_override(const std::vector<std::string>& names) {
  CHECK(!names.empty());
  return {"strategies", fmt::format("{}", fmt::join(names, ",")),
          fmt::format("--strategy {}", printable(fmt::format("{}", fmt::join(names, " "))))};
}

Result<Done> scale_rate(Scenario& scenario, double rate) {
  const double most = find_key("load.rate")->high;
  if (scenario.load.model == Load::Model::closed) {
    return invalid("--rate: the load is closed and has no rate; --set load.buyers=N sets its size");
  }
  if (!scenario.load.trace_file.empty()) {
    return invalid("--rate: a trace has its own; --set load.speedup=N replays it faster");
  }
  if (!(rate > 0 && rate <= most)) {
    return invalid(
        fmt::format("--rate {}: above 0 and at most {:.0f} sessions/s is possible", rate, most));
  }
  double peak = 0;
  for (const Stage& stage : scenario.load.stages) {
    peak = std::max({peak, stage.rate, stage.rate_to, stage.quiet_rate});
  }
  Load load = scenario.load;
  for (Stage& stage : load.stages) {
    for (double* each : {&stage.rate, &stage.rate_to, &stage.quiet_rate}) {
      *each = *each == peak ? rate : *each * (rate / peak);
    }
  }
  if (total_arrivals(load) > 1e9) return invalid("--rate: " + too_many(total_arrivals(load)));
  scenario.load = std::move(load);
  scenario.resolved = resolved_values(scenario);
  return Done{};
}

Result<Done> scale_duration(Scenario& scenario, Duration duration) {
  const std::string shown = format_duration(duration);
  if (duration < 1ms || duration > 24h) {
    return invalid(fmt::format("--duration {}: 1ms to 24h is possible", shown));
  }
  Load load = scenario.load;
  if (load.model == Load::Model::closed) {
    load.closed_duration = duration;
  } else if (load.trace) {
    const KeyRow& key = *find_key("load.speedup");
    load.speedup *= to_seconds(load.duration()) / to_seconds(duration);
    if (load.speedup < key.low || load.speedup > key.high) {
      return invalid(
          fmt::format("--duration {}: load.speedup would be {:.3g}; {} to {} is possible", shown,
                      load.speedup, key.low, key.high));
    }
  } else {
    const double factor = to_seconds(duration) / to_seconds(load.duration());
    Duration rest = duration;
    for (Stage& stage : load.stages) {
      const bool last = &stage == &load.stages.back();
      stage.duration = last ? rest : std::max(scaled(stage.duration, factor), Duration(1us));
      rest -= stage.duration;
      stage.at = scaled(stage.at, factor);
      if (stage.decay > Duration{})
        stage.decay = std::max(scaled(stage.decay, factor), Duration(1us));
      if (stage.duration < 1us || (stage.at > Duration{} && stage.at >= stage.duration)) {
        return invalid(fmt::format("--duration {}: too short for the load's stages", shown));
      }
    }
    if (total_arrivals(load) > 1e9) return invalid("--duration: " + too_many(total_arrivals(load)));
  }
  scenario.load = std::move(load);
  scenario.resolved = resolved_values(scenario);
  return Done{};
}

}  // namespace doorbuster
