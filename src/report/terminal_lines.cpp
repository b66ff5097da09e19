#include "report/terminal_lines.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "report/escape.h"
#include "report/fault_words.h"

namespace doorbuster {
namespace {

std::string stale_line(const TrialResult& trial, bool several) {
  const StalenessResult& of = trial.audit.staleness;
  const double share = static_cast<double>(of.stale) / static_cast<double>(of.views);
  return fmt::format(
      "{}: {} % of {} views, at least p50 {} ms, p99 {} ms, max {} ms old; {} showed stock when "
      "there was none, {} none when there was stock",
      trial_name(trial, several), in_percent(spread({counted_figure(share, of.views)})), of.views,
      in_ms(spread({percentile(of.certain_age, 50)})),
      in_ms(spread({percentile(of.certain_age, 99)})), in_ms(spread({highest(of.certain_age)})),
      of.shows_stock_when_none, of.shows_none_when_stock);
}

struct Undecided {
  std::string_view why;
  std::vector<std::string_view> names;
  std::vector<const TrialResult*> trials;
};

template <class Part>
void add_once(std::vector<Part>& all, Part one) {
  if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

template <class Judged>
void add_undecided(std::vector<Undecided>& undecided, const TrialResult* trial,
                   const std::vector<Judged>& all) {
  for (const Judged& each : all) {
    if (each.verdict != Verdict::undecided || each.as_expected) continue;
    auto same = std::ranges::find(undecided, each.witness, &Undecided::why);
    if (same == undecided.end()) same = undecided.insert(same, {each.witness, {}, {}});
    add_once(same->names, std::string_view(each.name));
    add_once(same->trials, trial);
  }
}

}  // namespace

std::string trial_name(const TrialResult& trial, bool several) {
  const std::string name = terminal_safe(trial.strategy);
  return several ? fmt::format("{}, trial {}", name, trial.repetition) : name;
}

std::vector<std::string> stale_lines(const std::vector<StrategySummary>& strategies, bool several) {
  std::vector<std::string> lines;
  for (const StrategySummary& strategy : strategies) {
    const auto stale = [](const TrialResult* trial) { return trial->audit.staleness.stale; };
    const TrialResult* worst = *std::ranges::max_element(strategy.trials, {}, stale);
    if (worst->audit.staleness.stale > 0) lines.push_back(stale_line(*worst, several));
  }
  return lines;
}

std::vector<std::string> agreement_lines(const std::vector<StrategySummary>& strategies,
                                         bool several) {
  constexpr double kAtOnce = 0.001;  // s; the first look already found them agree
  std::vector<std::string> lines;
  for (const StrategySummary& strategy : strategies) {
    const auto lasted = [](const TrialResult* trial) {
      const StalenessResult& of = trial->audit.staleness;
      const bool never = of.agrees_note.starts_with("did not");
      return never ? std::numeric_limits<double>::infinity() : of.agrees_after_s.value_or(0);
    };
    const TrialResult* worst = *std::ranges::max_element(strategy.trials, {}, lasted);
    if (lasted(worst) < kAtOnce) continue;
    const StalenessResult& of = worst->audit.staleness;
    lines.push_back(fmt::format("{}: {}", trial_name(*worst, several),
                                of.agrees_after_s
                                    ? fmt::format("agreed again after {:.3f} s", *of.agrees_after_s)
                                    : terminal_safe(of.agrees_note)));
  }
  return lines;
}

std::vector<std::string> undecided_lines(const std::vector<StrategySummary>& strategies) {
  std::vector<std::string> lines;
  for (const StrategySummary& strategy : strategies) {
    const std::size_t all = strategy.trials.size();
    std::vector<Undecided> undecided;
    for (const TrialResult* trial : strategy.trials) {
      add_undecided(undecided, trial, trial->audit.invariants);
      add_undecided(undecided, trial, trial->audit.properties);
    }
    for (const auto& [why, names, trials] : undecided) {
      lines.push_back(
          fmt::format("{}: {}: {}{}", terminal_safe(strategy.name),
                      terminal_safe(fmt::format("{}", fmt::join(names, ", "))), terminal_safe(why),
                      all == 1 ? "" : fmt::format(" (in {} of {} trials)", trials.size(), all)));
    }
  }
  return lines;
}

std::vector<std::string> gate_lines(const std::vector<StrategySummary>& strategies, bool several) {
  std::vector<std::string> lines;
  for (const StrategySummary& strategy : strategies) {
    const auto apart = [](const TrialResult* trial) {
      const GateDivergenceResult of = trial->audit.gate_divergence.value_or(GateDivergenceResult{});
      return of.granted_without_row + of.rows_without_grant - of.unknown_changes;
    };
    const TrialResult* worst = *std::ranges::max_element(strategy.trials, {}, apart);
    if (apart(worst) <= 0) continue;
    const GateDivergenceResult& of = *worst->audit.gate_divergence;
    const auto alone = of.granted_without_row + of.rows_without_grant;
    lines.push_back(
        fmt::format("{}: of {} orders {} stand at the gate alone and {} in the database alone",
                    trial_name(*worst, several), of.orders_in_both + alone, of.granted_without_row,
                    of.rows_without_grant));
  }
  return lines;
}

std::vector<std::string> unknown_lines(const RunResult& result, bool several) {
  std::vector<std::string> lines;
  for (const TrialResult& trial : result.trials) {
    const auto& of = trial.audit.unknown;
    if (!of || of->attempts == 0) continue;
    std::string line = fmt::format("{}: {} attempts, {} sold and {} not; {} duplicates, {} zombies",
                                   trial_name(trial, several), of->attempts, of->sold, of->not_sold,
                                   of->duplicates, of->zombies);
    if (of->possible_zombies > of->zombies) {
      line += fmt::format(" (possibly {})", of->possible_zombies);
    }
    if (of->leaked_units) line += fmt::format(", {} units leaked", *of->leaked_units);
    lines.push_back(std::move(line));
    if (!of->witnesses.empty()) {
      const UnknownWitnessResult& first = of->witnesses.front();
      lines.push_back(fmt::format("{}, {}: {}", trial_name(trial, several),
                                  terminal_safe(first.fate), terminal_safe(first.witness)));
    }
  }
  return lines;
}

std::vector<std::string> figure_lines(const RunResult& result, bool several) {
  std::vector<std::string> lines;
  for (const TrialResult& trial : result.trials) {
    std::string words;
    for (const auto& [name, time] : trial.figures.times) {
      if (time.count == 0) continue;
      words += fmt::format("{}{} {} x, p50 {} ms, p99 {} ms", words.empty() ? "" : "; ",
                           terminal_safe(name), time.count, in_ms(spread({percentile(time, 50)})),
                           in_ms(spread({percentile(time, 99)})));
    }
    for (const auto& [name, n] : trial.figures.counts) {
      if (n == 0) continue;
      words += fmt::format("{}{} {}", words.empty() ? "" : "; ", terminal_safe(name), n);
    }
    if (!words.empty()) lines.push_back(fmt::format("{}: {}", trial_name(trial, several), words));
  }
  return lines;
}

std::vector<std::string> error_lines(const RunResult& result, bool several) {
  std::vector<std::string> lines;
  for (const TrialResult& trial : result.trials) {
    for (const ErrorResult& error : trial.errors) {
      if (error.count == 0) continue;
      lines.push_back(fmt::format("{}: {} x {} {}{}{}", trial_name(trial, several), error.count,
                                  terminal_safe(error.store), terminal_safe(error.cause),
                                  error.code.empty() ? "" : " ", terminal_safe(error.code)));
    }
  }
  return lines;
}

std::vector<std::string> fault_lines(const RunResult& result, bool several) {
  std::vector<std::string> lines;
  for (const TrialResult& trial : result.trials) {
    for (const FaultResult& fault : trial.faults) {
      lines.push_back(
          fmt::format("{}: {}", trial_name(trial, several), terminal_safe(fault_words(fault))));
      if (const std::string did = effect_words(fault); !did.empty()) lines.push_back("  " + did);
    }
  }
  return lines;
}

std::vector<std::string> threshold_lines(const RunResult& result, bool several) {
  std::vector<std::string> lines;
  for (const ThresholdResult& each : result.thresholds) {
    const auto value = spread({counted_figure(each.value, each.samples)});
    const std::string measured = value ? fmt::format("measured {} {} ({} samples)", plain(value),
                                                     terminal_safe(each.unit), each.samples)
                                       : "nothing measured";
    const std::string trial = several ? fmt::format(", trial {}", each.repetition) : "";
    lines.push_back(fmt::format("{}: {}{}: {}, {}",
                                !each.holds   ? "undecided"
                                : *each.holds ? "holds"
                                              : "BROKEN",
                                terminal_safe(each.strategy), trial, terminal_safe(each.expression),
                                measured));
  }
  return lines;
}

}  // namespace doorbuster
