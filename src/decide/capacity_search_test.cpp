#include "decide/capacity_search.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace doorbuster {
namespace {

// A shop whose runs keep their promises up to about `capacity`: near it they go either way.
LoadAnswer run_at(double rate, double capacity, double noise, Random& random) {
  return std::log(rate) < std::log(capacity) + noise * random.normal() ? LoadAnswer::keeps
                                                                       : LoadAnswer::breaks;
}

// Within 15 % of the truth in nine of ten, with limits anywhere from a fifth to forty times the
// first rate, and runs near the limit that differ by 4 %. The slow exhaustive way would be every
// rate in steps of 5 %, three times each.
TEST(CapacitySearch, EndsNearTheTruthInAQuarterOfTheExhaustiveRuns) {
  Random random(1);
  int near = 0;
  double probes = 0;
  double exhaustive = 0;
  for (int round = 0; round < 200; ++round) {
    const double capacity = 100 * std::exp(random.uniform() * std::log(200.0));
    CapacitySearch search({.from = 500});
    while (const auto rate = search.next()) {
      search.told({*rate, run_at(*rate, capacity, 0.04, random), "p99"});
    }
    ASSERT_TRUE(search.settled());
    near += std::abs(*search.kept() / capacity - 1) <= 0.15 ? 1 : 0;
    probes += static_cast<double>(search.probes().size());
    exhaustive += 3 * std::max(1.0, std::abs(std::log(capacity / 500) / std::log(1.05)));
  }
  EXPECT_GE(near, 180);
  EXPECT_LE(probes, exhaustive / 4);
}

TEST(CapacitySearch, OneUnluckyRunDoesNotDecide) {
  CapacitySearch search({.from = 100});
  int run = 0;
  while (const auto rate = search.next()) {
    ++run;
    const bool unlucky = run == 2;
    search.told({*rate, unlucky || *rate > 1000 ? LoadAnswer::breaks : LoadAnswer::keeps, "p99"});
  }
  EXPECT_TRUE(search.settled());
  EXPECT_GT(*search.kept(), 900);
  EXPECT_LE(*search.kept(), 1000);
  EXPECT_LE(*search.broken(), 1.1 * *search.kept() + 1e-6);
}

TEST(CapacitySearch, ASaturatedHarnessEndsItAndIsNamed) {
  CapacitySearch search({.from = 100});
  while (const auto rate = search.next()) {
    search.told({*rate, *rate > 3000 ? LoadAnswer::saturated : LoadAnswer::keeps, "late"});
  }
  ASSERT_NE(search.limit(), nullptr);
  EXPECT_EQ(search.limit()->answer, LoadAnswer::saturated);
}

TEST(CapacitySearch, AHarnessThatIsLateFromTheFirstEndsItAtOnce) {
  CapacitySearch search({.from = 100});
  while (const auto rate = search.next()) search.told({*rate, LoadAnswer::saturated, "late"});
  EXPECT_EQ(search.probes().size(), 2U);
  EXPECT_FALSE(search.kept());
}

TEST(CapacitySearch, EndsWhereNothingKeepsAndWhereNothingBreaks) {
  CapacitySearch none({.from = 100});
  while (const auto rate = none.next()) none.told({*rate, LoadAnswer::breaks, "oversold"});
  EXPECT_FALSE(none.kept());
  EXPECT_FALSE(none.settled());
  CapacitySearch all({.from = 100, .highest = 5000});
  while (const auto rate = all.next()) all.told({*rate, LoadAnswer::keeps, ""});
  EXPECT_EQ(all.kept(), 3200);
  EXPECT_FALSE(all.broken());
}

TEST(CapacitySearch, GivesUpWhereRunsNeverAgree) {
  CapacitySearch search({.from = 100, .most_probes = 30});
  int run = 0;
  while (const auto rate = search.next()) {
    search.told({*rate, ++run % 2 ? LoadAnswer::keeps : LoadAnswer::breaks, ""});
  }
  EXPECT_LE(search.probes().size(), 30U);
}

}  // namespace
}  // namespace doorbuster
