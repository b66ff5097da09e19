// For tests here and in report/: a run as the program would leave it, small and with something in
// every key. Two strategies: one that keeps its promises, one that oversells and was expected to.
#pragma once

#include <map>
#include <string>

#include "results/distill.h"

namespace doorbuster {

inline void sample_recording(Recorder& recorder, int buyers, int stock, Duration service) {
  for (int i = 0; i < buyers; ++i) {
    const Instant scheduled = kRunStart + 1ms * i;
    recorder.buyer_came(scheduled);
    const Times viewed{scheduled, scheduled + 20us, scheduled + 20us + service / 4};
    recorder.view(viewed);
    ++(i % 10 == 0 ? recorder.tally.cache_misses : recorder.tally.cache_hits);
    recorder.intent(viewed.finished);
    const Times times{viewed.finished, viewed.finished + 30us,
                      viewed.finished + 30us + service + 1us * (i % 977)};
    recorder.purchase(times, i < stock ? Outcome::sold : Outcome::sold_out, i < stock ? 1 : 0);
    recorder.series.saw_stock(times.finished, std::max(0, stock - i - 1));
    recorder.buyer_left(times.finished);
  }
}

inline AuditReport sample_audit(Quantity stock, Quantity sold) {
  GroundTruth truth;
  truth.items = {{ItemId{1}, stock, std::max<Quantity>(0, stock - sold), std::nullopt}};
  History history;
  for (int key = 1; key <= sold; ++key) {
    Record record;
    record.key = OrderKey{key};
    record.buyer = BuyerId{1000 + key};
    record.item = ItemId{1};
    record.outcome = Outcome::sold;
    record.sent = true;
    record.finished = kRunStart + 1ms * key;
    history.push_back(record);
    truth.orders.push_back({record.key, record.buyer, record.item, 1, std::nullopt});
  }
  return audit(history, truth);
}

inline TrialResult sample_trial(
    const std::string& strategy, int repetition, int stock, int sold, Duration service,
    const std::map<std::string, std::optional<Verdict>>& expected = {}) {
  Recorder recorder;
  sample_recording(recorder, 12'000, sold, service);
  TrialResult trial = distill(recorder, 12s);
  trial.strategy = strategy;
  trial.repetition = trial.block = repetition;
  trial.seed = 7 + static_cast<std::uint64_t>(repetition);
  trial.validity = Validity::valid;
  trial.throughput.sold_out_after_ms = 503;
  trial.pool_wait = distill(recorder.lag.buy);
  trial.cost = {.harness_cpu_us_per_op = 11.5,
                .redis_cpu_us_per_op = 8.25,
                .postgres_cpu_us_per_op = 61,
                .database_statements_per_sale = 3.5,
                .cache_commands_per_sale = std::nullopt};
  if (strategy == "cache-aside") {
    StrategyFigures figures;
    figures.count("fills_refused", 12);
    for (int i = 0; i < 200; ++i) figures.took("fill_lag", 2ms + 10us * i);
    trial.figures = distill(figures);
  }
  trial.audit = distill(sample_audit(stock, sold), expected);
  if (strategy == "cache-aside") {
    trial.audit.staleness.agrees_after_s = 0.25;
  } else if (strategy == "read-then-write") {
    trial.audit.staleness.agrees_note = "no page came from a copy";
  } else {
    trial.audit.staleness.agrees_note =
        "did not agree within 3 s: of item 1 the cache shows 7, the database has 0";
  }
  return trial;
}

// One buyer in four is a bot, and each got a unit who came in the first 800 ms; then people only.
inline void add_sample_kinds(TrialResult& trial) {
  Recorder recorder;
  recorder.kinds.resize(2);
  History history;
  for (int i = 0; i < 1200; ++i) {
    const std::size_t kind = i % 4 == 0 ? 0 : 1;
    const Instant scheduled = kRunStart + 1ms * i;
    const Outcome outcome = i < 800 || kind == 1 ? Outcome::sold : Outcome::sold_out;
    recorder.buyer_came(scheduled, kind);
    recorder.intent(scheduled, kind);
    const Times times{scheduled, scheduled + 30us, scheduled + 2ms * (1 + kind)};
    recorder.purchase(times, outcome, 1, kind == 0 ? 3 : 1, kind);
    Record record;
    record.key = OrderKey{i};
    record.item = ItemId{1};
    record.outcome = outcome;
    record.scheduled = scheduled;
    history.push_back(record);
  }
  trial.kinds = distill_kinds(recorder, {"bots", "people"});
  trial.fairness = distill_fairness(history);
}

inline RunResult sample_run() {
  const std::map<std::string, std::optional<Verdict>> oversells = {
      {"no_oversell", Verdict::broken},
      {"no_oversold_promise", Verdict::broken},
      {"conservation", std::nullopt}};
  RunResult run;
  run.run_id = "20261127T000000Z-flash-sale-00c0de";
  run.started_at = "2026-11-27T00:00:00Z";
  run.doorbuster_version = "0.1.0";
  run.build = {.commit = "0123abc", .type = "RelWithDebInfo", .compiler = "GNU 12.2.0"};
  run.scenario.name = "flash-sale";
  run.scenario.file = "scenarios/flash-sale.toml";
  run.scenario.sha256 = std::string(64, 'a');
  run.scenario.resolved = {
      {"load.model", "open"}, {"seed", std::int64_t{7}}, {"buyers.never_buys", 0.25}};
  run.environment.host = {{"cpus", std::int64_t{2}}, {"kernel", "6.1"}, {"cpu", "a CPU | of some"}};
  run.environment.redis = {.version = "7.0.15", .settings = {{"appendonly", "no"}}, .rtt_us = 35.5};
  run.environment.postgres = {.version = "15.8",
                              .settings = {{"fsync", "off"}, {"synchronous_commit", "on"}},
                              .rtt_us = 71.0};
  run.environment.throwaway = true;
  run.environment.durability =
      "Redis keeps nothing on disk; PostgreSQL runs with fsync off: a commit survives a crash of "
      "the server, not of the machine.";
  run.validity = Validity::degraded;
  run.verdict = Verdict::holds;
  run.warnings = {"the harness took 0.6 of a core"};
  run.trials.push_back(sample_trial("cache-aside", 1, 500, 500, 3ms));
  run.trials.push_back(sample_trial("read-then-write", 1, 500, 737, 5ms, oversells));
  run.trials.back().validity = Validity::degraded;
  run.trials.back().reasons = {"other processes took 14 % of this machine's CPU"};
  run.trials.back().errors = {{"postgres", "connection lost", "08006", 3}};
  run.thresholds = {{.strategy = "cache-aside",
                     .repetition = 1,
                     .expression = "buy.p99 < 50ms",
                     .value = 4.1,
                     .unit = "ms",
                     .samples = 12'000,
                     .holds = true}};
  return run;
}

}  // namespace doorbuster
