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
using testing::Not;

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
                                                    .bootstrap_draws = 100}),
                           run});
  }
  return comparisons;
}

TEST(Sweep, TellsTheCrossoverAsAnInterval) {
  Random random(1);
  const SweepResult result = sweep(
      {.first = "buyers.read_share"},
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
    flips +=
        sweep({.first = "key"}, swept({{"1", 1}, {"2", 1}, {"3", 1}, {"4", 1}, {"5", 1}}, random))
                .crossovers.empty()
            ? 0
            : 1;
  }
  EXPECT_LE(flips, 2);
}

TEST(Sweep, WithoutAFlipSaysSo) {
  Random random(3);
  const SweepResult result = sweep({.first = "key"}, swept({{"1", 1.5}, {"2", 1.3}}, random));
  EXPECT_THAT(result.crossovers, IsEmpty());
  EXPECT_EQ(result.verdict, Verdict::holds);
  EXPECT_THAT(result.conclusion,
              HasSubstr("of no two strategies that are left the better one changes"));
  EXPECT_EQ(sweep({.first = "key"}, {}).verdict, Verdict::undecided);
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
  const SweepResult result = sweep({.first = "key"}, comparisons);
  EXPECT_THAT(result.crossovers, IsEmpty());
  EXPECT_THAT(result.points[1].eliminated, ElementsAre("through"));
}

TEST(Sweep, OfTwoKeysTellsTheCrossoverOfEachRow) {
  Random random(5);
  auto grid = swept({{"0.5", 1.5}, {"0.9", 0.6}}, random, "10");
  for (SweptComparison& cell : swept({{"0.5", 1.5}, {"0.9", 1.4}}, random, "400")) {
    grid.push_back(std::move(cell));
  }
  const SweepResult result = sweep({.first = "buyers.read_share", .second = "shop.stock"}, grid);
  EXPECT_EQ(result.second_key, "shop.stock");
  ASSERT_EQ(result.points.size(), 4U);
  EXPECT_EQ(result.points[3].second, "400");

  ASSERT_EQ(result.crossovers.size(), 2U);
  EXPECT_EQ(result.crossovers[0].along, "buyers.read_share");
  EXPECT_EQ(result.crossovers[0].second, "10");
  EXPECT_EQ(result.crossovers[0].low, "0.5");
  EXPECT_EQ(result.crossovers[0].high, "0.9");
  EXPECT_THAT(result.conclusion, HasSubstr("over buyers.read_share x shop.stock by buy.p99: "));
  EXPECT_THAT(result.conclusion, HasSubstr("aside at 0.5 x 10, 0.5 x 400, 0.9 x 400"));
  EXPECT_THAT(result.conclusion,
              HasSubstr("between buyers.read_share 0.5 and 0.9 at shop.stock 10"));
  // At a read share of 0.9 the better one changes with the stock too.
  EXPECT_EQ(result.crossovers[1].along, "shop.stock");
  EXPECT_EQ(result.crossovers[1].first, "0.9");
  EXPECT_EQ(result.crossovers[1].second, "");
  EXPECT_EQ(result.crossovers[1].before, "through");
  EXPECT_EQ(result.crossovers[1].after, "aside");
  EXPECT_EQ(result.crossovers[1].low, "10");
  EXPECT_EQ(result.crossovers[1].high, "400");
  EXPECT_THAT(result.conclusion, HasSubstr("from through to aside between shop.stock 10 and 400 "
                                           "at buyers.read_share 0.9"));
}

// "None changes" would be a claim about what nobody knows.
TEST(Sweep, WhereTwoAreNotToldApartItSaysSoAndNotThatNothingFlips) {
  Random random(6);
  auto cells = swept({{"1", 1.5}, {"2", 1.4}}, random);
  ComparedPair& pair = cells[1].comparison.pairs.at(0);
  pair.clear = pair.alike = false;
  pair.more_runs = 12;
  const SweepResult open = sweep({.first = "key"}, cells);
  EXPECT_EQ(open.pairs, 2);
  EXPECT_EQ(open.pairs_undecided, 1);
  EXPECT_THAT(open.conclusion, Not(HasSubstr("of no two strategies")));
  EXPECT_THAT(open.conclusion,
              HasSubstr("no flip is shown, with 1 of 2 pairs of strategies not told apart"));
  EXPECT_THAT(open.would_change_it, HasSubstr("up to about 12 more runs of each"));
  pair.alike = true;
  pair.more_runs.reset();
  const SweepResult alike = sweep({.first = "key"}, cells);
  EXPECT_EQ(alike.pairs_undecided, 0);
  EXPECT_THAT(alike.conclusion, HasSubstr("of no two strategies that are left"));
}

TEST(Sweep, OfACellThatWasCutShortItDoesNotSayThatNothingFlips) {
  Random random(6);
  auto cells = swept({{"1", 1.5}, {"2", 1.4}}, random);
  cells[1].comparison.ranking.clear();
  cells[1].comparison.pairs.clear();
  cells[1].comparison.choice.reset();
  cells[1].comparison.verdict = Verdict::undecided;
  const SweepResult result = sweep({.first = "key"}, cells);
  EXPECT_EQ(result.pairs_undecided, 0);
  EXPECT_THAT(result.conclusion, HasSubstr("no flip is shown, with 1 of 2 comparisons undecided"));
}

TEST(Sweep, ACellThatFailedIsNamedAndTheOthersStand) {
  Random random(7);
  auto cells = swept({{"1", 1.5}, {"2", 1.0}, {"3", 0.6}}, random);
  cells[1] = {.value = "2", .second = "", .comparison = {}, .failure = "the disk is full"};
  const SweepResult result = sweep({.first = "key"}, cells);
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_EQ(result.goal, "buy.p99");
  ASSERT_EQ(result.points.size(), 3U);
  EXPECT_EQ(result.points[1].failure, "the disk is full");
  EXPECT_THAT(result.conclusion, HasSubstr("nothing measured at 2"));
  EXPECT_THAT(result.conclusion, HasSubstr("with nothing measured at 1 of 3 values"));
  ASSERT_EQ(result.crossovers.size(), 1U);
  EXPECT_THAT(result.crossovers[0].undecided, ElementsAre("2"));
  cells[2] = cells[1];
  cells[2].value = "3";
  EXPECT_EQ(sweep({.first = "key"}, cells).goal, "buy.p99") << "where the last one failed too";
}

TEST(Sweep, ItsSentenceHasConditionsGoalAndWhatWouldChangeIt) {
  Random random(8);
  auto cells = swept({{"100", 1.5}, {"200", 1.4}}, random);
  for (SweptComparison& cell : cells) {
    for (auto& [key, fact] : cell.measured_on.scenario.resolved) {
      if (key == "load.rate") fact = std::stod(cell.value);
    }
  }
  const SweepResult result = sweep({.first = "load.rate"}, cells);
  EXPECT_EQ(result.conditions,
            "scenario sale, flash load of each load.rate sessions/s for 9s, 500 units in stock, "
            "Redis 7.0.15, PostgreSQL 15.8, loopback, on 2 CPUs of a CPU (PostgreSQL with fsync "
            "off, Redis with appendonly no)");
  EXPECT_EQ(result.would_change_it,
            "values of load.rate that were not tried; another load, stock or hardware, durable "
            "stores, or a round trip other than loopback's");
  EXPECT_EQ(result.conclusion.find("Under " + result.conditions + ": over load.rate by buy.p99: "),
            0U);
  EXPECT_THAT(result.conclusion,
              HasSubstr("; what would change it: " + result.would_change_it + "."));
  EXPECT_THAT(sweep({.first = "network.rtt", .second = "stores.durable"}, cells).conditions,
              HasSubstr("loopback with each network.rtt added, on 2 CPUs of a CPU (each "
                        "stores.durable)"));
  EXPECT_THAT(sweep({.first = "load.rate", .kept = "buy.p99 < 5ms"}, cells).conditions,
              HasSubstr("that keeps buy.p99 < 5ms and the audit"));
}

}  // namespace
}  // namespace doorbuster
