// Where the answer of a comparison flips as one or two keys of the scenario change, named as in
// sweep.json (schema doorbuster.sweep/1, results/README.md). decide/ makes it, report/ shows it.
// Plain values.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "results/comparison.h"

namespace doorbuster {

inline constexpr std::string_view kSweepSchema = "doorbuster.sweep/1";

struct SweepMedian {
  std::string strategy;
  MedianOverRuns goal;
};
BOOST_DESCRIBE_STRUCT(SweepMedian, (), (strategy, goal))

struct SweepPoint {
  std::string value;         // of the key, as it was given
  std::string second = {};   // of the second key; "" where one is swept
  std::string run_id;        // comparison.json and result.json are in that run's folder
  std::string failure = {};  // why nothing was measured; "": it was
  Verdict verdict = Verdict::undecided;
  std::optional<std::string> choice;
  std::string decided_by;
  std::vector<std::string> eliminated;
  std::vector<SweepMedian> goals;  // of those that are left, best first
};
BOOST_DESCRIBE_STRUCT(SweepPoint, (),
                      (value, second, run_id, failure, verdict, choice, decided_by, eliminated,
                       goals))

// Of two strategies one is clearly better up to a value and the other from a later one on; between
// them neither is, or nobody looked: that is the interval.
struct Crossover {
  std::string metric;
  std::string along = {};   // the key whose values `low` and `high` are; "": the first
  std::string first = {};   // value of the first key, at which this is so along the second
  std::string second = {};  // and of the second, along the first; "": one is swept
  std::string before;       // the better one up to `low`
  std::string after;        // and from `high` on
  std::string low;
  std::string high;
  std::vector<std::string> undecided;  // values between, at which neither is known to be better
};
BOOST_DESCRIBE_STRUCT(Crossover, (),
                      (metric, along, first, second, before, after, low, high, undecided))

struct SweepResult {
  std::string schema{kSweepSchema};
  std::string doorbuster_version;
  Verdict verdict =
      Verdict::undecided;  // holds: every value has an answer; broken: one has none left
  std::string conclusion;  // one sentence, to be pasted
  std::string conditions;  // under which all of it was measured; "each KEY" where a key is swept
  std::string would_change_it;
  std::string key;
  std::string second_key;  // "": one key is swept
  std::string goal;
  std::string unit;
  bool simulated = false;
  double level = 0.05;             // the chance that luck alone makes even one flip in all of it
  std::vector<SweepPoint> points;  // in the order given, the second key's values outermost
  std::vector<Crossover> crossovers;
  // Of every two strategies that are left at a value: all, and those that are not told apart there.
  std::int64_t pairs = 0;
  std::int64_t pairs_undecided = 0;
};
BOOST_DESCRIBE_STRUCT(SweepResult, (),
                      (schema, doorbuster_version, verdict, conclusion, conditions, would_change_it,
                       key, second_key, goal, unit, simulated, level, points, crossovers, pairs,
                       pairs_undecided))

std::string to_json(const SweepResult& result);

// On the terms of from_json() of results/result.h.
Result<SweepResult> sweep_from_json(std::string_view text);

}  // namespace doorbuster
