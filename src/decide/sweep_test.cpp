#include "decide/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/compare.h"
#include "decide/generated_testing.h"

namespace doorbuster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Two strategies whose p99 cross as the key grows: `ratios` are of the second to the first.
std::vector<SweptComparison> swept(const std::vector<std::pair<std::string, double>>& ratios,
                                   Random& random, const std::string& second = "") {
  std::vector<SweptComparison> comparisons;
  for (const auto& [value, ratio] : ratios) {
    const RunResult run =
        generated_run({{.name = "aside", .sigma = 0.03},
                       {.name = "through", .p99_us = 4000 * ratio, .sigma = 0.03}},
                      8, random);
    const double level = 0.05 / static_cast<double>(ratios.size());
    comparisons.push_back({value, second,
                           compare_strategies(run, {.goal = *figure_named("buy.p99"),
                                                    .level = level,
                                                    .look_level = level,
                                                    .margin_percent = 5,
                                                    .tolerated = {},
                                                    .seed = 1,
                                                    .bootstrap_draws = 100})});
  }
  return comparisons;
}

TEST(Sweep, TellsTheCrossoverAsAnInterval) {
  Random random(1);
  const SweepResult result = sweep(
      {"buyers.read_share"}, 0.05,
      swept({{"0.5", 1.4}, {"0.8", 1.2}, {"0.9", 1.0}, {"0.95", 0.8}, {"0.99", 0.7}}, random));
  ASSERT_EQ(result.crossovers.size(), 1U);
  EXPECT_EQ(result.crossovers[0].before, "aside");
  EXPECT_EQ(result.crossovers[0].after, "through");
  EXPECT_EQ(result.crossovers[0].low, "0.8");
  EXPECT_EQ(result.crossovers[0].high, "0.95");
  EXPECT_THAT(result.crossovers[0].undecided, ElementsAre("0.9"));
  EXPECT_THAT(result.conclusion, HasSubstr("from aside to through between buyers.read_share 0.8 "
                                           "and 0.95"));
  EXPECT_THAT(result.conclusion, HasSubstr("aside at 0.5, 0.8"));
  EXPECT_EQ(result.points.at(4).choice, "through");
}

// 5 % is stated for a whole sweep of five values.
TEST(Sweep, OfNoDifferenceFindsNoCrossover) {
  Random random(2);
  int flips = 0;
  for (int round = 0; round < 40; ++round) {
    flips += sweep({"key"}, 0.05, swept({{"1", 1}, {"2", 1}, {"3", 1}, {"4", 1}, {"5", 1}}, random))
                     .crossovers.empty()
                 ? 0
                 : 1;
  }
  EXPECT_LE(flips, 2);
}

TEST(Sweep, WithoutAFlipSaysSo) {
  Random random(3);
  const SweepResult result = sweep({"key"}, 0.05, swept({{"1", 1.5}, {"2", 1.3}}, random));
  EXPECT_THAT(result.crossovers, IsEmpty());
  EXPECT_EQ(result.verdict, Verdict::holds);
  EXPECT_THAT(result.conclusion, HasSubstr("of no two strategies the better one changes"));
  EXPECT_EQ(sweep({"key"}, 0.05, {}).verdict, Verdict::undecided);
}

TEST(Sweep, WhereOneIsEliminatedThereIsNoFlip) {
  Random random(4);
  auto comparisons = swept({{"1", 1.5}, {"2", 0.6}}, random);
  comparisons[1].comparison.eliminated = {{.strategy = "through",
                                           .trial = "through.1",
                                           .constraint = "no_oversell",
                                           .runs_broken = 1,
                                           .witness = ""}};
  comparisons[1].comparison.pairs.clear();
  const SweepResult result = sweep({"key"}, 0.05, comparisons);
  EXPECT_THAT(result.crossovers, IsEmpty());
  EXPECT_THAT(result.points[1].eliminated, ElementsAre("through"));
}

TEST(Sweep, OfTwoKeysTellsTheCrossoverOfEachRow) {
  Random random(5);
  auto grid = swept({{"0.5", 1.5}, {"0.9", 0.6}}, random, "10");
  for (SweptComparison& cell : swept({{"0.5", 1.5}, {"0.9", 1.4}}, random, "400")) {
    grid.push_back(std::move(cell));
  }
  const SweepResult result = sweep({"buyers.read_share", "shop.stock"}, 0.05, grid);
  EXPECT_EQ(result.second_key, "shop.stock");
  ASSERT_EQ(result.points.size(), 4U);
  EXPECT_EQ(result.points[3].second, "400");
  ASSERT_EQ(result.crossovers.size(), 1U) << "none between two rows";
  EXPECT_EQ(result.crossovers[0].second, "10");
  EXPECT_EQ(result.crossovers[0].low, "0.5");
  EXPECT_EQ(result.crossovers[0].high, "0.9");
  EXPECT_THAT(result.conclusion, HasSubstr("Over buyers.read_share x shop.stock by buy.p99: "));
  EXPECT_THAT(result.conclusion, HasSubstr("aside at 0.5 x 10, 0.5 x 400, 0.9 x 400"));
  EXPECT_THAT(result.conclusion,
              HasSubstr("between buyers.read_share 0.5 and 0.9 at shop.stock 10"));
}

}  // namespace
}  // namespace doorbuster
