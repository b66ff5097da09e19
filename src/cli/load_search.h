// Searches for the highest load that a strategy bears, run by run: what capacity does for each
// strategy once, and compare --goal capacity several times.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/live_view.h"
#include "decide/capacity_search.h"
#include "results/capacity.h"
#include "run/runner.h"
#include "scenario/scenario.h"

namespace CLI {
class App;
}

namespace doorbuster {

// --slo: thresholds to keep beside the scenario's.
struct SloFlag {
  std::vector<std::string> expressions;

  void add_option(CLI::App& command);
  // Parsed by the scenario's own parser. An error where one is none.
  Result<Done> add_to(Scenario& scenario) const;
};

// An error, a sentence each: there is no rate to search for, or no threshold to keep.
Result<Done> ready_for_search(const Scenario& scenario);

// "buy.p99 < 50ms and failed_share < 1%"
std::string kept_in_words(const Scenario& scenario);

double highest_rate(const Scenario& scenario);

struct LoadSearch {
  std::string strategy;
  CapacitySearch search;
  std::vector<ProbeResult> probes;        // in order
  std::optional<RunResult> at_kept = {};  // the last run at the kept rate; nothing: none is kept
  std::optional<RunResult> last = {};     // of all
  std::string failure = {};               // why it ended before it was over, or ""
};

class LoadSearches {
 public:
  // Scenario and view must outlive it. Runs go to the folder "capacity" under the settings' own:
  // the many of a search are no series of results. Invariants that are `tolerated` may break.
  LoadSearches(const Scenario& scenario, RunSettings settings, LiveView& view,
               std::set<std::string> tolerated = {});

  // `seed` is added to the scenario's: another search has other buyers. An error: nothing could be
  // measured. A search that a signal or a failure ended is as far as it came.
  Result<LoadSearch> search(std::size_t strategy, const CapacityLimits& limits, std::uint64_t seed);

  int signal() const { return signal_; }  // that ended a run, or 0
  const std::optional<RunFolder>& last_folder() const { return folder_; }
  // Rate and stock are left out: they are what a search changes.
  const std::string& conditions() const { return conditions_; }
  bool simulated() const { return simulated_; }

 private:
  Result<RunEnd> probe(const std::string& name, const Scenario& scaled, double rate);

  const Scenario& scenario_;
  RunSettings settings_;
  LiveView& view_;
  std::set<std::string> tolerated_;
  std::optional<RunFolder> folder_;
  std::string conditions_;
  bool simulated_ = false;
  int signal_ = 0;
};

// The same run without the keys that a search changes.
RunResult without_rate(const RunResult& run);

}  // namespace doorbuster
