#include "decide/trend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/generated_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

TrendPlan default_trend() {
  TrendPlan plan;
  for (const std::string& name : default_check_figures("open")) {
    plan.figures.push_back(*figure_named(name));
  }
  return plan;
}

// A run for each factor, a day apart, whose p99 is that of 4 ms times the factor; three trials
// each.
std::vector<NamedRun> series_by(const std::vector<double>& factors, Random& random) {
  std::vector<NamedRun> runs;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    RunResult run = generated_run({{.p99_us = 4000 * factors[i]}}, 3, random);
    run.started_at = fmt::format("2026-{:02}-{:02}T00:00:00Z", 1 + i / 28, 1 + i % 28);
    run.build.commit = fmt::format("c{}", i);
    runs.push_back({fmt::format("run {}", i), std::move(run)});
  }
  return runs;
}

// 5 % is stated, for all three series together.
TEST(Trend, OfPureNoiseAlarmsNoMoreOftenThanItsLevel) {
  Random random(1);
  int alarms = 0;
  for (int round = 0; round < 60; ++round) {
    const TrendResult result =
        trend(series_by(std::vector<double>(24, 1.0), random), default_trend());
    EXPECT_NE(result.verdict, Verdict::undecided);
    alarms += result.verdict == Verdict::broken ? 1 : 0;
  }
  EXPECT_LE(alarms, 4);
}

TEST(Trend, FindsTheCommitThatMadeItWorse) {
  Random random(2);
  std::vector<double> factors(24, 1.0);
  for (std::size_t i = 14; i < 24; ++i) factors[i] = 1.2;
  const TrendResult result = trend(series_by(factors, random), default_trend());
  EXPECT_EQ(result.verdict, Verdict::broken);
  ASSERT_EQ(result.series.at(0).changes.size(), 1U);
  EXPECT_EQ(result.series[0].changes[0].commit, "c14");
  EXPECT_TRUE(result.series[0].changes[0].worse);
  EXPECT_NEAR(*result.series[0].changes[0].change.percent, 20, 6);
  EXPECT_THAT(result.conclusion, HasSubstr("Worse: cache-aside: buy.p99 is"));
  EXPECT_THAT(result.conclusion, HasSubstr("commit c14"));
}

TEST(Trend, SeesSlowCreepOfWhichNoStepWouldCount) {
  Random random(3);
  std::vector<double> factors;
  for (int i = 0; i < 30; ++i) factors.push_back(1 + 0.006 * i);
  EXPECT_EQ(trend(series_by(factors, random), default_trend()).verdict, Verdict::broken);
}

TEST(Trend, OneNoisyRunIsNoAlarm) {
  Random random(4);
  for (const std::size_t at : {5U, 12U, 23U}) {
    std::vector<double> factors(24, 1.0);
    factors[at] = 3;
    const TrendResult result = trend(series_by(factors, random), default_trend());
    EXPECT_EQ(result.verdict, Verdict::holds) << at << " " << result.conclusion;
  }
}

// Both changes are found, and hardly ever a third: each stretch is tested at the level anew.
TEST(Trend, WhatWasMendedIsToldAndIsNoAlarm) {
  Random random(5);
  int exactly_two = 0;
  for (int round = 0; round < 10; ++round) {
    std::vector<double> factors(36, 1.0);
    for (std::size_t i = 12; i < 24; ++i) factors[i] = 1.4;
    const TrendResult result = trend(series_by(factors, random), default_trend());
    EXPECT_EQ(result.verdict, Verdict::holds) << result.conclusion;
    ASSERT_GE(result.series[0].changes.size(), 2U);
    exactly_two += result.series[0].changes.size() == 2 ? 1 : 0;
  }
  EXPECT_GE(exactly_two, 8);
}

TEST(Trend, AnImprovementIsNoAlarm) {
  Random random(6);
  std::vector<double> factors(24, 1.0);
  for (std::size_t i = 12; i < 24; ++i) factors[i] = 0.7;
  const TrendResult result = trend(series_by(factors, random), default_trend());
  EXPECT_EQ(result.verdict, Verdict::holds);
  EXPECT_EQ(result.series[0].changes.size(), 1U);
}

TEST(Trend, OfFewRunsIsUndecided) {
  Random random(7);
  const TrendResult result = trend(series_by({1, 1, 1, 2, 2, 2}, random), default_trend());
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_THAT(result.conclusion, HasSubstr("has 6 runs, and a trend needs 10"));
  EXPECT_EQ(trend({}, default_trend()).verdict, Verdict::undecided);
}

TEST(Trend, AnOversellInTheNewestRunIsAnAlarm) {
  Random random(8);
  auto runs = series_by(std::vector<double>(12, 1.0), random);
  let_oversell(runs.back().result.trials[1]);
  const TrendResult result = trend(runs, default_trend());
  EXPECT_EQ(result.verdict, Verdict::broken);
  EXPECT_THAT(result.conclusion, HasSubstr("no_oversell"));
}

TEST(Trend, GoesWithoutRunsThatHaveNoFigure) {
  Random random(9);
  auto runs = series_by(std::vector<double>(14, 1.0), random);
  for (TrialResult& trial : runs[3].result.trials) trial.validity = Validity::invalid;
  const TrendResult result = trend(runs, default_trend());
  EXPECT_EQ(result.verdict, Verdict::holds);
  EXPECT_EQ(result.series[0].values.size(), 14U);
  EXPECT_FALSE(result.series[0].values[3]);
}

}  // namespace
}  // namespace doorbuster
