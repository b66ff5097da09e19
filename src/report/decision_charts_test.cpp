#include "report/decision_charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "report/decision_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

std::vector<bool> gaps_of(const DecisionLine& line) {
  std::vector<bool> gaps;
  for (const DecisionPoint& point : line.points) gaps.push_back(std::isnan(point.y));
  return gaps;
}

TEST(DecisionCharts, OfASweepHaveAGapWhereAStrategyWasRejectedOrNothingMeasured) {
  SweepResult sweep = sample_sweep();
  std::erase_if(sweep.points[1].goals,
                [](const SweepMedian& each) { return each.strategy == "cache-aside"; });
  const DecisionCharts charts = charts_of(sweep);
  ASSERT_EQ(charts.charts.size(), 1U);
  const DecisionChart& chart = charts.charts[0];
  EXPECT_THAT(chart.names, testing::ElementsAre("0.5", "0.9", "0.99", "0.999"));
  ASSERT_EQ(chart.lines.size(), 2U);
  EXPECT_EQ(gaps_of(chart.lines[0]), (std::vector{false, true, false, true}));
  EXPECT_EQ(gaps_of(chart.lines[1]), (std::vector{false, false, true, true}));
  EXPECT_THAT(to_json(charts), HasSubstr("{\"x\":1,\"y\":null,\"low\":null,\"high\":null}"));
}

TEST(DecisionCharts, OfAGridHaveTheFlipsAlongTheFirstKeyAlone) {
  const DecisionCharts charts = charts_of(sample_grid());
  ASSERT_EQ(charts.charts.size(), 2U);
  EXPECT_EQ(charts.charts[0].bands.size(), 1U);
  EXPECT_TRUE(charts.charts[1].bands.empty()) << "the other flip is along the second key";
}

TEST(DecisionCharts, HaveNoLineOfWhatIsNowhereToBeSeen) {
  SweepResult grid = sample_grid();
  for (SweepPoint& point : grid.points) {
    if (point.second == "5")
      std::erase_if(point.goals,
                    [](const SweepMedian& each) { return each.strategy == "cache-aside"; });
  }
  EXPECT_EQ(charts_of(grid).charts.at(0).lines.size(), 1U);
  EXPECT_EQ(charts_of(grid).charts.at(1).lines.size(), 2U);
}

}  // namespace
}  // namespace doorbuster
