// A trial: one strategy, from a shop stocked anew to a judged result.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "results/result.h"
#include "run/opening.h"
#include "run/trial_history.h"

namespace doorbuster {

struct TrialPlan {
  const Scenario& scenario;
  std::string_view name;  // of the strategy in this scenario
  const StrategyEntry& strategy;
  const Options& options;
  int repetition = 1;
  int block = 1;
  std::uint64_t seed = 0;
  std::function<void(const OpeningProgress&)> on_progress = {};
  HistoryPlan history = {};
};

struct TrialEnd {
  TrialResult result;
  std::vector<ThresholdResult> thresholds;
  std::optional<std::string> trouble;  // a store is gone: no further trial makes sense
};

// An error: the doors never opened (a store that cannot be reached, a shop that cannot be stocked).
Result<TrialEnd> run_trial(const TrialPlan& plan, World& world);

}  // namespace doorbuster
