// The result of a run as plain structs, named as in result.json (schema doorbuster.result/1,
// results/README.md): a member is a key. All that reports, gates and other programs know about a
// run is in here. Keys may be added within the schema's number; readers ignore what they do not
// know. A figure that could not be had is an empty optional and null in the file, never a zero.
// Times carry their unit in the name. Owns all; thread-compatible.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/outcome.h"
#include "base/result.h"
#include "measure/series.h"
#include "results/audit_result.h"
#include "results/figures_result.h"

namespace doorbuster {

inline constexpr std::string_view kResultSchema = "doorbuster.result/1";

struct BuildInfo {
  std::string commit;
  std::string type;
  std::string compiler;
};
BOOST_DESCRIBE_STRUCT(BuildInfo, (), (commit, type, compiler))

struct ScenarioInfo {
  std::string name;
  std::string file;
  std::string sha256;
  std::optional<std::string> trace_sha256;  // of the file that was replayed; nothing: none was
  Facts resolved;                           // every key of the scenario with its value
};
BOOST_DESCRIBE_STRUCT(ScenarioInfo, (), (name, file, sha256, trace_sha256, resolved))

struct StoreInfo {
  std::string version;
  Facts settings;
  std::optional<double> rtt_us;  // of one trivial command, median, before the load
};
BOOST_DESCRIBE_STRUCT(StoreInfo, (), (version, settings, rtt_us))

struct EnvironmentInfo {
  Facts host;  // machine, kernel, CPU count and model
  StoreInfo redis;
  StoreInfo postgres;
  bool throwaway = false;  // the servers were started for this run and are gone
  std::string durability;  // one sentence: what a commit survives with these settings
};
BOOST_DESCRIBE_STRUCT(EnvironmentInfo, (), (host, redis, postgres, throwaway, durability))

struct ThresholdResult {
  std::string strategy;
  int repetition = 1;
  std::string expression;       // as written, "buy.p99 < 50ms"
  std::optional<double> value;  // in `unit`; nothing: no sample to judge
  std::string unit;
  std::int64_t samples = 0;   // behind the value
  std::optional<bool> holds;  // nothing: undecided
};
BOOST_DESCRIBE_STRUCT(ThresholdResult, (),
                      (strategy, repetition, expression, value, unit, samples, holds))

// The counts of a trial: how its purchase intents ended, and what stands outside that identity.
struct CountsResult {
  std::int64_t arrived = 0;
  std::int64_t sold = 0;
  std::int64_t sold_out = 0;
  std::int64_t refused = 0;
  std::int64_t declined = 0;
  std::int64_t expired = 0;
  std::int64_t failed = 0;
  std::int64_t unknown = 0;
  std::int64_t abandoned = 0;
  std::int64_t deterred = 0;
  std::int64_t dropped = 0;
  std::int64_t sessions = 0;
  std::int64_t browsed = 0;
  std::int64_t views = 0;
  std::int64_t views_failed = 0;
  std::int64_t attempts = 0;
};
BOOST_DESCRIBE_STRUCT(CountsResult, (),
                      (arrived, sold, sold_out, refused, declined, expired, failed, unknown,
                       abandoned, deterred, dropped, sessions, browsed, views, views_failed,
                       attempts))

struct ErrorResult {
  std::string store;  // "redis", "postgres", "none"
  std::string cause;
  std::string code;  // SQLSTATE or Redis error word, or ""
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(ErrorResult, (), (store, cause, code, count))

struct ThroughputResult {
  double offered_per_s = 0;   // purchase intents that the schedule called for, a second of load
  double achieved_per_s = 0;  // of these, answered: sold, sold out, refused, declined or expired
  double views_per_s = 0;     // answered
  double goodput_units_per_s = 0;                 // units acknowledged to buyers
  std::optional<std::int64_t> sold_out_after_ms;  // the first "sold out"; nothing: never
};
BOOST_DESCRIBE_STRUCT(ThroughputResult, (),
                      (offered_per_s, achieved_per_s, views_per_s, goodput_units_per_s,
                       sold_out_after_ms))

struct OperationsResult {
  Distilled view;
  Distilled buy;
  Distilled buy_sold;  // units that are only held until they are paid included
  Distilled buy_sold_out;
  Distilled pay;
};
BOOST_DESCRIBE_STRUCT(OperationsResult, (), (view, buy, buy_sold, buy_sold_out, pay))

struct CacheResult {
  std::int64_t hits = 0;
  std::int64_t misses = 0;
  std::optional<double> hit_ratio;  // nothing: the cache was never asked
  std::int64_t errors = 0;
};
BOOST_DESCRIBE_STRUCT(CacheResult, (), (hits, misses, hit_ratio, errors))

struct CostResult {
  std::optional<double> harness_cpu_us_per_op;
  std::optional<double> redis_cpu_us_per_op;
  std::optional<double> postgres_cpu_us_per_op;
  std::optional<double> database_statements_per_sale;
  std::optional<double> cache_commands_per_sale;
};
BOOST_DESCRIBE_STRUCT(CostResult, (),
                      (harness_cpu_us_per_op, redis_cpu_us_per_op, postgres_cpu_us_per_op,
                       database_statements_per_sale, cache_commands_per_sale))

// What is special to a strategy, by the names that it gave (measure/strategy_figures.h).
struct FiguresResult {
  Named<Distilled> times;
  Named<std::int64_t> counts;
};
BOOST_DESCRIBE_STRUCT(FiguresResult, (), (times, counts))

// The file of every operation (history/README.md).
struct HistoryResult {
  std::string file;  // within the run's folder; "": none is kept
  std::int64_t operations = 0;
  std::int64_t purchases_dropped = 0;  // the disk was too slow for them
  std::int64_t views_dropped = 0;
  std::int64_t views_left_out = 0;  // not asked for, or beyond the limit of size
};
BOOST_DESCRIBE_STRUCT(HistoryResult, (),
                      (file, operations, purchases_dropped, views_dropped, views_left_out))

// One kind of buyers: of "others", those who belong to none.
struct KindResult {
  std::string name;
  CountsResult counts;
  Quantity units = 0;                   // acknowledged to these buyers
  std::optional<double> arrived_share;  // of all purchase intents; nothing: there was none
  std::optional<double> units_share;    // of all units acknowledged; likewise
  Distilled buy;                        // latency
};
BOOST_DESCRIBE_STRUCT(KindResult, (), (name, counts, units, arrived_share, units_share, buy))

// Were those served who came first? Of all pairs of purchases of the same product, one sold and the
// other told a definite no by the shop (sold_out, refused): in how many the one that was sold was
// scheduled first, equal times half. That is the Mann-Whitney statistic as a probability, the area
// under the ROC curve: 1 first come, first served; 0.5 as by lot; 0 last come, first served.
struct FairnessResult {
  std::optional<double> first_come_first_served;  // nothing: there is no such pair
  std::int64_t pairs = 0;
};
BOOST_DESCRIBE_STRUCT(FairnessResult, (), (first_come_first_served, pairs))

// Latency of the purchases scheduled in a part of the trial, from a coarse histogram (within 2 %).
struct PartResult {
  std::int64_t count = 0;
  std::optional<double> p99_us;  // nothing: none was answered
};
BOOST_DESCRIBE_STRUCT(PartResult, (), (count, p99_us))

// What a fault did to the shop, as far as the series' intervals tell (results/fault_effects.h has
// the rules): before is the calm until the trial's first fault; during, this fault; after, from its
// end until the next fault or the last arrival.
struct EffectsResult {
  PartResult before, during, after;
  std::int64_t errors_during = 0;          // shown to buyers: failed, unknown, views that failed
  std::optional<double> database_load;     // operations a second during, over those before
  Verdict recovered = Verdict::undecided;  // is latency back within 10 % of before?
  std::optional<std::int64_t> recovered_after_ms;  // its end; nothing: it is not, or who knows
};
BOOST_DESCRIBE_STRUCT(EffectsResult, (),
                      (before, during, after, errors_during, database_load, recovered,
                       recovered_after_ms))

// Something that went wrong on purpose: a [[fault]] of the scenario. Times are as it truly was,
// since the doors opened, as the series' at_ms; nothing: it never came, for the trial was over
// before.
struct FaultResult {
  std::string kind;       // as in the scenario, "redis_restart"
  std::string operation;  // that it struck, as in the scenario; "": it happened to a server
  std::optional<std::int64_t> at_ms;
  std::optional<std::int64_t> until_ms;  // of a restart: the server answered again
  std::optional<std::int64_t> struck;    // operations; nothing: it happened to a server
  EffectsResult effects = {};
};
BOOST_DESCRIBE_STRUCT(FaultResult, (), (kind, operation, at_ms, until_ms, struck, effects))

// Written as columns and rows (json.cpp), the struct is measure's.
struct SeriesResult {
  std::int64_t interval_ms = 1000;
  std::vector<SeriesRow> rows;
};

struct TrialResult {
  std::string strategy;
  int repetition = 1;
  int block = 1;
  std::uint64_t seed = 0;
  Validity validity = Validity::invalid;
  std::vector<std::string> reasons;  // of a validity other than valid
  bool interrupted = false;          // cut short: by a signal, an abort threshold or a dead store
  std::int64_t duration_ms = 0;
  CountsResult counts;
  std::vector<ErrorResult> errors;
  ThroughputResult throughput;
  OperationsResult latency;
  OperationsResult service;
  OperationsResult lag;
  Distilled pool_wait;
  CacheResult cache;
  CostResult cost;
  FiguresResult figures;
  AuditResult audit;
  HistoryResult history;
  std::vector<KindResult> kinds;  // none where the scenario has no kinds of buyers
  FairnessResult fairness;
  std::vector<FaultResult> faults;  // in the order of the scenario
  SeriesResult series;
};
BOOST_DESCRIBE_STRUCT(TrialResult, (),
                      (strategy, repetition, block, seed, validity, reasons, interrupted,
                       duration_ms, counts, errors, throughput, latency, service, lag, pool_wait,
                       cache, cost, figures, audit, history, kinds, fairness, faults, series))

struct RunResult {
  std::string schema{kResultSchema};
  std::string run_id;
  std::string started_at;  // UTC, ISO 8601
  std::string doorbuster_version;
  BuildInfo build;
  ScenarioInfo scenario;
  EnvironmentInfo environment;
  bool simulated = false;      // on simulated stores, in virtual time: never beside real figures
  std::string model = "open";  // of the load: "open" or "closed"
  int shards = 1;
  bool interrupted = false;  // trials are missing: a signal or a dead store ended the run
  Validity validity = Validity::invalid;  // the worst of the trials
  Verdict verdict = Verdict::undecided;   // of [expect] and [thresholds] over all trials
  std::vector<std::string> warnings;
  std::vector<ThresholdResult> thresholds;
  std::vector<TrialResult> trials;
};
BOOST_DESCRIBE_STRUCT(RunResult, (),
                      (schema, run_id, started_at, doorbuster_version, build, scenario, environment,
                       simulated, model, shards, interrupted, validity, verdict, warnings,
                       thresholds, trials))

// Pretty, keys in the order above, the same bytes for the same result on every machine.
std::string to_json(const RunResult& result);

// Ignores keys it does not know and keeps the default of keys that are absent (but for schema,
// trials, and a trial's strategy, counts and audit). One sentence for another schema, a truncated
// file or a value of the wrong type: what, where.
Result<RunResult> from_json(std::string_view text);

}  // namespace doorbuster
