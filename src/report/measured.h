// A figure as a report shows it: never without what it rests on. A percentile with fewer than 100
// samples beyond it is thin, and marked "~" in its cell wherever it stands. Over several trials the
// median stands for all, beside the lowest and the highest. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/result.h"

namespace doorbuster {

struct Measured {
  double value = 0;
  std::int64_t samples = 0;
  bool thin = false;  // too few samples beyond it
};

struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
  std::int64_t samples = 0;  // of the trial with the fewest
  int trials = 0;
  bool thin = false;  // in any trial
};

// Nothing where there is no sample.
std::optional<Measured> percentile(const Distilled& distribution, double percentile);
std::optional<Measured> mean(const Distilled& distribution);
std::optional<Measured> highest(const Distilled& distribution);
std::optional<Measured> counted_figure(std::optional<double> value, std::int64_t samples);

// Of those that are there; nothing where none is.
std::optional<Spread> spread(const std::vector<std::optional<Measured>>& of_trials);

// Microseconds in, milliseconds with three digits out, "~" behind what is thin; "-" for nothing.
std::string in_ms(const std::optional<Spread>& micros);
std::string range_in_ms(const std::optional<Spread>& micros);  // "3.90-4.40"
std::string plain(const std::optional<Spread>& value);         // three digits, or a whole number
std::string range(const std::optional<Spread>& value);
std::string in_percent(const std::optional<Spread>& ratio);  // of a ratio
std::string plain(const std::optional<std::int64_t>& count);

// All trials of a strategy.
struct StrategySummary {
  std::string name;  // as in the result: escape it
  std::vector<const TrialResult*> trials;
  Validity validity = Validity::valid;      // the worst
  Verdict audit = Verdict::holds;           // the worst
  std::optional<bool> as_expected;          // of all trials; nothing: not decided
  bool broke_unexpectedly = false;          // an invariant broke that should have held
  std::optional<std::int64_t> stock, sold;  // of the trial that sold most

  // The worst of the trials: the highest count.
  std::optional<std::int64_t> worst(std::optional<std::int64_t> AuditResult::*figure) const;

  template <class Of>
  std::optional<Spread> over_trials(Of of) const {
    std::vector<std::optional<Measured>> values;
    for (const TrialResult* trial : trials) values.push_back(of(*trial));
    return spread(values);
  }
};

// In the order in which the strategies first appear. Points into the result.
std::vector<StrategySummary> summarize(const RunResult& result);

// "holds", "as expected" (it broke what it was expected to), "BROKEN", "not shown" (it was expected
// to break and did not) or "undecided".
std::string_view verdict_word(const StrategySummary& strategy);

// The columns of both reports.
std::optional<Spread> view_latency(const StrategySummary& strategy, double percentile);
std::optional<Spread> buy_latency(const StrategySummary& strategy, double percentile);
std::optional<Spread> goodput(const StrategySummary& strategy);
std::optional<Spread> hit_ratio(const StrategySummary& strategy);

}  // namespace doorbuster
