#include "report/run_junit.h"

#include <gmock/gmock.h>

#include "report/golden_testing.h"
#include "report/junit_schema_testing.h"
#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

int count_of(const std::string& text, std::string_view part) {
  int n = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(RunJunit, HasACaseForEveryInvariantAndThreshold) {
  expect_golden("run.junit.txt", junit_report(sample_run()));
}

TEST(RunJunit, PassesAnOversellThatWasToBeShownAndFailsOneThatWasNot) {
  const std::string shown = junit_report(sample_run());
  EXPECT_EQ(count_of(shown, "<failure"), 0);
  EXPECT_THAT(shown, HasSubstr("<testcase name=\"no_oversell\" classname=\"read-then-write\" "
                               "time=\"0\"/>"));
  EXPECT_THAT(shown, HasSubstr("the scenario leaves it open: broken"));
  const std::string surprise = junit_report(repeated_run());
  EXPECT_THAT(surprise,
              HasSubstr("<failure type=\"broken\" message=\"broken, expected holds: item 1"));
  EXPECT_EQ(count_of(surprise, "<testsuite "), 6);
}

TEST(RunJunit, IsAnErrorAndNoPassWhereNothingCouldBeDecided) {
  const std::string blind = junit_report(blind_run());
  EXPECT_EQ(count_of(blind, "<failure"), 0);
  EXPECT_THAT(blind, HasSubstr("<testcase name=\"validity\" classname=\"database-atomic\" "
                               "time=\"0\"><error type=\"undecided\" message=\"invalid; the ground "
                               "truth could not be read"));
  EXPECT_THAT(blind, HasSubstr("undecided, expected holds"));
  RunResult run = sample_run();
  run.thresholds[0].holds.reset();
  run.thresholds[0].value.reset();
  EXPECT_THAT(junit_report(run), HasSubstr("buy.p99 &lt; 50ms\" classname=\"cache-aside\" "
                                           "time=\"0\"><error type=\"undecided\" "
                                           "message=\"measured - ms"));
  run.thresholds[0].holds = false;
  run.thresholds[0].value = 61;
  EXPECT_THAT(junit_report(run), HasSubstr("<failure type=\"broken\" message=\"measured 61.0 ms"));
}

TEST(RunJunit, HasAPropertyOnlyWhereTheScenarioExpectsSomethingOfIt) {
  RunResult run = sample_run();
  run.trials[0].audit.properties = {
      {"no_stale_reads", Verdict::broken, 1, 1, "why", std::nullopt, true, std::nullopt},
      {"monotonic_reads", Verdict::broken, 1, 1, "back", Verdict::holds, false, std::nullopt}};
  const std::string xml = junit_report(run);
  EXPECT_THAT(xml, Not(HasSubstr("no_stale_reads")));
  EXPECT_THAT(xml, HasSubstr("broken, expected holds: back"));
}

TEST(RunJunit, IsValidWhateverTheNamesAre) {
  RunResult hostile = hostile_run();
  hostile.trials[0].strategy += "\xEF\xBF\xBF</testsuites>\"'";
  RunResult nameless = sample_run();
  nameless.trials[0].strategy = nameless.scenario.name = " ";
  std::vector<std::string> texts;
  for (const RunResult& run :
       {sample_run(), repeated_run(), blind_run(), empty_run(), hostile, nameless}) {
    texts.push_back(junit_report(run));
  }
  const auto breaches = breaches_of_junit(texts);
  if (!breaches) GTEST_SKIP() << kNoXmlJudge;
  EXPECT_EQ(*breaches, "");
}

}  // namespace
}  // namespace doorbuster
