#include "measure/tally.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Tally, BalancesWhenEveryIntentHasExactlyOneOutcome) {
  Tally tally;
  EXPECT_TRUE(tally.balances());
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    ++tally.arrived;
    EXPECT_FALSE(tally.balances());
    ++tally[static_cast<Outcome>(i)];
    EXPECT_TRUE(tally.balances()) << to_string(static_cast<Outcome>(i));
  }
  ++tally[Outcome::sold];
  EXPECT_FALSE(tally.balances());
}

TEST(Tally, ThoseWhoOnlyLookAreOutsideTheIdentity) {
  Tally tally;
  tally.sessions = tally.browsed = tally.views = tally.views_failed = tally.attempts = 3;
  EXPECT_TRUE(tally.balances());
}

TEST(Tally, MergingAddsEveryCount) {
  Tally one;
  one.arrived = 1;
  one.sessions = 2;
  one.browsed = 3;
  one.views = 4;
  one.views_failed = 5;
  one.attempts = 6;
  one.cache_hits = 7;
  one.cache_misses = 8;
  one.cache_errors = 9;
  one.units_sold = 10;
  for (std::size_t i = 0; i < kOutcomes; ++i) one.outcomes[i] = 11 + static_cast<int>(i);
  Tally two = one;
  two.merge(one);
  EXPECT_EQ(two.arrived, 2);
  EXPECT_EQ(two.sessions, 4);
  EXPECT_EQ(two.browsed, 6);
  EXPECT_EQ(two.views, 8);
  EXPECT_EQ(two.views_failed, 10);
  EXPECT_EQ(two.attempts, 12);
  EXPECT_EQ(two.cache_hits, 14);
  EXPECT_EQ(two.cache_misses, 16);
  EXPECT_EQ(two.cache_errors, 18);
  EXPECT_EQ(two.units_sold, 20);
  for (std::size_t i = 0; i < kOutcomes; ++i) EXPECT_EQ(two.outcomes[i], 2 * one.outcomes[i]);
}

}  // namespace
}  // namespace doorbuster
