#include "report/measured.h"

#include <gmock/gmock.h>

#include "report/escape.h"
#include "report/progress.h"
#include "results/sample_testing.h"

namespace doorbuster {
namespace {

TEST(Percentile, IsThinWithFewerThanAHundredSamplesBeyondIt) {
  struct Case {
    std::int64_t count;
    double percentile;
    bool thin;
  };
  for (const Case& each :
       {Case{200, 50, false}, Case{199, 50, true}, Case{10'000, 99, false}, Case{9'999, 99, true},
        Case{100'000, 99.9, false}, Case{99'000, 99.9, true}}) {
    Distilled distribution;
    distribution.count = each.count;
    EXPECT_EQ(percentile(distribution, each.percentile)->thin, each.thin) << each.count;
  }
  EXPECT_FALSE(percentile(Distilled{}, 50).has_value());
}

TEST(Spread, TakesMedianRangeAndTheFewestSamples) {
  const auto of = spread({Measured{3, 10, false}, std::nullopt, Measured{1, 5, true},
                          Measured{2, 7, false}, Measured{10, 8, false}});
  ASSERT_TRUE(of.has_value());
  EXPECT_EQ(of->median, 2.5);
  EXPECT_EQ(of->low, 1);
  EXPECT_EQ(of->high, 10);
  EXPECT_EQ(of->samples, 5);
  EXPECT_EQ(of->trials, 4);
  EXPECT_TRUE(of->thin);
  EXPECT_FALSE(spread({std::nullopt}).has_value());
}

TEST(Spread, IsShownWithThreeDigits) {
  const std::pair<double, std::string_view> cases[] = {
      {0, "0"},        {12, "0.012"},    {999.4, "0.999"}, {999.6, "1.00"},  {9'994, "9.99"},
      {9'996, "10.0"}, {99'940, "99.9"}, {99'960, "100"},  {123'456, "123"}, {9'876'543, "9877"}};
  for (const auto& [micros, shown] : cases) {
    EXPECT_EQ(in_ms(spread({Measured{micros, 1000, false}})), shown);
  }
  EXPECT_EQ(in_ms(spread({Measured{1500, 10, true}})), "1.50~");
  EXPECT_EQ(in_ms(std::nullopt), "-");
}

TEST(Summary, OfSeveralTrialsIsTheWorst) {
  RunResult run;
  run.trials.push_back(sample_trial("a", 1, 5, 5, 1ms));
  run.trials.push_back(sample_trial("a", 2, 5, 9, 1ms));
  run.trials.push_back(sample_trial("a", 3, 5, 7, 1ms));
  run.trials[2].validity = Validity::degraded;
  const auto summaries = summarize(run);
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_EQ(summaries[0].worst(&AuditResult::oversold_units), 4);
  EXPECT_EQ(summaries[0].sold, 9);
  EXPECT_EQ(summaries[0].stock, 5);
  EXPECT_EQ(summaries[0].validity, Validity::degraded);
  EXPECT_EQ(summaries[0].audit, Verdict::broken);
  EXPECT_EQ(verdict_word(summaries[0]), "BROKEN");
}

TEST(Summary, SaysWhetherAStrategyDidWhatWasExpected) {
  const std::map<std::string, std::optional<Verdict>> oversells = {
      {"no_oversell", Verdict::broken},
      {"no_oversold_promise", Verdict::broken},
      {"conservation", Verdict::broken}};
  RunResult run;
  run.trials.push_back(sample_trial("keeps", 1, 5, 5, 1ms));
  run.trials.push_back(sample_trial("oversells", 1, 5, 6, 1ms, oversells));
  run.trials.push_back(sample_trial("shy", 1, 5, 5, 1ms, oversells));
  run.trials.push_back(sample_trial("blind", 1, 5, 5, 1ms));
  run.trials.back().audit = distill(audit({}, std::nullopt));
  const auto summaries = summarize(run);
  EXPECT_EQ(verdict_word(summaries[0]), "holds");
  EXPECT_EQ(verdict_word(summaries[1]), "as expected");
  EXPECT_EQ(verdict_word(summaries[2]), "not shown");
  EXPECT_EQ(verdict_word(summaries[3]), "undecided");
}

TEST(Escape, MakesWordsHarmless) {
  EXPECT_EQ(terminal_safe("a\x1b[31m\n\x7f\xc2\x9b"
                          "caf\xc3\xa9\xe2\x80\xae"),
            "a?[31m ??caf\xc3\xa9?");
  EXPECT_EQ(terminal_safe("one\r\n  two\t\nthree"), "one   two three");
  EXPECT_EQ(markdown_safe("<b>|@x_y`*#"), "&lt;b&gt;&#124;&#64;x\\_y\\`\\*&#35;");
}

TEST(Escape, WrapsAtSpacesAndIndents) {
  EXPECT_EQ(wrapped("one two three four", 9, 2), "one two\n  three\n  four");
  EXPECT_EQ(wrapped("unbreakable", 4, 2), "unbreakable");
  EXPECT_EQ(wrapped("", 4, 2), "");
}

TEST(Progress, IsOneLine) {
  Progress progress;
  progress.trial = 2;
  progress.trials = 6;
  progress.strategy = "cache-aside";
  progress.elapsed = 5s;
  progress.duration = 20s;
  progress.left = 75s;
  progress.before.at = kRunStart + 4s;
  progress.now.at = kRunStart + 5s;
  progress.now.views = 1500;
  progress.now.resolved = 500;
  progress.now.in_flight = 812;
  progress.now.sold = 41;
  EXPECT_EQ(progress_line(progress),
            "[2/6] cache-aside  25 %  2000/s  812 in flight  41 sold  1:15 min left");
  progress.now.errors = 3;
  progress.now.dropped = 2;
  EXPECT_EQ(progress_line(progress, 60),
            "[2/6] cache-aside  25 %  2000/s  812 in flight  41 sold  3 e");
  progress.now = progress.before;
  progress.left = 3700s;
  progress.strategy = "\x1b[2J";
  EXPECT_EQ(progress_line(progress).substr(0, 11), "[2/6] ?[2J ");
  EXPECT_TRUE(progress_line(progress).ends_with("  1:01:40 h left"));
}

TEST(Progress, AsADashboardSaysHowFarHowFastAndWhatIsLeft) {
  Progress progress;
  progress.trial = 2;
  progress.trials = 6;
  progress.strategy = "cache-\x1b[2Jaside";
  progress.elapsed = 5s;
  progress.duration = 20s;
  progress.left = 75s;
  progress.before.at = kRunStart + 4s;
  progress.now.at = kRunStart + 5s;
  progress.now.arrived = 900;
  progress.now.views = 1500;
  progress.now.resolved = 500;
  progress.now.in_flight = 812;
  progress.now.sold = 41;
  progress.now.sold_out = 400;
  progress.now.errors = 3;
  progress.now.dropped = 2;
  progress.now.recent_p50 = 312us;
  progress.now.recent_p99 = 4100us;
  progress.now.stock_left = 459;
  EXPECT_THAT(
      dashboard(progress),
      testing::ElementsAre("[2/6] cache-?[2Jaside",
                           "  ######..................  25 %  15 s left, 1:15 min of the run",
                           "  rate       900/s purchases wanted, 2000/s answers",
                           "  latency    p50 0.312 ms, p99 4.10 ms (purchases, the last second)",
                           "  stock      459 left, 41 purchases sold, 400 sold out",
                           "  in flight  812", "  errors     3, 2 dropped"));
  progress.now = progress.before;
  progress.elapsed = 21s;
  const auto lines = dashboard(progress, 40);
  EXPECT_EQ(lines.size(), 7U);
  EXPECT_THAT(lines[1], testing::HasSubstr("100 %  the la"));
  EXPECT_EQ(lines[2], "  rate       - purchases wanted, - answe");
  EXPECT_THAT(lines[3], testing::StartsWith("  latency    p50 -, p99 -"));
  EXPECT_THAT(lines[4], testing::StartsWith("  stock      - left"));
}

}  // namespace
}  // namespace doorbuster
