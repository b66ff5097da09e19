#include "decide/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/comparison_course.h"
#include "decide/generated_testing.h"

namespace doorbuster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ComparePlan by_p99() {
  return {.goal = *figure_named("buy.p99"),
          .level = 0.05,
          .look_level = 0.05,
          .margin_percent = 5,
          .tolerated = {},
          .seed = 1,
          .bootstrap_draws = 100};
}

const GeneratedStrategy kAside = {.name = "cache-aside", .p99_us = 4000, .statements = 5};
const GeneratedStrategy kAtomic = {.name = "database-atomic", .p99_us = 4000, .statements = 5};
const GeneratedStrategy kThrough = {.name = "write-through", .p99_us = 4000, .statements = 5};

GeneratedStrategy slower(GeneratedStrategy strategy, double factor) {
  strategy.p99_us *= factor;
  return strategy;
}

ComparisonResult compare_once(const std::vector<GeneratedStrategy>& strategies, int blocks,
                              Random& random) {
  return compare_strategies(generated_run(strategies, blocks, random), by_p99());
}

// Three strategies that are one, by three names: 5 % is the stated level of even one false
// difference, by goal or cost, in a whole comparison.
TEST(Compare, TheSameBuildAgainstItselfShowsNoDifferenceMoreOftenThanTheLevel) {
  Random random(1);
  int alarms = 0;
  for (int round = 0; round < 100; ++round) {
    const ComparisonResult result = compare_once({kAside, kAtomic, kThrough}, 6, random);
    const bool any = std::ranges::any_of(result.pairs, [](const ComparedPair& pair) {
      return pair.clear && pair.metric == "buy.p99";
    });
    alarms += any ? 1 : 0;
    EXPECT_NE(result.verdict, Verdict::broken);
  }
  EXPECT_LE(alarms, 5);
}

// The same, looked at again and again for as long as there is time.
TEST(Compare, LookingAgainDoesNotMakeMoreFalseDifferences) {
  Random random(2);
  int alarms = 0;
  for (int round = 0; round < 100; ++round) {
    ComparisonCourse course(by_p99(), {"a", "b"}, 5, 40s);
    const GeneratedStrategy a{.name = "a"};
    const GeneratedStrategy b{.name = "b"};
    RunResult run = generated_run({a, b}, 0, random);
    run.trials.clear();
    for (int block = 1; !course.next_block(run, 1s * (block - 1)).empty(); ++block) {
      run.trials.push_back(generated_trial(a, block, random));
      run.trials.push_back(generated_trial(b, block, random));
    }
    const ComparisonResult result = course.conclude(run);
    const bool any = std::ranges::any_of(result.pairs, [](const ComparedPair& pair) {
      return pair.clear && pair.metric == "buy.p99";
    });
    alarms += any ? 1 : 0;
  }
  EXPECT_LE(alarms, 5);
}

// The planted slowdown of 20 %, among runs that differ by 5 %.
TEST(Compare, FindsTwentyPercentInNineteenOfTwenty) {
  Random random(3);
  int found = 0;
  for (int round = 0; round < 20; ++round) {
    const ComparisonResult result =
        compare_once({slower(kAside, 1.2), kThrough, slower(kAtomic, 1.25)}, 6, random);
    found += result.choice == "write-through" && result.decided_by == "goal" &&
                     result.verdict == Verdict::holds
                 ? 1
                 : 0;
  }
  EXPECT_GE(found, 19);
}

TEST(Compare, AnOversellAlwaysEliminatesWithItsTrialAndWitness) {
  Random random(4);
  for (int round = 0; round < 20; ++round) {
    RunResult run = generated_run({slower(kAside, 0.1), kThrough, kAtomic}, 5, random);
    // Expected or not, in a valid trial or not.
    TrialResult& trial = run.trials[static_cast<std::size_t>(3 * (round % 5))];
    let_oversell(trial, round % 2 == 0);
    if (round % 3 == 0) trial.validity = Validity::invalid;
    const ComparisonResult result = compare_strategies(run, by_p99());
    ASSERT_EQ(result.eliminated.size(), 1U);
    EXPECT_EQ(result.eliminated[0].strategy, "cache-aside");
    EXPECT_EQ(result.eliminated[0].trial, fmt::format("cache-aside.{}", 1 + round % 5));
    EXPECT_EQ(result.eliminated[0].constraint, "no_oversell");
    EXPECT_THAT(result.eliminated[0].witness, HasSubstr("503 units"));
    EXPECT_NE(result.choice, "cache-aside");
    EXPECT_THAT(result.conclusion, HasSubstr("rejected: cache-aside (no_oversell in "));
    EXPECT_EQ(result.ranking.size(), 2U);
  }
}

// A run of these p99 of purchases, in microseconds; costs are all alike.
RunResult run_of(const std::vector<std::pair<GeneratedStrategy, std::vector<double>>>& strategies) {
  Random random(1);
  std::vector<GeneratedStrategy> named;
  for (const auto& [strategy, p99] : strategies) named.push_back(strategy);
  RunResult run = generated_run(named, static_cast<int>(strategies[0].second.size()), random);
  for (TrialResult& trial : run.trials) {
    for (const auto& [strategy, p99] : strategies) {
      if (trial.strategy != strategy.name) continue;
      trial.latency.buy.p99_us = p99.at(static_cast<std::size_t>(trial.repetition - 1));
    }
    trial.cost.harness_cpu_us_per_op = 80;
  }
  return run;
}

TEST(Compare, WhatIsNotToldFromTheBestRanksWithItWhateverStandsBetweenThem) {
  const ComparisonResult result =
      compare_strategies(run_of({{kAside, {1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007}},
                                 {kAtomic, {2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007}},
                                 {kThrough, {500, 510, 520, 5000, 5100, 5200, 5300, 5400}}}),
                         by_p99());
  ASSERT_EQ(result.ranking.size(), 3U);
  EXPECT_EQ(result.ranking[0].strategy, "cache-aside");
  EXPECT_EQ(result.ranking[1].strategy, "write-through");
  EXPECT_EQ(result.ranking[1].rank, 1);
  EXPECT_EQ(result.ranking[2].strategy, "database-atomic");
  EXPECT_EQ(result.ranking[2].rank, 3);
  EXPECT_NE(result.decided_by, "goal");
  EXPECT_EQ(result.verdict, Verdict::undecided);
}

TEST(Compare, SaysByHowMuchOfItsOwnTheOtherMustImprove) {
  const ComparisonResult result =
      compare_strategies(run_of({{kAside, {1000, 1000, 1000, 1000, 1000, 1000}},
                                 {kAtomic, {2500, 2500, 2500, 2500, 2500, 2500}}}),
                         by_p99());
  EXPECT_THAT(result.would_change_it,
              HasSubstr("database-atomic if its buy.p99 improved by about 60 % or more"));
}

TEST(Compare, WhatIsToleratedEliminatesNobodyAndIsSaid) {
  Random random(5);
  RunResult run = generated_run({kAside, kThrough}, 5, random);
  let_oversell(run.trials[0]);
  ComparePlan plan = by_p99();
  plan.tolerated = {"no_oversell"};
  const ComparisonResult result = compare_strategies(run, plan);
  EXPECT_THAT(result.eliminated, IsEmpty());
  EXPECT_THAT(result.notes, testing::Contains(HasSubstr("no_oversell was told to be tolerated")));
}

TEST(Compare, AThresholdEliminatesWhereMostTrialsBreakIt) {
  Random random(6);
  RunResult run = generated_run({kAside, kThrough}, 5, random);
  for (int repetition = 1; repetition <= 5; ++repetition) {
    for (const char* name : {"cache-aside", "write-through"}) {
      const bool broken = std::string(name) == "cache-aside" ? repetition != 3 : repetition == 3;
      run.thresholds.push_back({.strategy = name,
                                .repetition = repetition,
                                .expression = "buy.p99 < 5ms",
                                .value = broken ? 6.5 : 4,
                                .unit = "ms",
                                .samples = 1000,
                                .holds = !broken});
    }
  }
  const ComparisonResult result = compare_strategies(run, by_p99());
  ASSERT_EQ(result.eliminated.size(), 1U);
  EXPECT_EQ(result.eliminated[0].constraint, "buy.p99 < 5ms");
  EXPECT_EQ(result.eliminated[0].runs_broken, 4);
  EXPECT_EQ(result.eliminated[0].witness, "it is 6.5 ms");
  EXPECT_EQ(result.decided_by, "only survivor");
  EXPECT_EQ(result.verdict, Verdict::holds);
}

TEST(Compare, SaysThatThereIsNoDifferenceAndHowManyRunsWouldShowOne) {
  Random random(7);
  GeneratedStrategy noisy = kAside;
  noisy.sigma = 0.3;
  GeneratedStrategy other = kThrough;
  other.sigma = 0.3;
  const ComparisonResult result = compare_once({noisy, other}, 5, random);
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_FALSE(result.choice);
  EXPECT_THAT(result.conclusion, HasSubstr("no difference shown yet between"));
  EXPECT_THAT(result.conclusion, HasSubstr("more of each would show 5 %"));
  ASSERT_TRUE(result.pairs.at(0).more_runs);
  EXPECT_GT(*result.pairs[0].more_runs, 50);
  EXPECT_EQ(result.ranking.at(0).rank, 1);
  EXPECT_EQ(result.ranking.at(1).rank, 1) << "not told apart";
}

TEST(Compare, WhatIsAlikeInTheGoalIsDecidedByCost) {
  Random random(8);
  GeneratedStrategy cheap = kAside;
  GeneratedStrategy dear = kThrough;
  cheap.sigma = dear.sigma = 0.005;
  dear.statements = 9;
  const ComparisonResult result = compare_once({cheap, dear}, 6, random);
  EXPECT_EQ(result.verdict, Verdict::holds) << result.conclusion;
  EXPECT_EQ(result.choice, "cache-aside");
  EXPECT_EQ(result.decided_by, "cost");
  EXPECT_THAT(result.conclusion, HasSubstr("statements_per_sale is 80.0 % higher"));
  dear.statements = 5;
  const ComparisonResult alike = compare_once({cheap, dear}, 6, random);
  EXPECT_EQ(alike.verdict, Verdict::holds);
  EXPECT_FALSE(alike.choice);
  EXPECT_THAT(alike.conclusion, HasSubstr("take any of"));
}

TEST(Compare, GoodputIsBetterWhenItIsHigher) {
  Random random(9);
  RunResult run = generated_run({kAside, kThrough}, 6, random);
  for (TrialResult& trial : run.trials) {
    trial.throughput.goodput_units_per_s = trial.strategy == "write-through"
                                               ? 60 + 0.1 * trial.repetition
                                               : 40 + 0.1 * trial.repetition;
  }
  ComparePlan plan = by_p99();
  plan.goal = *figure_named("goodput");
  const ComparisonResult result = compare_strategies(run, plan);
  EXPECT_EQ(result.choice, "write-through");
  EXPECT_THAT(result.conclusion, HasSubstr("% lower"));
}

TEST(Compare, OfFewerThanFiveBlocksNothingIsClear) {
  Random random(10);
  const ComparisonResult result = compare_once({kAside, slower(kThrough, 3)}, 4, random);
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_EQ(compare_once({}, 1, random).verdict, Verdict::undecided);
}

TEST(Compare, WhenNobodyIsLeftItIsBroken) {
  Random random(11);
  RunResult run = generated_run({kAside, kThrough}, 5, random);
  for (TrialResult& trial : run.trials) let_oversell(trial);
  const ComparisonResult result = compare_strategies(run, by_p99());
  EXPECT_EQ(result.verdict, Verdict::broken);
  EXPECT_EQ(result.eliminated.at(0).runs_broken, 5);
  EXPECT_THAT(result.conclusion, HasSubstr("no strategy is left to choose"));
}

TEST(Compare, AChoiceWhoseAuditIsUndecidedIsNone) {
  Random random(12);
  RunResult run = generated_run({kAside, slower(kThrough, 2)}, 5, random);
  run.trials[0].audit.as_expected = std::nullopt;
  const ComparisonResult result = compare_strategies(run, by_p99());
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_THAT(result.notes, testing::Contains("the audit of cache-aside.1 is undecided"));
}

TEST(Compare, SaysWhyRunsAreLeftOut) {
  Random random(16);
  RunResult run = generated_run({kAside, kThrough}, 5, random);
  for (TrialResult& trial : run.trials) {
    trial.validity = Validity::invalid;
    trial.reasons = {"the harness was late"};
  }
  const ComparisonResult result = compare_strategies(run, by_p99());
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_EQ(result.ranking.at(0).runs_left_out, 5);
  EXPECT_THAT(result.notes, testing::Contains("cache-aside.1 is left out: the harness was late"));
  EXPECT_THAT(result.conclusion, HasSubstr("of cache-aside no run counts"));
}

TEST(Compare, ItsLastSentenceHasConditionsAndWhatWouldChangeIt) {
  Random random(13);
  const ComparisonResult result = compare_once({kAside, slower(kThrough, 1.5)}, 5, random);
  EXPECT_THAT(result.conclusion, HasSubstr("Under scenario sale, flash load of 3500 sessions/s"));
  EXPECT_THAT(result.conclusion, HasSubstr("500 units in stock, Redis 7.0.15, PostgreSQL 15.8"));
  EXPECT_THAT(result.conclusion, HasSubstr("fsync off"));
  EXPECT_THAT(result.conclusion, HasSubstr("choose cache-aside, whose buy.p99 is"));
  EXPECT_THAT(result.conclusion, HasSubstr("what would change it: write-through if its buy.p99"));
  EXPECT_THAT(result.conclusion, HasSubstr("a round trip other than loopback's"));
  EXPECT_THAT(result.conclusion, Not(HasSubstr("\n")));
}

TEST(ComparisonCourse, RunsAsManyBlocksAsCanShowAnything) {
  EXPECT_EQ(fewest_blocks(1, 0.05), 5);
  EXPECT_EQ(fewest_blocks(3, 0.05), 5);
  EXPECT_EQ(fewest_blocks(6, 0.05), 6);
  EXPECT_EQ(fewest_blocks(10, 0.05), 7);
  EXPECT_EQ(ComparisonCourse(by_p99(), {"a", "b"}, 9, std::nullopt).fewest(), 9);
}

TEST(ComparisonCourse, WithoutTimeEndsAfterTheFewestAndDropsWhoOversells) {
  Random random(14);
  ComparisonCourse course(by_p99(), {"cache-aside", "write-through"}, 5, std::nullopt);
  RunResult run = generated_run({kAside, kThrough}, 0, random);
  run.trials.clear();
  EXPECT_THAT(course.next_block(run, 0s), ElementsAre("cache-aside", "write-through"));
  run.trials = generated_run({kAside, kThrough}, 1, random).trials;
  let_oversell(run.trials[0]);
  EXPECT_THAT(course.next_block(run, 1s), ElementsAre("write-through"));
  run = generated_run({kAside, kThrough}, 5, random);
  EXPECT_THAT(course.next_block(run, 5s), IsEmpty());
}

TEST(ComparisonCourse, EndsEarlyWhenItIsClearAndLateWhenItIsNot) {
  Random random(15);
  for (const bool clear : {true, false}) {
    ComparisonCourse course(by_p99(), {"cache-aside", "write-through"}, 5, 100s);
    const GeneratedStrategy other = clear ? slower(kThrough, 3) : kThrough;
    RunResult run = generated_run({kAside, other}, 0, random);
    run.trials.clear();
    run.interrupted = true;  // as every run is that has not ended
    int block = 0;
    while (block < 300 && !course.next_block(run, 1s * block).empty()) {
      ++block;
      run.trials.push_back(generated_trial(kAside, block, random));
      run.trials.push_back(generated_trial(other, block, random));
    }
    run.interrupted = false;
    const ComparisonResult result = course.conclude(run);
    if (clear) {
      EXPECT_EQ(block, 5);
      EXPECT_EQ(result.look_level, 0.025);
    } else {
      EXPECT_GT(block, 5);
      EXPECT_LE(block, 100);
    }
  }
}

}  // namespace
}  // namespace doorbuster
