// Runs a scenario: every strategy, every repetition, each trial saved as it ends.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "results/folder.h"
#include "run/real_world.h"
#include "run/trial.h"

namespace doorbuster {

struct RunSettings {
  StoreAddresses stores;
  bool simulated = false;
  std::filesystem::path out{kDefaultResultsRoot};
  bool whole_history = false;  // every view is kept, however many there are
  // Within a block (every strategy once) the order is by lot, by the seed; else the scenario's.
  bool shuffled = false;
  // Asked before the first block and after each: the strategies of the next one; none: the run is
  // over. Empty: all of them, as many times as the scenario has repetitions.
  std::function<std::vector<std::string>(const RunResult& so_far)> next_block = {};
};

// What a run tells while it goes, on the caller's thread. Any may be empty.
struct RunObserver {
  struct Progress {
    std::string_view strategy;
    int trial = 1;  // from 1
    int trials = 1;
    OpeningProgress opening;
  };
  std::function<void(std::string_view what)> on_phase;  // "starting Redis and PostgreSQL"
  std::function<void(const Progress&)> on_progress;
  // After every trial, when result.json holds it.
  std::function<void(const RunResult&, const RunFolder&)> on_saved;
};

struct RunEnd {
  RunResult result;
  RunFolder folder;
  int signal = 0;       // the one that ended it, or 0
  std::string unsaved;  // why the result could not be written; empty: it was
};

// An error: nothing was measured (exit code 3). One that comes after the first trial ends the run
// instead, with what there is.
Result<RunEnd> run_scenario(const Scenario& scenario, const RunSettings& settings,
                            const RunObserver& observer);

}  // namespace doorbuster
