// Which strategy to choose and why, named as in comparison.json (schema doorbuster.comparison/1,
// results/README.md). decide/ makes it, report/ shows it. Plain values.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "results/check.h"

namespace doorbuster {

inline constexpr std::string_view kComparisonSchema = "doorbuster.comparison/1";

// A hard constraint that did not hold, and what proves it.
struct Elimination {
  std::string strategy;
  std::string trial;       // "read-then-write.1", the first in which it broke
  std::string constraint;  // an invariant, or a threshold's expression
  int runs_broken = 0;
  std::string witness;
};
BOOST_DESCRIBE_STRUCT(Elimination, (), (strategy, trial, constraint, runs_broken, witness))

struct MedianOverRuns {
  std::optional<double> median;
  std::optional<double> low;  // bootstrap over runs (BCa)
  std::optional<double> high;
};
BOOST_DESCRIBE_STRUCT(MedianOverRuns, (), (median, low, high))

struct RankedStrategy {
  std::string strategy;
  int rank = 1;           // equal where no difference from the first of the rank is shown
  int runs = 0;           // that count
  int runs_left_out = 0;  // invalid or cut short
  MedianOverRuns goal;
  MedianOverRuns database_statements_per_sale;
  MedianOverRuns cpu_us_per_op;  // harness and stores together
};
BOOST_DESCRIBE_STRUCT(RankedStrategy, (),
                      (strategy, rank, runs, runs_left_out, goal, database_statements_per_sale,
                       cpu_us_per_op))

struct ComparedPair {
  std::string better;  // by its median
  std::string other;
  std::string metric = {};
  PercentChange change = {};  // of the other from the better one, bootstrap over runs
  double p = 1;               // two-sided
  double p_corrected = 1;
  bool clear = false;  // shown, and at least the margin
  bool alike = false;  // the interval lies within the margin: no difference that matters
  std::optional<int> more_runs =
      {};  // that would show `shown_percent` in 4 of 5 cases; an estimate
  std::optional<double> shown_percent = {};
  std::string sentence = {};
};
BOOST_DESCRIBE_STRUCT(ComparedPair, (),
                      (better, other, metric, change, p, p_corrected, clear, alike, more_runs,
                       shown_percent, sentence))

struct ComparisonResult {
  std::string schema{kComparisonSchema};
  std::string doorbuster_version;
  std::string run_id;  // the trials are in that run's result.json
  std::string started_at;
  Verdict verdict = Verdict::undecided;  // holds: a choice; broken: nothing is left to choose
  std::optional<std::string> choice;     // also where it is a matter of cost alone
  std::string decided_by;                // "goal", "cost", "only survivor", or "" where undecided
  std::string conclusion;                // one sentence, to be pasted
  std::string conditions;                // under which it was measured
  std::string would_change_it;
  bool simulated = false;
  std::string goal;
  std::string unit;
  bool lower_is_better = true;
  // The chance that luck alone calls even one of all pairs different in the goal (family-wise).
  double level = 0.05;
  double look_level = 0.05;  // what of it this look may use: it is looked at several times
  double margin_percent = 0;
  int blocks = 0;
  std::vector<std::string> notes;
  std::vector<Elimination> eliminated;
  std::vector<RankedStrategy> ranking;
  std::vector<ComparedPair> pairs;
};
BOOST_DESCRIBE_STRUCT(ComparisonResult, (),
                      (schema, doorbuster_version, run_id, started_at, verdict, choice, decided_by,
                       conclusion, conditions, would_change_it, simulated, goal, unit,
                       lower_is_better, level, look_level, margin_percent, blocks, notes,
                       eliminated, ranking, pairs))

std::string to_json(const ComparisonResult& result);

// On the terms of from_json() of results/result.h.
Result<ComparisonResult> comparison_from_json(std::string_view text);

}  // namespace doorbuster
