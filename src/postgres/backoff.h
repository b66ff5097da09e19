// Backoff: how long to wait before the next attempt to connect. Doubles from `first` to `most`,
// each time between half and all of it by chance, so that the connections of a pool, lost together,
// do not come back together. Source of the jitter: Marc Brooker, "Exponential Backoff and Jitter",
// AWS Architecture Blog, 2015. Not thread-safe.
#pragma once

#include <algorithm>

#include "base/random.h"
#include "base/time.h"

namespace doorbuster::postgres {

class Backoff {
 public:
  static constexpr Duration kFirst = 20ms;
  static constexpr Duration kMost = 1s;

  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  Duration next() {
    const auto half = Duration(next_ / 2);
    next_ = std::min<Duration>(kMost, next_ * 2);
    return half + Duration(static_cast<Duration::rep>(random_.uniform() *
                                                      static_cast<double>(half.count())));
  }
  void reset() { next_ = kFirst; }

 private:
  Random random_;
  Duration next_ = kFirst;
};

}  // namespace doorbuster::postgres
