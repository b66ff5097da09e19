// One comparison, from a scenario to the decision in its run's folder. Errors: nothing was measured
// (exit code 3).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "cli/live_view.h"
#include "decide/compare.h"
#include "run/runner.h"

namespace doorbuster {

struct ComparisonRun {
  Scenario scenario;  // of two strategies at least
  ComparePlan plan;
  std::optional<Duration> time;  // to go on for until it is clear
  RunSettings settings;
};

struct ComparedRun {
  ComparisonResult comparison;
  RunFolder folder;
  int signal = 0;              // the one that ended it, or 0
  std::string unsaved = {};    // what could not be written, or ""
  RunResult measured_on = {};  // the scenario and the surroundings, without the trials
};

Result<ComparedRun> run_comparison(ComparisonRun run, LiveView& view);

// Where the goal is capacity (capacity_comparison.cpp); run_comparison() comes here by itself. The
// scenario has a rate and thresholds (load_search.h).
Result<ComparedRun> run_capacity_comparison(ComparisonRun run, LiveView& view);

}  // namespace doorbuster
