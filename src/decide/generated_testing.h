// For tests: results as runs would leave them, their figures drawn by a seed. Tests only.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "results/result_set.h"

namespace doorbuster {

// Medians over runs, and how far a run is from them: lognormal, by `sigma`.
struct GeneratedStrategy {
  std::string name = "cache-aside";
  double p99_us = 4000;
  double cpu_us = 80;
  double statements = 5;
  double sigma = 0.05;
};

inline TrialResult generated_trial(const GeneratedStrategy& strategy, int repetition,
                                   Random& random) {
  TrialResult trial;
  trial.strategy = strategy.name;
  trial.repetition = trial.block = repetition;
  trial.seed = static_cast<std::uint64_t>(repetition);
  trial.validity = Validity::valid;
  trial.duration_ms = 10000;
  trial.counts.arrived = trial.counts.attempts = 1000;
  trial.counts.sold = 500;
  trial.counts.sold_out = 500;
  trial.throughput = {.offered_per_s = 100,
                      .achieved_per_s = 100,
                      .views_per_s = 300,
                      .goodput_units_per_s = 50,
                      .sold_out_after_ms = 500};
  trial.latency.buy.count = 10000;
  trial.latency.buy.p50_us = random.lognormal(strategy.p99_us / 4, strategy.sigma);
  trial.latency.buy.p99_us = random.lognormal(strategy.p99_us, strategy.sigma);
  trial.cost.harness_cpu_us_per_op = random.lognormal(strategy.cpu_us, strategy.sigma);
  trial.cost.database_statements_per_sale = strategy.statements;
  trial.audit.verdict = Verdict::holds;
  trial.audit.as_expected = true;
  trial.audit.invariants = {{.name = "no_oversell",
                             .verdict = Verdict::holds,
                             .found = 0,
                             .witness = "",
                             .expected = Verdict::holds,
                             .as_expected = true}};
  return trial;
}

inline void let_oversell(TrialResult& trial, bool expected = false) {
  trial.audit.verdict = Verdict::broken;
  trial.audit.as_expected = expected;
  trial.audit.oversold_units = 3;
  InvariantResult& invariant = trial.audit.invariants.at(0);
  invariant.verdict = Verdict::broken;
  invariant.found = 3;
  invariant.witness = "item 1: 503 units in confirmed orders of 500";
  invariant.expected = expected ? Verdict::broken : Verdict::holds;
  invariant.as_expected = expected;
}

inline RunResult generated_run(const std::vector<GeneratedStrategy>& strategies, int repetitions,
                               Random& random) {
  RunResult run;
  run.run_id = fmt::format("20261128T000000Z-sale-{:06x}", random.below(1 << 24));
  run.started_at = "2026-11-28T00:00:00Z";
  run.build = {.commit = "0123abc", .type = "release", .compiler = "g++ 12.2"};
  run.scenario.name = "sale";
  run.scenario.sha256 = std::string(64, 'a');
  run.scenario.resolved = {{"seed", std::int64_t{1}},
                           {"repetitions", std::int64_t{repetitions}},
                           {"shop.stock", std::int64_t{500}},
                           {"load.profile", "flash"},
                           {"load.rate", 3500.0},
                           {"load.duration", "9s"},
                           {"network.rtt", "0s"}};
  run.environment.host = {{"cpus", std::int64_t{2}}, {"cpu_model", "a CPU"}};
  run.environment.redis = {.version = "7.0.15", .settings = {{"appendonly", "no"}}, .rtt_us = 30};
  run.environment.postgres = {.version = "15.8", .settings = {{"fsync", "off"}}, .rtt_us = 70};
  run.environment.throwaway = true;
  run.environment.durability = "PostgreSQL with fsync off, Redis with appendonly no";
  run.validity = Validity::valid;
  run.verdict = Verdict::holds;
  for (int i = 1; i <= repetitions; ++i) {
    for (const GeneratedStrategy& strategy : strategies) {
      run.trials.push_back(generated_trial(strategy, i, random));
    }
  }
  return run;
}

}  // namespace doorbuster
