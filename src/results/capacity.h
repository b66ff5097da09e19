// The highest load that each strategy bears, named as in capacity.json (schema
// doorbuster.capacity/1, results/README.md). decide/ makes it, report/ shows it. Plain values.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/result.h"

namespace doorbuster {

inline constexpr std::string_view kCapacitySchema = "doorbuster.capacity/1";

// One run of the search.
struct ProbeResult {
  double rate_per_s = 0;  // the highest of the load's shape
  std::string answer;     // "keeps", "breaks", "saturated"
  std::string why;
  std::string run_id;
  std::int64_t stock = 0;
  double achieved_per_s = 0;
  std::optional<double> buy_p99_us;
  // Busy cores while it ran: CPU time for each operation times operations a second.
  std::optional<double> harness_cores, redis_cores, postgres_cores;
  std::string busiest;  // what was nearest its limit, as far as it was measured; "": not known
};
BOOST_DESCRIBE_STRUCT(ProbeResult, (),
                      (rate_per_s, answer, why, run_id, stock, achieved_per_s, buy_p99_us,
                       harness_cores, redis_cores, postgres_cores, busiest))

struct StrategyCapacity {
  std::string strategy;
  Verdict verdict = Verdict::undecided;    // holds: both ends are confirmed; broken: no rate keeps
  std::optional<double> kept_per_s;        // the highest rate that keeps everything
  std::optional<double> broken_per_s;      // the lowest that does not: capacity lies between
  std::string limited_by;                  // what broke there, or that the harness was the limit
  std::optional<double> headroom_percent;  // of kept_per_s over the expected peak
  std::optional<double> database_statements_per_sale, cpu_us_per_op;  // at kept_per_s
  std::string sentence;
  std::vector<ProbeResult> probes;
};
BOOST_DESCRIBE_STRUCT(StrategyCapacity, (),
                      (strategy, verdict, kept_per_s, broken_per_s, limited_by, headroom_percent,
                       database_statements_per_sale, cpu_us_per_op, sentence, probes))

struct CapacityResult {
  std::string schema{kCapacitySchema};
  std::string doorbuster_version;
  Verdict verdict = Verdict::undecided;
  std::string conclusion;  // one sentence
  std::string conditions;
  bool simulated = false;
  double precision_percent = 10;
  std::optional<double> peak_per_s;  // that is expected
  std::vector<std::string> assumptions;
  std::vector<StrategyCapacity> strategies;
};
BOOST_DESCRIBE_STRUCT(CapacityResult, (),
                      (schema, doorbuster_version, verdict, conclusion, conditions, simulated,
                       precision_percent, peak_per_s, assumptions, strategies))

std::string to_json(const CapacityResult& result);

}  // namespace doorbuster
