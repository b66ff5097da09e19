#include "report/html_charts.h"

#include <gmock/gmock.h>

#include "report/html.h"
#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

RunResult run_of_seconds(int seconds) {
  RunResult run = sample_run();
  run.trials.resize(1);
  run.trials[0].series.rows.clear();
  for (int i = 0; i < seconds; ++i) {
    SeriesRow row;
    row.at_ms = 1000 * i;
    row.arrived = 200;
    row.sold = 150;
    row.buy_p99 = 1ms * i;
    row.stock_left = 500 - i;
    run.trials[0].series.rows.push_back(row);
  }
  return run;
}

TEST(HtmlCharts, MergeTheDistributionsOfAStrategysTrials) {
  RunResult run = repeated_run();
  const ChartsData charts = charts_of(run);
  ASSERT_EQ(charts.strategies.size(), 2U);
  ASSERT_EQ(charts.trials.size(), 6U);
  const SpectrumLine& buy = charts.strategies[1].spectrum.front();
  EXPECT_EQ(buy.operation, "buy");
  EXPECT_EQ(buy.count, 36'000);
  EXPECT_DOUBLE_EQ(*buy.us.back() / 1000,
                   charts_of(run).strategies[1].spectrum[0].us.back().value() / 1000);
  EXPECT_NEAR(*buy.us.back(), run.trials[5].latency.buy.max_us, 20) << "the slowest of all trials";
  EXPECT_LT(buy.us.size(), charts.tails.size()) << "no line where there is no sample";
  EXPECT_DOUBLE_EQ(charts.tails.back(), 100'000);
  EXPECT_EQ(charts.trials[1].strategy, 1);
}

TEST(HtmlCharts, HoldTheStockAgainstTheIdealAndAgainstWhatWasSold) {
  RunResult run = run_of_seconds(4);
  run.trials[0].counts.sold = 600;
  run.trials[0].audit.initial_units = 500;
  run.trials[0].audit.acknowledged_units = 600;
  const TrialCharts trial = charts_of(run).trials.front();
  EXPECT_THAT(trial.ideal_left, testing::ElementsAre(300, 100, 0, 0));
  EXPECT_THAT(trial.unsold, testing::ElementsAre(350, 200, 50, -100)) << "oversold";
  run.trials[0].audit.initial_units.reset();
  EXPECT_TRUE(charts_of(run).trials.front().ideal_left.empty()) << "nobody knows";
}

TEST(HtmlCharts, DrawALongSeriesCoarserCountsAddedUpAndTheWorstLatencyKept) {
  RunResult run = run_of_seconds(1201);
  const TrialCharts trial = charts_of(run).trials.front();
  EXPECT_EQ(trial.merged, 3);
  EXPECT_EQ(trial.at_s.size(), 401U);
  EXPECT_DOUBLE_EQ(trial.arrived[0], 200) << "a second";
  EXPECT_DOUBLE_EQ(*trial.p99_ms[0], 2);
  EXPECT_EQ(trial.stock_left[0], 498);
}

TEST(HtmlCharts, OfManyTrialsHaveFewerRowsEach) {
  RunResult run = run_of_seconds(600);
  EXPECT_EQ(charts_of(run).trials.front().at_s.size(), 600U);
  run.trials.resize(250, run.trials.front());
  EXPECT_EQ(charts_of(run).trials.front().at_s.size(), 60U);
}

TEST(HtmlCharts, HaveFaultsAsTheyWereAndNoneThatNeverCame) {
  RunResult run = run_of_seconds(4);
  run.trials[0].faults = {{"redis_stall", "", 1000, 1500, std::nullopt},
                          {"redis_restart", "", std::nullopt, std::nullopt, std::nullopt},
                          {"lose_reply", "take", 2000, std::nullopt, 5}};
  const TrialCharts trial = charts_of(run).trials.front();
  ASSERT_EQ(trial.faults.size(), 2U);
  EXPECT_EQ(trial.faults[0].name, "redis_stall");
  EXPECT_DOUBLE_EQ(*trial.faults[0].until_s, 1.5);
  EXPECT_FALSE(trial.faults[1].until_s);
}

TEST(HtmlCharts, CannotEndTheScriptTheyStandIn) {
  RunResult run = sample_run();
  run.trials[0].strategy = "</script><script>alert(1)//";
  const std::string page = html_report(run);
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cscript>alert(1)"));
}

}  // namespace
}  // namespace doorbuster
