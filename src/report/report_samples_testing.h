// For tests: results with something odd in them, over results/sample_testing.h.
#pragma once

#include "results/sample_testing.h"

namespace doorbuster {

// Three trials each, one of them with few samples, and an oversell that nobody expected.
inline RunResult repeated_run() {
  RunResult run = sample_run();
  run.trials.clear();
  for (int i = 1; i <= 3; ++i) {
    run.trials.push_back(sample_trial("cache-aside", i, 500, 500, i * 2ms));
    run.trials.push_back(sample_trial("write-through-textbook", i, 500, 500 + 40 * i, i * 3ms));
  }
  Recorder few;
  sample_recording(few, 40, 40, 1ms);
  run.trials.front().latency = distill(few.latency);
  run.validity = Validity::valid;
  run.verdict = Verdict::broken;
  run.warnings.clear();
  return run;
}

// Simulated, closed, cut short before a trial ended.
inline RunResult empty_run() {
  RunResult run = sample_run();
  run.trials.clear();
  run.thresholds.clear();
  run.simulated = true;
  run.model = "closed";
  run.interrupted = true;
  run.validity = Validity::invalid;
  run.verdict = Verdict::undecided;
  return run;
}

// Bots and people, in both strategies.
inline RunResult kinds_run() {
  RunResult run = sample_run();
  for (TrialResult& trial : run.trials) add_sample_kinds(trial);
  return run;
}

// A whole run on simulated stores.
inline RunResult simulated_run() {
  RunResult run = sample_run();
  run.simulated = true;
  return run;
}

// Every word from outside is an attack.
inline constexpr const char* kAttack =
    "\x1b[2J|<script>\n# @all [x](y) `rm` *b* _i_ \xe2\x80\xae\xff &amp; \\";

inline RunResult hostile_run() {
  RunResult run = sample_run();
  run.scenario.name = run.scenario.file = run.scenario.sha256 = kAttack;
  run.run_id = run.started_at = run.doorbuster_version = run.model = kAttack;
  run.build = {kAttack, kAttack, kAttack};
  run.scenario.resolved = {{kAttack, kAttack}};
  run.environment.host = {{kAttack, kAttack}};
  run.environment.redis = {kAttack, {{kAttack, kAttack}}, 1.0};
  run.environment.durability = kAttack;
  run.warnings = {kAttack};
  run.thresholds[0].strategy = run.thresholds[0].expression = run.thresholds[0].unit = kAttack;
  run.trials.pop_back();
  TrialResult& trial = run.trials.front();
  trial.strategy = kAttack;
  trial.reasons = {kAttack};
  trial.errors = {{kAttack, kAttack, kAttack, 1}};
  trial.figures = {{{kAttack, trial.pool_wait}}, {{kAttack, 1}}};
  trial.faults = {{kAttack, kAttack, 0, 1, 1}};
  add_sample_kinds(trial);
  trial.kinds[0].name = kAttack;
  trial.audit.staleness.agrees_note = fmt::format("did not {}", kAttack);
  trial.audit.invariants[0] = {kAttack, Verdict::broken, 1, kAttack, Verdict::holds, false};
  return run;
}

// The truth could not be read; nothing was bought, nothing cached.
inline RunResult blind_run() {
  RunResult run = sample_run();
  run.trials.resize(1);
  TrialResult& trial = run.trials.front();
  trial = distill(Recorder{}, 0s);
  trial.strategy = "database-atomic";
  trial.reasons = {"the ground truth could not be read from the database after the run"};
  trial.audit = distill(audit({}, std::nullopt));
  run.validity = Validity::invalid;
  run.verdict = Verdict::undecided;
  run.thresholds[0].value.reset();
  run.thresholds[0].holds.reset();
  run.thresholds[0].samples = 0;
  return run;
}

}  // namespace doorbuster
