#include "measure/strategy_figures.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(StrategyFigures, AddUpUnderTheirNamesAndAcrossShards) {
  StrategyFigures one;
  one.took("relay_lag", 2ms);
  one.count("promises_lost", 0);
  StrategyFigures other;
  other.took("relay_lag", 4ms);
  other.count("promises_lost");
  other.count("batches", 3);
  one.merge(other);

  ASSERT_EQ(one.times().size(), 1U);
  EXPECT_EQ(one.times().at("relay_lag").count(), 2U);
  ASSERT_EQ(one.counts().size(), 2U);
  EXPECT_EQ(one.counts().at("promises_lost"), 1);
  EXPECT_EQ(one.counts().at("batches"), 3);
}

}  // namespace
}  // namespace doorbuster
