#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

// A folder of results as a nightly job would leave it.
class TrendCommand : public DoorbusterTest {
 protected:
  // `factors`: of the first night's p99, one a night. The figures are the test's own.
  void nights(const std::vector<double>& factors) {
    EXPECT_EQ(run({"run", shipped("quick"), "--simulated", "--quiet", "--duration", "300ms",
                   "--strategy", "database-atomic", "--out", (folder() / "one").string()})
                  ->code(),
              0);
    auto result = load_result(folder() / "one" / "latest");
    ASSERT_TRUE(result);
    result->trials.at(0).validity = Validity::valid;
    const double p99 = result->trials[0].latency.buy.p99_us;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      const double wobble = 1 + 0.01 * static_cast<double>(i * 7 % 5);
      result->trials[0].latency.buy.p99_us = p99 * factors[i] * wobble;
      result->started_at = fmt::format("2026-11-{:02}T00:00:00Z", i + 1);
      const auto night = folder() / "nights" / fmt::format("{:02}", i);
      std::filesystem::create_directories(night);
      ASSERT_TRUE(write_file(night / "result.json", to_json(*result)));
    }
  }
};

TEST_F(TrendCommand, ShowsTheNightSinceWhichItIsSlower) {
  nights({1, 1, 1, 1, 1, 1, 1, 1, 1, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3});
  const auto worse = run({"trend", "nights", "--out", "found"});
  EXPECT_EQ(worse->code(), 1) << worse->err() << worse->out();
  EXPECT_THAT(worse->out(), HasSubstr("2026-11-10T00:00:00Z, commit"));
  EXPECT_THAT(text_of(folder() / "found" / "trend.json"), HasSubstr("\"doorbuster.trend/1\""));
  EXPECT_THAT(text_of(folder() / "found" / "trend.md"), HasSubstr("## doorbuster trend: broken"));
}

TEST_F(TrendCommand, OfOneSlowNightIsNoAlarmAndOfFewNightsUndecided) {
  nights({1, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1});
  EXPECT_EQ(run({"trend", "nights"})->code(), 0);
  std::filesystem::remove_all(folder() / "nights");
  nights({1, 1, 1});
  const auto few = run({"trend", "nights"});
  EXPECT_EQ(few->code(), 2);
  EXPECT_THAT(few->out(), HasSubstr("has 3 runs, and a trend needs 10"));
  expect_complaint(*run({"trend", "nowhere"}), "there is no nowhere");
}

TEST_F(TrendCommand, OfManyScenariosIsOfTheNewestOrOfTheOneNamed) {
  nights({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  auto other = load_result(folder() / "nights" / "00");
  ASSERT_TRUE(other);
  other->scenario.name = "bigger-sale";
  other->started_at = "2026-11-05T12:00:00Z";
  std::filesystem::create_directories(folder() / "nights" / "other");
  ASSERT_TRUE(write_file(folder() / "nights" / "other" / "result.json", to_json(*other)));

  const auto newest = run({"trend", "nights", "--format", "json"});
  EXPECT_EQ(newest->code(), 0) << newest->err() << newest->out();
  EXPECT_THAT(newest->out(), HasSubstr("12 runs of scenario quick only, which is the newest run's; "
                                       "left out, as runs of other scenarios: bigger-sale (1)"));
  const auto named = run({"trend", "nights", "--scenario", "bigger-sale"});
  EXPECT_EQ(named->code(), 2) << named->err() << named->out();
  EXPECT_THAT(named->out(), HasSubstr("1 run of scenario bigger-sale only, as asked for"));
  expect_complaint(*run({"trend", "nights", "--scenario", "quik"}),
                   "has no run of scenario quik; it has runs of bigger-sale (1), quick (12)");
}

}  // namespace
}  // namespace doorbuster
