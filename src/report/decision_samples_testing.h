// For tests: what check, trend and compare would have found, with something in every key. Tests
// only.
#pragma once

#include "results/check.h"
#include "results/comparison.h"
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

}  // namespace doorbuster
