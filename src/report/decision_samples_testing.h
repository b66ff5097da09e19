// For tests: what check, trend and compare would have found, with something in every key. Tests
// only.
#pragma once

#include "results/capacity.h"
#include "results/check.h"
#include "results/comparison.h"
#include "results/sweep.h"
#include "results/trend.h"

namespace doorbuster {

inline JudgedRun sample_judged_run(const std::string& run_id, const std::string& commit) {
  return {.file = "results/runs/" + run_id,
          .run_id = run_id,
          .started_at = "2026-11-28T00:00:00Z",
          .commit = commit,
          .validity = Validity::degraded,
          .trials = 5};
}

inline CheckedMetric sample_metric(const std::string& strategy, Verdict verdict) {
  CheckedMetric metric{.strategy = strategy,
                       .metric = "buy.p99",
                       .unit = "us",
                       .lower_is_better = true,
                       .baseline_runs = 5,
                       .candidate_runs = 5,
                       .baseline = 4100,
                       .candidate = 5006,
                       .change = {.percent = 22.1, .low = 15, .high = 28.3},
                       .cliffs_delta = 1,
                       .p = 0.004,
                       .p_corrected = 0.024,
                       .shown_percent = 9.5,
                       .verdict = verdict,
                       .sentence = strategy + ": buy.p99 is 22.1 % higher"};
  if (verdict == Verdict::undecided) {
    metric.candidate = metric.p = metric.p_corrected = metric.shown_percent = std::nullopt;
    metric.change = {};
    metric.sentence = strategy + ": buy.p99 cannot be judged: the candidate has no run of it";
  }
  return metric;
}

inline CheckResult sample_check() {
  CheckResult check;
  check.doorbuster_version = "0.1.0";
  check.verdict = Verdict::broken;
  check.conclusion = "Regression: cache-aside: buy.p99 is 22.1 % higher (and 1 more)";
  check.threshold_percent = 5;
  check.baseline = {sample_judged_run("20261127T000000Z-sale-00c0de", "0123abc"),
                    sample_judged_run("20261127T000100Z-sale-00c0df", "0123abc")};
  check.candidate = {sample_judged_run("20261128T000000Z-sale-00c0de", "4567def")};
  check.differences = {"shop.stock is 500 in the baseline and 20 in the candidate"};
  check.notes = {"load.novelty is false in the candidate alone"};
  check.findings = {{.kind = "audit",
                     .side = "candidate",
                     .run_id = "20261128T000000Z-sale-00c0de",
                     .strategy = "<b>|\x1b[31m & \"co\"",
                     .repetition = 2,
                     .verdict = Verdict::broken,
                     .sentence = "<b>, trial 2: no_oversell is broken, not holds: item 1"}};
  check.metrics = {sample_metric("cache-aside", Verdict::broken),
                   sample_metric("write-through", Verdict::holds),
                   sample_metric("<b>|\x1b[31m & \"co\"", Verdict::undecided)};
  return check;
}

inline TrendResult sample_trend() {
  TrendResult trend;
  trend.doorbuster_version = "0.1.0";
  trend.verdict = Verdict::broken;
  trend.conclusion = "Worse: cache-aside: buy.p99 is 20.3 % higher than at its best before";
  trend.threshold_percent = 5;
  trend.notes = {"load.novelty is false in 20261128T000000Z-sale-00c0de alone"};
  for (int i = 0; i < 12; ++i) {
    trend.runs.push_back(sample_judged_run("20261127T000000Z-sale-00c0de", "0123abc"));
  }
  TrendSeries worse{
      .strategy = "cache-aside",
      .metric = "buy.p99",
      .unit = "us",
      .lower_is_better = true,
      .values = {4000, 4100, 4050, 3990, std::nullopt, 4010, 4900, 4850, 4800, 4880, 4820, 4810},
      .changes = {{.run_id = "20261127T000000Z-sale-00c0de",
                   .started_at = "2026-11-27T00:00:00Z",
                   .commit = "0123abc",
                   .before = 4010,
                   .after = 4835,
                   .change = {.percent = 20.3, .low = 18.1, .high = 22.0},
                   .p = 0.001,
                   .worse = true}},
      .verdict = Verdict::broken,
      .sentence = "cache-aside: buy.p99 is 20.3 % higher than at its best before"};
  TrendSeries same = worse;
  same.strategy = "<b>|\x1b[31m";
  same.metric = "hit_ratio";
  same.unit = "ratio";
  same.values = std::vector<std::optional<double>>(60, 0.981);
  same.changes.clear();
  same.verdict = Verdict::holds;
  trend.series = {worse, same};
  return trend;
}

inline ComparisonResult sample_comparison() {
  ComparisonResult comparison;
  comparison.doorbuster_version = "0.1.0";
  comparison.run_id = "20261128T000000Z-sale-00c0de";
  comparison.verdict = Verdict::holds;
  comparison.choice = "cache-aside";
  comparison.decided_by = "goal";
  comparison.conditions = "scenario sale";
  comparison.would_change_it = "another load";
  comparison.conclusion = "Under scenario sale: choose cache-aside; rejected: <b>|\x1b[31m.";
  comparison.goal = "buy.p99";
  comparison.unit = "us";
  comparison.margin_percent = 5;
  comparison.blocks = 5;
  comparison.notes = {"the audit of write-through.1 is undecided"};
  comparison.eliminated = {{.strategy = "<b>|\x1b[31m",
                            .trial = "<b>.2",
                            .constraint = "no_oversell",
                            .runs_broken = 3,
                            .witness = "item 1: 503 units in 503 orders, 500 in stock"}};
  const auto ranked = [](std::string name, int rank, double p99) {
    return RankedStrategy{.strategy = std::move(name),
                          .rank = rank,
                          .runs = 5,
                          .runs_left_out = rank - 1,
                          .goal = {.median = p99, .low = p99 - 80, .high = p99 + 95},
                          .database_statements_per_sale = {.median = 5, .low = 5, .high = 5.2},
                          .cpu_us_per_op = {}};
  };
  comparison.ranking = {ranked("cache-aside", 1, 4010), ranked("outbox", 1, 4030),
                        ranked("write-through", 3, 4900)};
  ComparedPair pair;
  pair.better = "cache-aside";
  pair.other = "outbox";
  pair.metric = "buy.p99";
  pair.change = {.percent = 0.5, .low = -2.4, .high = 3.1};
  pair.p_corrected = 0.55;
  pair.more_runs = 12;
  pair.shown_percent = 5;
  ComparedPair clear = pair;
  clear.other = "write-through";
  clear.change = {.percent = 22.2, .low = 17.0, .high = 27.4};
  clear.p_corrected = 0.024;
  clear.clear = true;
  comparison.pairs = {pair, clear};
  return comparison;
}

inline SweepResult sample_sweep() {
  SweepResult sweep;
  sweep.doorbuster_version = "0.1.0";
  sweep.verdict = Verdict::undecided;
  sweep.conclusion = "Over buyers.read_share by buy.p99: cache-aside at 0.5";
  sweep.conditions = "scenario sale";
  sweep.would_change_it = "another load";
  sweep.key = "buyers.read_share";
  sweep.goal = "buy.p99";
  sweep.unit = "us";
  const auto point = [](std::string value, std::optional<std::string> choice, double first) {
    return SweepPoint{
        .value = std::move(value),
        .run_id = "20261128T000000Z-sale-00c0de",
        .verdict = choice ? Verdict::holds : Verdict::undecided,
        .choice = choice,
        .decided_by = choice ? "goal" : "",
        .eliminated = {"read-then-write"},
        .goals = {{"cache-aside", {.median = first, .low = first - 50, .high = first + 50}},
                  {"<b>|\x1b[31m", {.median = 4000, .low = 3950, .high = 4050}}}};
  };
  sweep.points = {point("0.5", "cache-aside", 3000), point("0.9", std::nullopt, 4010),
                  point("0.99", "<b>|\x1b[31m", 5000)};
  sweep.points[2].goals.pop_back();
  SweepPoint& failed = sweep.points.emplace_back();
  failed.value = "0.999";
  failed.failure = "<b>|\x1b[31m cannot be written";
  sweep.crossovers = {{.metric = "buy.p99",
                       .before = "cache-aside",
                       .after = "<b>|\x1b[31m",
                       .low = "0.5",
                       .high = "0.99",
                       .undecided = {"0.9"}}};
  return sweep;
}

inline SweepResult sample_grid() {
  SweepResult grid = sample_sweep();
  grid.second_key = "shop.stock";
  for (SweepPoint& point : grid.points) point.second = "5";
  grid.crossovers[0].second = "5";
  for (SweepPoint point : sample_sweep().points) {
    point.second = "<i>";
    if (!point.failure.empty()) continue;  // a row that is not whole
    point.choice = "cache-aside";
    point.verdict = Verdict::holds;
    grid.points.push_back(point);
  }
  grid.crossovers.push_back({.metric = "buy.p99",
                             .along = "shop.stock",
                             .first = "0.99",
                             .before = "<b>|\x1b[31m",
                             .after = "cache-aside",
                             .low = "5",
                             .high = "<i>",
                             .undecided = {}});
  return grid;
}

inline CapacityResult sample_capacity() {
  CapacityResult capacity;
  capacity.doorbuster_version = "0.1.0";
  capacity.verdict = Verdict::undecided;
  capacity.conclusion = "Under scenario sale: the most that was found: cache-aside bears 3000";
  capacity.peak_per_s = 2500;
  capacity.assumptions = {"the stock grows with the load"};
  ProbeResult probe{.rate_per_s = 3000,
                    .answer = "keeps",
                    .why = "",
                    .run_id = "20261128T000000Z-sale-00c0de",
                    .stock = 400,
                    .achieved_per_s = 2987,
                    .buy_p99_us = 4100,
                    .operations_per_s = 5970,
                    .in_flight = 7.1,
                    .harness_cores = 0.31,
                    .redis_cores = 0.05,
                    .postgres_cores = 0.8,
                    .busiest = ""};
  ProbeResult broken = probe;
  broken.rate_per_s = 3200;
  broken.answer = "breaks";
  broken.why = "buy.p99 < 5ms: it is 7 ms";
  broken.buy_p99_us = 7000;
  broken.busiest = "the wait for a database connection";
  capacity.strategies = {{.strategy = "cache-aside",
                          .verdict = Verdict::holds,
                          .kept_per_s = 3000,
                          .broken_per_s = 3200,
                          .limited_by = broken.why,
                          .headroom_percent = 20,
                          .database_statements_per_sale = 5,
                          .cpu_us_per_op = 81,
                          .saturated_first = "the wait for a database connection, at 3200/s",
                          .knee = {.below_per_s = 3000,
                                   .at_per_s = 3200,
                                   .sentence = "the knee is between 3000 and 3200 sessions/s"},
                          .law = {.loads = 7,
                                  .lambda_per_s = 1200,
                                  .lambda_error = 40,
                                  .sigma = 0.051,
                                  .sigma_error = 0.004,
                                  .kappa = 0.0021,
                                  .kappa_error = 0.0003,
                                  .residual_percent = 2.2,
                                  .peak_in_flight = 21.3,
                                  .peak_in_flight_error = 1.5,
                                  .peak_per_s = 6100,
                                  .refused = ""},
                          .per_thousand_sales = {.database_statements = 5000,
                                                 .cache_commands = 7300,
                                                 .harness_cpu_s = 0.21,
                                                 .redis_cpu_s = std::nullopt,
                                                 .postgres_cpu_s = 0.8},
                          .sentence = "cache-aside bears between 3000 and 3200 sessions/s",
                          .probes = {broken, probe}}};
  StrategyCapacity none;
  none.strategy = "<b>|\x1b[31m";
  none.sentence = "<b>|\x1b[31m keeps its promises at no rate that was tried";
  none.law.refused = "there are 0 loads";
  capacity.strategies.push_back(none);
  return capacity;
}

}  // namespace doorbuster
