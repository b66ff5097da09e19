// compare with the goal "capacity": a search is one observation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/compare.h"
#include "decide/comparison_course.h"
#include "decide/generated_testing.h"

namespace doorbuster {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// What the searches for one strategy found, a round each; a negative one found nothing, for the
// harness was late, and one of `at_least` is a lower bound.
struct SearchedStrategy {
  std::string name;
  std::vector<double> per_s;
  bool at_least = false;
  double statements = 5;
};

ComparisonResult by_capacity(const std::vector<SearchedStrategy>& strategies,
                             std::vector<Elimination> eliminated = {}, bool interrupted = false) {
  Random random(1);
  RunResult run = generated_run({}, 0, random);
  run.interrupted = interrupted;
  ComparePlan plan{.goal = capacity_figure(),
                   .level = 0.05,
                   .look_level = 0.05,
                   .margin_percent = 5,
                   .tolerated = {},
                   .seed = 1,
                   .bootstrap_draws = 100,
                   .capacity = {.kept = "buy.p99 < 5ms",
                                .found = {},
                                .lost = {},
                                .eliminated = std::move(eliminated)},
                   .strategies = {}};
  for (const SearchedStrategy& strategy : strategies) {
    plan.strategies.push_back(strategy.name);
    int round = 0;
    for (const double per_s : strategy.per_s) {
      run.trials.push_back(generated_trial(
          {.name = strategy.name, .statements = strategy.statements, .sigma = 0.001}, ++round,
          random));
      if (per_s >= 0) {
        plan.capacity.found.push_back({strategy.name, per_s, strategy.at_least});
        continue;
      }
      run.trials.back().validity = Validity::invalid;
      plan.capacity.lost.push_back({strategy.name, "the harness was late"});
    }
  }
  return compare_strategies(run, plan);
}

TEST(CompareByCapacity, ChoosesWhatBearsMost) {
  const ComparisonResult result = by_capacity({{"cache-aside", {2000, 2100, 2050, 1990, 2020}},
                                               {"database-atomic", {1000, 1010, 990, 1005, 995}},
                                               {"write-through", {3000, 3100, 3050, 2990, 3020}}});
  EXPECT_EQ(result.verdict, Verdict::holds) << result.conclusion;
  EXPECT_EQ(result.choice, "write-through");
  EXPECT_EQ(result.decided_by, "goal");
  ASSERT_EQ(result.ranking.size(), 3U);
  EXPECT_EQ(result.ranking[0].strategy, "write-through");
  EXPECT_EQ(result.ranking[1].strategy, "cache-aside");
  EXPECT_EQ(result.ranking[2].strategy, "database-atomic");
  EXPECT_EQ(result.ranking[2].rank, 3);
  EXPECT_EQ(result.ranking[0].goal.median, 3020);
  EXPECT_EQ(result.ranking[0].runs, 5);
  EXPECT_EQ(result.unit, "/s");
  EXPECT_FALSE(result.lower_is_better);
  EXPECT_THAT(result.conclusion,
              AllOf(HasSubstr("keeps buy.p99 < 5ms and the audit"), HasSubstr("5 searches"),
                    HasSubstr("choose write-through"), Not(HasSubstr("5 runs"))));
}

TEST(CompareByCapacity, WhatBearsTheSameIsDecidedByCost) {
  const std::vector<double> same = {2000, 2001, 2002, 1999, 1998, 2000};
  const ComparisonResult cheaper =
      by_capacity({{"cache-aside", same, false, 5}, {"write-through", same, false, 9}});
  EXPECT_EQ(cheaper.verdict, Verdict::holds) << cheaper.conclusion;
  EXPECT_EQ(cheaper.choice, "cache-aside");
  EXPECT_EQ(cheaper.decided_by, "cost");
  EXPECT_EQ(cheaper.ranking.at(1).rank, 1) << "not told apart by what they bear";
  const ComparisonResult alike = by_capacity({{"cache-aside", same}, {"write-through", same}});
  EXPECT_EQ(alike.verdict, Verdict::holds);
  EXPECT_FALSE(alike.choice);
  EXPECT_THAT(alike.conclusion, HasSubstr("take any of cache-aside, write-through"));
}

TEST(CompareByCapacity, WhatSearchesDoNotTellApartStaysOpenAndSaysHowManyMore) {
  const ComparisonResult result = by_capacity({{"cache-aside", {1000, 3000, 1500, 2500, 2000}},
                                               {"write-through", {1100, 2900, 1600, 2400, 2100}}});
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_FALSE(result.choice);
  ASSERT_EQ(result.pairs.size(), 1U);
  EXPECT_FALSE(result.pairs[0].clear || result.pairs[0].alike);
  EXPECT_GT(result.pairs[0].more_runs.value_or(0), 0);
  EXPECT_THAT(result.would_change_it, HasSubstr("more searches of each"));
}

TEST(CompareByCapacity, WhatBearsNothingComesLastAndIsNoReasonToDoubt) {
  const ComparisonResult result = by_capacity(
      {{"cache-aside", {0, 0, 0, 0, 0}}, {"write-through", {3000, 3100, 3050, 2990, 3020}}});
  EXPECT_EQ(result.verdict, Verdict::holds) << result.conclusion;
  EXPECT_EQ(result.choice, "write-through");
  EXPECT_EQ(result.ranking.at(1).strategy, "cache-aside");
  EXPECT_EQ(result.ranking.at(1).goal.median, 0);
  EXPECT_EQ(result.pairs.at(0).change.percent, -100);
  const ComparisonResult neither =
      by_capacity({{"cache-aside", {0, 0, 0, 0, 0}}, {"write-through", {0, 0, 0, 0, 0}}});
  EXPECT_NE(neither.decided_by, "goal");
  EXPECT_FALSE(neither.pairs.at(0).clear);
}

// The harness gave in first at 2000/s: it may bear more than what is better by its figure.
TEST(CompareByCapacity, NothingIsCalledBetterThanALowerBound) {
  const SearchedStrategy bound{"cache-aside", {2000, 2010, 1990, 2005, 1995}, true};
  const ComparisonResult behind =
      by_capacity({bound, {"write-through", {3000, 3100, 3050, 2990, 3020}}});
  EXPECT_EQ(behind.verdict, Verdict::undecided) << behind.conclusion;
  EXPECT_NE(behind.decided_by, "goal");
  EXPECT_FALSE(behind.pairs.at(0).clear);
  EXPECT_THAT(behind.notes, Contains(HasSubstr("cache-aside bears at least so much")));
  const ComparisonResult ahead =
      by_capacity({bound, {"write-through", {1000, 1010, 990, 1005, 995}}});
  EXPECT_EQ(ahead.choice, "cache-aside") << "a bound from below is enough to be the best";
  EXPECT_EQ(ahead.decided_by, "goal");
  // Alike in figures, but the bound may lie far below what it bears.
  const ComparisonResult level =
      by_capacity({bound, {"write-through", {1999, 2009, 1989, 2004, 1994}}});
  EXPECT_FALSE(level.pairs.at(0).alike);
  EXPECT_EQ(level.verdict, Verdict::undecided);
}

TEST(CompareByCapacity, CountsTheSearchesThatFoundNothingAndSaysWhy) {
  const ComparisonResult result = by_capacity({{"cache-aside", {2000, -1, 2050, -1, 2020}},
                                               {"write-through", {3000, 3100, 3050, 2990, 3020}}});
  EXPECT_EQ(result.ranking.at(1).runs, 3);
  EXPECT_EQ(result.ranking.at(1).runs_left_out, 2);
  EXPECT_EQ(result.ranking.at(0).runs_left_out, 0);
  EXPECT_THAT(result.notes, Contains("a search for cache-aside is left out: the harness was late"));
  EXPECT_EQ(result.verdict, Verdict::undecided) << "three searches are too few";
}

// That a search kept nothing is an observation, whatever its last run was worth.
TEST(CompareByCapacity, ASearchCountsOnceByWhatItFound) {
  Random random(1);
  RunResult run = generated_run({{.name = "cache-aside"}}, 5, random);
  for (TrialResult& trial : run.trials) trial.validity = Validity::invalid;
  ComparePlan plan;
  plan.goal = capacity_figure();
  for (int i = 0; i < 5; ++i) plan.capacity.found.push_back({"cache-aside", 0, false});
  const ComparisonResult result = compare_strategies(run, plan);
  EXPECT_EQ(result.ranking.at(0).runs, 5);
  EXPECT_EQ(result.ranking.at(0).runs_left_out, 0);
}

Elimination out_by(const std::string& strategy, const std::string& trial) {
  return {.strategy = strategy,
          .trial = trial,
          .constraint = "no_oversell",
          .runs_broken = 1,
          .witness = "item 1: 503 units"};
}

TEST(CompareByCapacity, WhatWasEliminatedBeforeKeepsItsTrialAndIsNotRanked) {
  const ComparisonResult result =
      by_capacity({{"cache-aside", {9000, 9000, 9000, 9000, 9000}},
                   {"write-through", {3000, 3100, 3050, 2990, 3020}}},
                  {out_by("cache-aside", "cache-aside.1 of 20261128T000000Z-sale-00c0de")});
  ASSERT_EQ(result.eliminated.size(), 1U);
  EXPECT_EQ(result.eliminated[0].trial, "cache-aside.1 of 20261128T000000Z-sale-00c0de");
  EXPECT_EQ(result.ranking.size(), 1U);
  EXPECT_EQ(result.decided_by, "only survivor");
}

TEST(CompareByCapacity, NothingIsLeftOnlyWhereAllAreOut) {
  const std::vector<Elimination> out = {out_by("cache-aside", "cache-aside.1")};
  const ComparisonResult all = by_capacity({{"cache-aside", {}}}, out);
  EXPECT_EQ(all.verdict, Verdict::broken);
  EXPECT_THAT(all.conclusion, HasSubstr("no strategy is left to choose"));
  // The first search failed, so that of the other nothing is known.
  const ComparisonResult failed =
      by_capacity({{"cache-aside", {}}, {"write-through", {}}}, out, true);
  EXPECT_EQ(failed.verdict, Verdict::undecided);
  EXPECT_THAT(failed.conclusion, Not(HasSubstr("no strategy is left")));
  EXPECT_THAT(failed.conclusion, HasSubstr("rejected: cache-aside"));
}

TEST(CompareByCapacity, WhoIsOutInASearchIsSearchedForNoMore) {
  ComparePlan plan;
  plan.goal = capacity_figure();
  ComparisonCourse course(plan, {"cache-aside", "write-through"}, 5, std::nullopt);
  Random random(1);
  RunResult run = generated_run({}, 0, random);
  EXPECT_EQ(course.next_block(run, 0s).size(), 2U);
  course.capacity().eliminated.push_back(out_by("cache-aside", "cache-aside.1 of a search"));
  EXPECT_THAT(course.next_block(run, 1s), testing::ElementsAre("write-through"));
  course.capacity().eliminated.push_back(out_by("write-through", "write-through.1 of a search"));
  EXPECT_THAT(course.next_block(run, 2s), IsEmpty());
  EXPECT_EQ(course.conclude(run).verdict, Verdict::broken);
}

}  // namespace
}  // namespace doorbuster
