// An Opening: the doors open once, for one load, on every shard of a world, and close again.
// Warm-up and measurement are each an opening. It ends when all buyers have left. Those still
// inside at the drain limit are sent home: who thinks at once, who waits for an answer when it has
// come, and who has none 2 s later is cut; likewise once it is stopped. At rest then, but for
// statements of cut buyers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "history/history_writer.h"
#include "history/record.h"
#include "load/crowd.h"
#include "measure/recorder.h"
#include "measure/snapshot.h"
#include "run/agreement.h"
#include "run/disturbance.h"
#include "run/faults.h"
#include "run/metrics.h"
#include "run/world.h"
#include "scenario/scenario.h"
#include "store/trouble.h"
#include "strategy/registry.h"

namespace doorbuster {

// How far the opening is, about once a second, on the caller's thread.
struct OpeningProgress {
  Snapshot total;
  Duration elapsed{};  // since the doors opened
  Duration planned{};  // of arrivals
};

struct OpeningPlan {
  const Scenario& scenario;
  const Load& load;
  const StrategyEntry& strategy;
  const Options& options;
  const Stocking& stocking;  // what the shop was stocked with
  std::uint64_t seed = 0;
  std::vector<TroubleRule> troubles = {};  // on the way to the stores, while the doors are open
  std::vector<Threshold> abort_on = {};    // ends the arrivals when one no longer holds
  std::function<void(const OpeningProgress&)> on_progress = {};
  bool read_the_cache = true;        // at the end
  Faults* faults = nullptr;          // its rules are among the troubles, the last of them
  HistoryWriter* history = nullptr;  // where every operation is written down, if anywhere
};

// A threshold at the moment at which it no longer held.
struct BrokenThreshold {
  std::string expression;
  MetricValue measured;
};

struct OpeningResult {
  OpeningResult(Instant opens, Duration interval) : recorded(opens, interval) {}

  Recorder recorded;
  History history;                            // times since the doors opened
  std::optional<std::string> purchases_lost;  // why some are not in it, which then proves nothing
  Attendance attendance;
  StrategyFigures figures;  // what is special to the strategy
  std::int64_t cache_commands = 0;
  std::int64_t database_statements = 0;
  Duration arrivals_lasted{};   // until the last arrival, or the stop
  Duration lasted{};            // until the shop was empty or cut
  std::string stopped_because;  // of an early end: one sentence; empty: as planned
  // When units last came back to stock, since the doors opened; as GroundTruth has it.
  std::optional<Instant> last_return;
  std::optional<Instant> last_gate_return;    // or to a gate, likewise
  GateLog gate_log;                           // ascending by item, then sequence; likewise
  std::optional<BrokenThreshold> aborted_by;  // it ended the opening
  std::optional<std::string> trouble;         // a store that is gone
  bool cut = false;                           // somebody who had asked was cut without an answer
  Histogram pool_wait;
  // What the cache shows at rest, by product. Nothing: it was not asked, could not be, or was not
  // at rest.
  std::optional<std::vector<std::optional<Quantity>>> cached;
  // What the gate says of itself, by product, where there is one; absent as `cached` is.
  std::vector<std::optional<GateAccount>> gates;
  // Where pages come from a copy: when that and the database agreed again.
  Agreement agreement;
  Disturbance disturbance;  // of what the shards saw themselves
  CpuUse cpu;               // of the world, when all was at rest and nobody watched for that yet

  // Every operation was answered: nothing of ours can be going on in the stores.
  bool at_rest() const {
    return !cut && recorded.errors.total() == 0 && recorded.tally[Outcome::unknown] == 0;
  }
};

// An error: the doors stayed shut, for the strategy could not prepare the shop. REQUIRES: stocked
// and connected.
Result<OpeningResult> open_the_doors(const OpeningPlan& plan, World& world);

}  // namespace doorbuster
