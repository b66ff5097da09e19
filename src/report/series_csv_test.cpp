#include "report/series_csv.h"

#include <gmock/gmock.h>

#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

TEST(SeriesCsv, HasARowForEachIntervalOfEachTrialAndNothingForWhatIsNotKnown) {
  RunResult run = sample_run();
  run.trials[0].series = {500,
                          {{0, 5, 4, 3, 2, 1ms, 2500us, 1, 496}, {500, 0, 0, 0, 0, {}, {}, 0, {}}}};
  run.trials[1].series.rows.resize(1);
  EXPECT_THAT(
      series_csv(run),
      testing::StartsWith("strategy,repetition,interval_ms,at_ms,arrived,sold,sold_out,views,"
                          "buy_p50_us,buy_p99_us,in_flight,stock_left\n"
                          "cache-aside,1,500,0,5,4,3,2,1000,2500,1,496\n"
                          "cache-aside,1,500,500,0,0,0,0,,,0,\n"
                          "read-then-write,1,1000,0,"));
}

TEST(SeriesCsv, LetsNoNameBeAColumnALineOrAFormula) {
  RunResult run = sample_run();
  run.trials.resize(1);
  run.trials[0].series.rows.resize(1);
  run.trials[0].strategy = "=cmd(\"x\"),\n1";
  EXPECT_THAT(series_csv(run), HasSubstr("\n\"'=cmd(\"\"x\"\"), 1\",1,1000,0,"));
}

}  // namespace
}  // namespace doorbuster
