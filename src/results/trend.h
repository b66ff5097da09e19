// What a series of results shows, named as in trend.json (schema doorbuster.trend/1,
// results/README.md). decide/ makes it, report/ shows it. Plain values.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/check.h"

namespace doorbuster {

inline constexpr std::string_view kTrendSchema = "doorbuster.trend/1";

struct TrendChange {
  std::string run_id;  // the first run of the new stretch
  std::string started_at;
  std::string commit;
  double before = 0;  // medians of the two stretches
  double after = 0;
  PercentChange change;
  double p = 1;
  bool worse = false;
};
BOOST_DESCRIBE_STRUCT(TrendChange, (),
                      (run_id, started_at, commit, before, after, change, p, worse))

struct TrendSeries {
  std::string strategy;
  std::string metric;
  std::string unit;
  bool lower_is_better = true;
  std::vector<std::optional<double>> values;  // a value a run, in the order of `runs`
  std::vector<TrendChange> changes;
  Verdict verdict = Verdict::undecided;  // broken: the last change is for the worse
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(TrendSeries, (),
                      (strategy, metric, unit, lower_is_better, values, changes, verdict, sentence))

struct TrendResult {
  std::string schema{kTrendSchema};
  std::string doorbuster_version;
  Verdict verdict = Verdict::undecided;
  std::string conclusion;
  bool simulated = false;
  double level = 0.05;  // of one false alarm in all series together
  double threshold_percent = 0;
  std::vector<JudgedRun> runs;  // oldest first
  std::vector<std::string> differences;
  std::vector<std::string> notes;
  std::vector<CheckFinding> findings;  // audits that are broken
  std::vector<TrendSeries> series;
};
BOOST_DESCRIBE_STRUCT(TrendResult, (),
                      (schema, doorbuster_version, verdict, conclusion, simulated, level,
                       threshold_percent, runs, differences, notes, findings, series))

std::string to_json(const TrendResult& result);

}  // namespace doorbuster
