#include <gtest/gtest.h>

#include "report/check_report.h"
#include "report/comparison_report.h"
#include "report/decision_samples_testing.h"
#include "report/golden_testing.h"
#include "report/junit.h"
#include "report/trend_report.h"

namespace doorbuster {
namespace {

TEST(DecisionReports, OfACheck) {
  expect_golden("check.txt", terminal_check(sample_check()));
  expect_golden("check_colour.txt", terminal_check(sample_check(), {.colour = true, .width = 60}));
  expect_golden("check.md.txt", markdown_check(sample_check()));
  expect_golden("check.junit.txt", junit_check(sample_check()));
}

TEST(DecisionReports, OfACheckThatFoundNothing) {
  CheckResult check;
  check.conclusion = "Undecided: the runs have none of the metrics in common";
  check.simulated = true;
  expect_golden("check_empty.txt", terminal_check(check));
}

TEST(DecisionReports, OfATrend) {
  expect_golden("trend.txt", terminal_trend(sample_trend()));
  expect_golden("trend.md.txt", markdown_trend(sample_trend()));
  expect_golden("trend.junit.txt", junit_trend(sample_trend()));
}

TEST(DecisionReports, OfAComparison) {
  expect_golden("comparison.txt", terminal_comparison(sample_comparison()));
  expect_golden("comparison.md.txt", markdown_comparison(sample_comparison()));
}

TEST(DecisionReports, OfAComparisonThatNeverBegan) {
  ComparisonResult comparison;
  comparison.conclusion = "Under scenario sale: there is no trial to decide from.";
  expect_golden("comparison_empty.txt", terminal_comparison(comparison));
}

TEST(Junit, KeepsStrangersOutOfItsXml) {
  const std::string xml =
      junit_xml("a<b", {{"\"&\"", "x\x01\xEF\xBF\xBF", Verdict::broken, "<![CDATA["}});
  EXPECT_EQ(xml.find("<![CDATA["), std::string::npos);
  EXPECT_NE(xml.find("name=\"a&lt;b\" tests=\"1\" failures=\"1\" errors=\"0\""), std::string::npos);
  EXPECT_NE(xml.find("classname=\"&quot;&amp;&quot;\" name=\"x??\""), std::string::npos);
  EXPECT_NE(xml.find("&lt;![CDATA["), std::string::npos);
}

}  // namespace
}  // namespace doorbuster
