#include <gtest/gtest.h>

#include "report/capacity_report.h"
#include "report/check_report.h"
#include "report/comparison_report.h"
#include "report/decision_samples_testing.h"
#include "report/golden_testing.h"
#include "report/junit.h"
#include "report/junit_schema_testing.h"
#include "report/sweep_report.h"
#include "report/trend_report.h"
#include "results/schema_testing.h"

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

TEST(DecisionReports, OfASweep) {
  expect_golden("sweep.txt", terminal_sweep(sample_sweep()));
  expect_golden("sweep.md.txt", markdown_sweep(sample_sweep()));
  expect_golden("grid.txt", terminal_sweep(sample_grid()));
  expect_golden("grid.md.txt", markdown_sweep(sample_grid()));
  SweepResult wide = sample_grid();
  for (SweepPoint& point : wide.points) point.choice = "write-through-textbook-of-another-kind";
  wide.points[1].verdict = wide.points[2].verdict = Verdict::holds;
  EXPECT_EQ(terminal_sweep(wide).find("shop.stock  buyers"), std::string::npos)
      << "no grid wider than a terminal";
  SweepResult umlauts = sample_grid();  // a heading of 79 columns, and of 88 bytes
  const std::string nine = "\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc";
  for (SweepPoint& point : umlauts.points) {
    if (point.choice) point.choice = nine;
  }
  umlauts.points[0].value = umlauts.points[4].value = nine;
  EXPECT_NE(terminal_sweep(umlauts).find("shop.stock  buyers"), std::string::npos)
      << "as wide as its characters, not as its bytes";
  EXPECT_NE(
      terminal_sweep(umlauts, {.colour = true, .width = 80}).find("buyers.read_share " + nine),
      terminal_sweep(umlauts, {.colour = true, .width = 40}).find("buyers.read_share " + nine))
      << "a colour takes no room";
}

TEST(DecisionReports, OfACapacity) {
  expect_golden("capacity.txt", terminal_capacity(sample_capacity()));
  expect_golden("capacity.md.txt", markdown_capacity(sample_capacity()));
}

std::string spoilt(std::string json, std::string_view part, std::string_view by) {
  const auto at = json.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? json : json.replace(at, part.size(), by);
}

TEST(DecisionSchemas, HoldOfWhatIsWrittenAndOfNothingElse) {
  const std::string check = to_json(sample_check());
  const auto of_check = breaches_of_schema(
      "check.schema.json", {check, to_json(CheckResult{}),
                            spoilt(check, "\"verdict\": \"broken\"", "\"verdict\": \"bad\"")});
  if (!of_check) GTEST_SKIP() << kNoJudge;
  EXPECT_EQ(*of_check, "2 $.verdict\n");
  const std::string trend = to_json(sample_trend());
  EXPECT_EQ(breaches_of_schema("trend.schema.json", {trend, to_json(TrendResult{}),
                                                     spoilt(trend, "\"worse\":", "\"was\":")}),
            "2 $.series[0].changes[0]\n");
  const std::string comparison = to_json(sample_comparison());
  EXPECT_EQ(breaches_of_schema("comparison.schema.json",
                               {comparison, to_json(ComparisonResult{}),
                                spoilt(comparison, "\"rank\": 1", "\"rank\": 0")}),
            "2 $.ranking[0].rank\n");
  const std::string sweep = to_json(sample_sweep());
  EXPECT_EQ(
      breaches_of_schema("sweep.schema.json", {sweep, to_json(SweepResult{}),
                                               spoilt(sweep, "\"low\": \"0.5\"", "\"was\": 1")}),
      "2 $.crossovers[0]\n");
}

TEST(Junit, OfDecisionsIsValidWhateverTheNamesAre) {
  CheckResult hostile = sample_check();
  hostile.metrics[0].strategy = " ";
  hostile.metrics[1].strategy = "\xEF\xBF\xBF</testsuites>\"'";
  hostile.findings[0].sentence = "<![CDATA[\x01]]>";
  hostile.candidate[0].started_at = "yesterday";
  const auto breaches = breaches_of_junit({junit_check(sample_check()), junit_check(CheckResult{}),
                                           junit_check(hostile), junit_trend(sample_trend()),
                                           junit_trend(TrendResult{})});
  if (!breaches) GTEST_SKIP() << kNoXmlJudge;
  EXPECT_EQ(*breaches, "");
}

TEST(Junit, HasATimeOfTheCalendarOrTheBeginningOfOne) {
  const auto time_of = [](const std::string& started_at) {
    const std::string xml =
        junit_xml({{.package = "a", .name = "b", .started_at = started_at, .cases = {}}});
    const auto at = xml.find("timestamp=\"") + 11;
    return xml.substr(at, xml.find('"', at) - at);
  };
  EXPECT_EQ(time_of("2026-11-28T23:59:59Z"), "2026-11-28T23:59:59");
  EXPECT_EQ(time_of("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00");
  for (const char* none :
       {"", "yesterday", "2026-11-28T23:59:59", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-00T00:00:00Z",
        "2026-11-28T24:00:00Z", "2026-11-28T23:60:00Z", "2026-11-28T23:59:60Z",
        "0000-11-28T23:59:59Z", "2026-11-28 23:59:59Z"}) {
    EXPECT_EQ(time_of(none), "1970-01-01T00:00:00") << none;
  }
}

TEST(Junit, KeepsStrangersOutOfItsXml) {
  const std::string xml = junit_xml({{.package = "a<b",
                                      .name = "x\x01\xEF\xBF\xBF",
                                      .started_at = "",
                                      .cases = {{"\"&\"", "", JunitEnd::failure, "<![CDATA["}}}});
  EXPECT_EQ(xml.find("<![CDATA["), std::string::npos);
  EXPECT_NE(xml.find("package=\"a&lt;b\""), std::string::npos);
  EXPECT_NE(xml.find("name=\"x??\""), std::string::npos);
  EXPECT_NE(xml.find("name=\"unnamed\" classname=\"&quot;&amp;&quot;\""), std::string::npos);
  EXPECT_NE(xml.find("&lt;![CDATA["), std::string::npos);
}

}  // namespace
}  // namespace doorbuster
