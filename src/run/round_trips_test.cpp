#include "run/round_trips.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

namespace doorbuster {
namespace {

std::string costs_of(const StrategyEntry& entry) {
  const MeasuredCosts costs = measure_costs(entry, default_options(entry));
  return fmt::format("view {}, then {}; sale {}; refusal {}", to_string(costs.first_view),
                     to_string(costs.next_view), to_string(costs.sale), to_string(costs.refusal));
}

// Changed on purpose only: `doorbuster list strategies` prints what is measured here.
TEST(RoundTripsOfTheCatalogue, AreTheOnesOfTheTextbook) {
  const std::map<std::string_view, std::string> textbook = {
      {"database-atomic", "view 1D, then 1D; sale 1D; refusal 1D"},
      {"database-pessimistic", "view 1D, then 1D; sale 5D; refusal 3D"},
      {"database-optimistic", "view 1D, then 1D; sale 2D; refusal 1D"},
      {"advisory-lock", "view 1D, then 1D; sale 1D; refusal 2D"},
      {"unit-rows", "view 1D, then 1D; sale 1D; refusal 2D"},
      {"sharded-stock", "view 1D, then 1D; sale 1D; refusal 8D"},
      {"read-then-write", "view 1D, then 1D; sale 3D; refusal 1D"},
      {"cache-aside-textbook", "view 2R + 1D, then 1R; sale 1R + 2D; refusal 1R + 2D"},
      {"cache-aside", "view 2R + 1D, then 1R; sale 1R + 1D; refusal 1D"},
      {"write-through-textbook", "view 2R + 1D, then 1R; sale 1R + 2D; refusal 1R + 2D"},
      {"write-through", "view 2R + 1D, then 1R; sale 1R + 1D; refusal 1D"},
      {"outbox", "view 2R + 1D, then 1R; sale 1D; refusal 1D"},
      {"redis-lock", "view 1D, then 1D; sale 2R + 1D; refusal 2R + 1D"},
      {"redis-gate", "view 1R, then 1R; sale 2R + 1D; refusal 1R"},
      {"write-behind", "view 1R, then 1R; sale 1R; refusal 1R"},
      {"hold", "view 1D, then 1D; sale 2D; refusal 1D"},
      {"combined", "view 2R + 1D, then 1R; sale 3R + 1D; refusal 1R"},
  };
  std::map<std::string_view, std::string> measured;
  for (const StrategyEntry& entry : strategies()) measured[entry.name] = costs_of(entry);
  EXPECT_EQ(measured, textbook);
}

}  // namespace
}  // namespace doorbuster
