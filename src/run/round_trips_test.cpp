#include "run/round_trips.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace doorbuster {
namespace {

std::string costs_of(std::string_view name) {
  const StrategyEntry& entry = *find_strategy(name);
  const MeasuredCosts costs = measure_costs(entry, default_options(entry));
  return fmt::format("view {}, then {}; sale {}; refusal {}", to_string(costs.first_view),
                     to_string(costs.next_view), to_string(costs.sale), to_string(costs.refusal));
}

TEST(RoundTripsOfTheCatalogue, AreTheOnesOfTheTextbook) {
  EXPECT_EQ(costs_of("database-atomic"), "view 1D, then 1D; sale 1D; refusal 1D");
  EXPECT_EQ(costs_of("database-pessimistic"), "view 1D, then 1D; sale 5D; refusal 3D");
  EXPECT_EQ(costs_of("read-then-write"), "view 1D, then 1D; sale 3D; refusal 1D");
  EXPECT_EQ(costs_of("cache-aside"), "view 2R + 1D, then 1R; sale 1R + 1D; refusal 1D");
  EXPECT_EQ(costs_of("combined"), "view 2R + 1D, then 1R; sale 3R + 1D; refusal 1R");
  EXPECT_EQ(costs_of("write-behind"), "view 1R, then 1R; sale 1R; refusal 1R");
  EXPECT_EQ(costs_of("write-through"), "view 2R + 1D, then 1R; sale 1R + 1D; refusal 1D");
  EXPECT_EQ(costs_of("sharded-stock"), "view 1D, then 1D; sale 1D; refusal 8D");
  EXPECT_EQ(costs_of("hold"), "view 1D, then 1D; sale 2D; refusal 1D");
  EXPECT_EQ(costs_of("cache-aside-textbook"),
            "view 2R + 1D, then 1R; sale 1R + 2D; refusal 1R + 2D");
}

TEST(RoundTripsOfTheCatalogue, AreMeasuredOfEveryStrategy) {
  for (const StrategyEntry& entry : strategies()) {
    const MeasuredCosts costs = measure_costs(entry, default_options(entry));
    EXPECT_NE(to_string(costs.first_view), "none") << entry.name;
    EXPECT_NE(to_string(costs.sale), "none") << entry.name;
    EXPECT_NE(to_string(costs.refusal), "none") << entry.name;
  }
}

}  // namespace
}  // namespace doorbuster
