// What a comparison of two builds found, named as in check.json (schema doorbuster.check/1,
// results/README.md). decide/ makes it, report/ shows it. Plain values.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/result.h"

namespace doorbuster {

inline constexpr std::string_view kCheckSchema = "doorbuster.check/1";

// A result that took part.
struct JudgedRun {
  std::string file;  // as it was named
  std::string run_id;
  std::string started_at;
  std::string commit;
  Validity validity = Validity::invalid;
  int trials = 0;
};
BOOST_DESCRIBE_STRUCT(JudgedRun, (), (file, run_id, started_at, commit, validity, trials))

// A difference and its error, in percent of what it is compared with; nothing: it cannot be told,
// or is bounded by nothing with so few runs.
struct PercentChange {
  std::optional<double> percent;
  std::optional<double> low;
  std::optional<double> high;
};
BOOST_DESCRIBE_STRUCT(PercentChange, (), (percent, low, high))

struct CheckedMetric {
  std::string strategy;
  std::string metric;
  std::string unit;  // of baseline and candidate: "us", "/s", "ratio", ""
  bool lower_is_better = true;
  int baseline_runs = 0;  // trials that count
  int candidate_runs = 0;
  std::optional<double> baseline;  // medians over runs
  std::optional<double> candidate;
  PercentChange change;                  // of the candidate from the baseline
  std::optional<double> cliffs_delta;    // -1 to 1; 0: neither is the larger
  std::optional<double> p;               // of being so much worse by chance
  std::optional<double> p_corrected;     // by Holm, over all metrics of the check
  std::optional<double> shown_percent;   // so much worse would have been seen in 4 of 5 cases; an
                                         // estimate
  Verdict verdict = Verdict::undecided;  // broken: a regression
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(CheckedMetric, (),
                      (strategy, metric, unit, lower_is_better, baseline_runs, candidate_runs,
                       baseline, candidate, change, cliffs_delta, p, p_corrected, shown_percent,
                       verdict, sentence))

// What a run says by itself: an audit, a threshold, a validity.
struct CheckFinding {
  std::string kind;  // "audit", "threshold", "validity", "interrupted"
  std::string side;  // "baseline", "candidate"
  std::string run_id;
  std::string strategy;  // "": of the run as a whole
  int repetition = 0;
  Verdict verdict = Verdict::undecided;
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(CheckFinding, (),
                      (kind, side, run_id, strategy, repetition, verdict, sentence))

struct CheckResult {
  std::string schema{kCheckSchema};
  std::string doorbuster_version;
  Verdict verdict = Verdict::undecided;  // holds: no regression; broken: one, or a broken promise
  std::string conclusion;                // one sentence
  bool simulated = false;
  double level = 0.05;           // of one false alarm in the whole check
  double threshold_percent = 0;  // smaller changes are no regression
  std::vector<JudgedRun> baseline;
  std::vector<JudgedRun> candidate;
  std::vector<std::string> differences;  // which the caller allowed
  std::vector<std::string> notes;
  std::vector<CheckFinding> findings;  // that are broken or undecided
  std::vector<CheckedMetric> metrics;
};
BOOST_DESCRIBE_STRUCT(CheckResult, (),
                      (schema, doorbuster_version, verdict, conclusion, simulated, level,
                       threshold_percent, baseline, candidate, differences, notes, findings,
                       metrics))

std::string to_json(const CheckResult& result);

}  // namespace doorbuster
