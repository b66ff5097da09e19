// How long things take at the simulated servers. Times are medians of lognormals with `sigma`,
// network and rtt are constant. The default takes no time at all: for tests of interleavings.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace doorbuster {

struct ServiceModel {
  Duration redis_service{};     // one command, on the one thread Redis has
  Duration postgres_service{};  // one statement, on one of the cores
  Duration postgres_commit{};   // after it, while its locks are held and no core is
  int cores = 1;                // of the PostgreSQL server
  Duration network{};           // one way
  Duration rtt{};               // added to each round trip, half each way
  double sigma = 0;
  bool fused = false;  // each operation happens and is answered in one step (fewer interleavings)

  Duration one_way() const { return network + rtt / 2; }
  Duration draw(Duration median, Random& random) const {
    if (median == Duration{} || sigma == 0) return median;
    return Duration(
        static_cast<Duration::rep>(random.lognormal(static_cast<double>(median.count()), sigma)));
  }
};

}  // namespace doorbuster
