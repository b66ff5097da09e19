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
  double operations_per_s = 0;  // views and attempts to buy
  // Of them at once on average, by Little's law: mean latency times rate.
  std::optional<double> in_flight;
  // Busy cores while it ran: CPU time for each operation times operations a second.
  std::optional<double> harness_cores, redis_cores, postgres_cores;
  std::string busiest;  // what was nearest its limit, as far as it was measured; "": not known
};
BOOST_DESCRIBE_STRUCT(ProbeResult, (),
                      (rate_per_s, answer, why, run_id, stock, achieved_per_s, buy_p99_us,
                       operations_per_s, in_flight, harness_cores, redis_cores, postgres_cores,
                       busiest))

// The Universal Scalability Law of operations a second over operations in flight (stats/usl.h);
// errors are half widths of 95 % intervals.
struct ScalabilityLaw {
  std::int64_t loads = 0;  // that differ
  std::optional<double> lambda_per_s, lambda_error, sigma, sigma_error, kappa, kappa_error;
  std::optional<double> residual_percent;
  std::optional<double> peak_in_flight, peak_in_flight_error, peak_per_s;
  std::string refused;  // why there is no peak, or ""
};
BOOST_DESCRIBE_STRUCT(ScalabilityLaw, (),
                      (loads, lambda_per_s, lambda_error, sigma, sigma_error, kappa, kappa_error,
                       residual_percent, peak_in_flight, peak_in_flight_error, peak_per_s, refused))

// The load from which on the p99 of purchases is more than twice that at the lowest load.
struct KneeResult {
  std::optional<double> below_per_s;  // the highest rate that was run below it
  std::optional<double> at_per_s;     // the lowest from which on every rate is past it
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(KneeResult, (), (below_per_s, at_per_s, sentence))

// At kept_per_s.
struct ThousandSales {
  std::optional<double> database_statements, cache_commands;
  std::optional<double> harness_cpu_s, redis_cpu_s, postgres_cpu_s;
};
BOOST_DESCRIBE_STRUCT(ThousandSales, (),
                      (database_statements, cache_commands, harness_cpu_s, redis_cpu_s,
                       postgres_cpu_s))

struct StrategyCapacity {
  std::string strategy;
  Verdict verdict = Verdict::undecided;    // holds: both ends are confirmed; broken: no rate keeps
  std::optional<double> kept_per_s;        // the highest rate that keeps everything
  std::optional<double> broken_per_s;      // the lowest that does not: capacity lies between
  std::string limited_by;                  // what broke there, or that the harness was the limit
  std::optional<double> headroom_percent;  // of kept_per_s over the expected peak
  std::optional<double> database_statements_per_sale, cpu_us_per_op;  // at kept_per_s
  std::string saturated_first;  // and at which rate; "unknown: ..." when no figure shows it
  KneeResult knee;
  ScalabilityLaw law;
  ThousandSales per_thousand_sales;
  std::string sentence;
  std::vector<ProbeResult> probes;
};
BOOST_DESCRIBE_STRUCT(StrategyCapacity, (),
                      (strategy, verdict, kept_per_s, broken_per_s, limited_by, headroom_percent,
                       database_statements_per_sale, cpu_us_per_op, saturated_first, knee, law,
                       per_thousand_sales, sentence, probes))

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

// On the terms of from_json() of results/result.h.
Result<CapacityResult> capacity_from_json(std::string_view text);

}  // namespace doorbuster
