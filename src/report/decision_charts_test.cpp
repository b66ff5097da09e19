#include "report/decision_charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

// A load past the limit has a thousand times as many in flight as the others.
TEST(DecisionCharts, DrawTheLawByRatiosFromTheLeastInFlightToTheMost) {
  CapacityResult capacity = sample_capacity();
  auto& strategy = capacity.strategies[0];
  strategy.law.lambda_per_s = 1000;
  strategy.law.sigma = 0.1;
  strategy.law.kappa = 0.0001;
  strategy.probes[0].in_flight = 0.5;
  strategy.probes[1].in_flight = 5000;
  strategy.probes.push_back(strategy.probes[0]);
  strategy.probes.back().in_flight = 0;
  const DecisionCharts charts = charts_of(capacity);
  const auto law = std::ranges::find(charts.charts, "law", &DecisionChart::name);
  ASSERT_NE(law, charts.charts.end());
  EXPECT_TRUE(law->x_log);
  const auto& points = law->lines.at(0).points;
  ASSERT_GE(points.size(), 3U);
  EXPECT_NEAR(points.front().x, 0.5, 1e-9) << "nothing has no place on a logarithmic axis";
  EXPECT_NEAR(points.back().x, 5000, 1e-6);
  EXPECT_NEAR(points[1].x / points[0].x, points[2].x / points[1].x, 1e-9);
}

}  // namespace
}  // namespace doorbuster
