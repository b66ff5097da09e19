// Is the run worth anything? Valid, degraded or invalid, with a sentence for each reason. A pure
// function of what was recorded and of some facts that others found out. A gate never passes on an
// invalid run: a harness that was itself saturated must not praise the shop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "base/time.h"
#include "measure/recorder.h"

namespace doorbuster {

struct RunFacts {
  std::int64_t scheduled = 0;  // buyers that the arrival schedule called for
  std::int64_t started = 0;    // of these, began
  std::int64_t dropped = 0;    // of these, turned away because too many were in flight, or too late
  Duration measured{};         // how long load was measured, warm-up excluded
  // Of the machine's CPU, taken by processes that are not part of the run.
  double foreign_cpu_share = 0;
  Duration clock_resolution{};  // the steady clock's
  bool truth_read = true;       // the ground truth was read from the database afterwards
  bool stores_changed = false;  // the stores at the end were not the ones provisioned
};

struct Judgement {
  Validity validity = Validity::valid;
  std::vector<std::string> reasons;  // the invalidating ones first; empty when valid
};

Judgement judge(const Recorder& recorded, const RunFacts& facts);

// The rules' figures.
inline constexpr double kInvalidDroppedShare = 0.01;
inline constexpr double kInvalidStartedShare = 0.99;
inline constexpr double kLagShare = 0.10;      // of the latency at the same percentile
inline constexpr Duration kInvalidLag = 1ms;   // p99
inline constexpr Duration kDegradedLag = 5ms;  // p99.9
inline constexpr Duration kShortestMeasured = 5s;
inline constexpr double kMuchForeignCpu = 0.10;
inline constexpr Duration kCoarseClock = 1us;  // a clock that ticks more slowly is coarse

// A percentile with fewer samples beyond it is marked in its cell; the run stays valid.
inline constexpr std::uint64_t kSamplesBeyond = 100;

}  // namespace doorbuster
