#include "base/backoff.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Backoff, DoublesUpToItsLongestBetweenHalfAndAllOfIt) {
  constexpr Duration kMost = 75ms;
  constexpr Duration kSteps[] = {10ms, 20ms, 40ms, kMost, kMost, kMost};
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Backoff backoff(10ms, kMost, seed);
    for (const Duration step : kSteps) {
      const Duration wait = backoff.next();
      EXPECT_GE(wait, step / 2);
      EXPECT_LE(wait, step);
    }
    backoff.reset();
    EXPECT_LE(backoff.next(), 10ms);
  }
}

TEST(Backoff, OfAnotherSeedWaitsAnotherTime) {
  EXPECT_NE(Backoff(10ms, 1s, 1).next(), Backoff(10ms, 1s, 2).next());
}

}  // namespace
}  // namespace doorbuster
