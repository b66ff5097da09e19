// DOORBUSTER_BENCH_SECONDS=0.2 asks only that a benchmark runs: it measures for so long instead of
// its usual time, and once instead of several times. tools/test does so.
#pragma once

#include <cstdlib>

#include "base/time.h"

namespace doorbuster {

inline const char* asked_seconds() { return std::getenv("DOORBUSTER_BENCH_SECONDS"); }

inline Duration seconds_or(double usual) {
  return from_seconds(asked_seconds() == nullptr ? usual : std::atof(asked_seconds()));
}

inline int times_or(int usual) { return asked_seconds() == nullptr ? usual : 1; }

}  // namespace doorbuster
