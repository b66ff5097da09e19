// How long a buyer who lost to others waits before the next attempt: anything between nothing and a
// bound that doubles with each attempt, so that those who collided do not collide again.
// base/backoff.h never waits less than half of its bound, which suits connections. Source: Marc
// Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 ("full jitter").
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.h"
#include "base/time.h"

namespace doorbuster {

// `retry` counts from 0, for which the bound is `first`; it doubles no more than six times.
inline Duration full_jitter(Random& random, Duration first, std::int64_t retry) {
  const Duration bound = first * (std::int64_t{1} << std::min<std::int64_t>(retry, 6));
  return Duration(
      static_cast<Duration::rep>(random.uniform() * static_cast<double>(bound.count())));
}

}  // namespace doorbuster
