// Backoff: how long to wait before the next attempt to connect. Doubles from `first` to `most`,
// each time between half and all of it by chance and never above `most`, so that the connections of
// a pool, lost together, do not come back together. Source of the jitter: Marc Brooker,
// "Exponential Backoff and Jitter", AWS Architecture Blog, 2015. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "base/random.h"
#include "base/time.h"

namespace doorbuster {

class Backoff {
 public:
  // REQUIRES: 0 < first <= most
  Backoff(Duration first, Duration most, std::uint64_t seed)
      : first_(first), most_(most), random_(seed), next_(first) {
    CHECK(Duration::zero() < first && first <= most);
  }

  Duration next() {
    const Duration half = next_ / 2;
    next_ = std::min(most_, 2 * next_);
    return half + Duration(static_cast<Duration::rep>(random_.uniform() *
                                                      static_cast<double>(half.count())));
  }
  void reset() { next_ = first_; }

 private:
  const Duration first_;
  const Duration most_;
  Random random_;
  Duration next_;
};

}  // namespace doorbuster
