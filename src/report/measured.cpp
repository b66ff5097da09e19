#include "report/measured.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "measure/validity.h"

namespace doorbuster {
namespace {

double figure(const Distilled& distribution, double percentile) {
  if (percentile == 50) return distribution.p50_us;
  if (percentile == 90) return distribution.p90_us;
  if (percentile == 99) return distribution.p99_us;
  CHECK(percentile == 99.9, "no result has p{}", percentile);
  return distribution.p999_us;
}

// Three significant digits; whole numbers from 100 on.
std::string digits(double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::abs(value);
  if (size == 0) return "0";
  if (size < 0.9995) return fmt::format("{:.3f}", value);
  if (size < 9.995) return fmt::format("{:.2f}", value);
  if (size < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string scaled(const std::optional<Spread>& value, double factor) {
  if (!value) return "-";
  return digits(value->median * factor) + (value->thin ? "~" : "");
}

std::string scaled_range(const std::optional<Spread>& value, double factor) {
  if (!value) return "-";
  return fmt::format("{}-{}", digits(value->low * factor), digits(value->high * factor));
}

}  // namespace

std::optional<Measured> percentile(const Distilled& distribution, double percentile) {
  if (distribution.count <= 0) return std::nullopt;
  const std::int64_t tenths = std::llround(percentile * 10);  // of a percent, so that 99.9 is exact
  const std::int64_t beyond = distribution.count * (1000 - tenths) / 1000;
  return Measured{figure(distribution, percentile), distribution.count,
                  beyond < static_cast<std::int64_t>(kSamplesBeyond)};
}

std::optional<Measured> mean(const Distilled& distribution) {
  if (distribution.count <= 0) return std::nullopt;
  return Measured{distribution.mean_us, distribution.count, false};
}

std::optional<Measured> highest(const Distilled& distribution) {
  if (distribution.count <= 0) return std::nullopt;
  return Measured{distribution.max_us, distribution.count, false};
}

std::optional<Measured> counted_figure(std::optional<double> value, std::int64_t samples) {
  if (!value) return std::nullopt;
  return Measured{*value, samples, false};
}

std::optional<Spread> spread(const std::vector<std::optional<Measured>>& of_trials) {
  std::vector<double> values;
  Spread spread;
  for (const std::optional<Measured>& each : of_trials) {
    if (!each || !std::isfinite(each->value)) continue;
    spread.samples = values.empty() ? each->samples : std::min(spread.samples, each->samples);
    spread.thin = spread.thin || each->thin;
    values.push_back(each->value);
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  spread.trials = static_cast<int>(values.size());
  spread.low = values.front();
  spread.high = values.back();
  spread.median = (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
  return spread;
}

std::string in_ms(const std::optional<Spread>& micros) { return scaled(micros, 1e-3); }
std::string range_in_ms(const std::optional<Spread>& micros) { return scaled_range(micros, 1e-3); }
std::string plain(const std::optional<Spread>& value) { return scaled(value, 1); }
std::string range(const std::optional<Spread>& value) { return scaled_range(value, 1); }

std::string in_percent(const std::optional<Spread>& ratio) {
  return ratio ? fmt::format("{:.1f}", 100 * ratio->median) : "-";
}

std::string plain(const std::optional<std::int64_t>& count) {
  return count ? fmt::format("{}", *count) : "-";
}

std::optional<std::int64_t> StrategySummary::worst(
    std::optional<std::int64_t> AuditResult::*figure) const {
  std::optional<std::int64_t> highest_count;
  for (const TrialResult* trial : trials) {
    const std::optional<std::int64_t>& count = trial->audit.*figure;
    if (count) highest_count = std::max(highest_count.value_or(*count), *count);
  }
  return highest_count;
}

namespace {

void add(StrategySummary& summary, const TrialResult& trial) {
  const bool first = summary.trials.empty();
  summary.trials.push_back(&trial);
  summary.validity = std::max(summary.validity, trial.validity);
  const auto badness = [](Verdict verdict) {
    return verdict == Verdict::holds ? 0 : verdict == Verdict::undecided ? 1 : 2;
  };
  if (badness(trial.audit.verdict) > badness(summary.audit)) summary.audit = trial.audit.verdict;
  if (first || trial.audit.as_expected == false) {
    summary.as_expected = trial.audit.as_expected;
  } else if (!trial.audit.as_expected && summary.as_expected == true) {
    summary.as_expected.reset();
  }
  const auto broke = [](const auto& one) {
    return one.verdict == Verdict::broken && !one.as_expected;
  };
  summary.broke_unexpectedly = summary.broke_unexpectedly ||
                               std::ranges::any_of(trial.audit.invariants, broke) ||
                               std::ranges::any_of(trial.audit.properties, broke);
  const auto& sold = trial.audit.database_sold_units;
  if (sold && (!summary.sold || *sold > *summary.sold)) {
    summary.sold = sold;
    summary.stock = trial.audit.initial_units;
  }
}

}  // namespace

std::vector<StrategySummary> summarize(const RunResult& result) {
  std::vector<StrategySummary> summaries;
  for (const TrialResult& trial : result.trials) {
    auto found = std::find_if(summaries.begin(), summaries.end(), [&](const StrategySummary& each) {
      return each.name == trial.strategy;
    });
    if (found == summaries.end()) {
      found = summaries.emplace(summaries.end());
      found->name = trial.strategy;
    }
    add(*found, trial);
  }
  return summaries;
}

std::string_view verdict_word(const StrategySummary& strategy) {
  if (!strategy.as_expected) return "undecided";
  if (!*strategy.as_expected) return strategy.broke_unexpectedly ? "BROKEN" : "not shown";
  return strategy.audit == Verdict::holds ? "holds" : "as expected";
}

std::optional<Spread> view_latency(const StrategySummary& strategy, double p) {
  return strategy.over_trials(
      [p](const TrialResult& trial) { return percentile(trial.latency.view, p); });
}
std::optional<Spread> buy_latency(const StrategySummary& strategy, double p) {
  return strategy.over_trials(
      [p](const TrialResult& trial) { return percentile(trial.latency.buy, p); });
}
std::optional<Spread> goodput(const StrategySummary& strategy) {
  return strategy.over_trials([](const TrialResult& trial) {
    return counted_figure(trial.throughput.goodput_units_per_s, trial.counts.sold);
  });
}
std::optional<Spread> hit_ratio(const StrategySummary& strategy) {
  return strategy.over_trials([](const TrialResult& trial) {
    return counted_figure(trial.cache.hit_ratio, trial.cache.hits + trial.cache.misses);
  });
}

}  // namespace doorbuster
