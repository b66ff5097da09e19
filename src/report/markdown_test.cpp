#include "report/markdown.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "report/golden_testing.h"
#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Markdown, TellsARunFromItsVerdictToItsSeed) {
  expect_golden("report.txt", markdown_report(sample_run()));
}

TEST(Markdown, ShowsMediansRangesAndTheWorstCountOfSeveralTrials) {
  expect_golden("report_repeated.txt", markdown_report(repeated_run()));
}

TEST(Markdown, SaysThatARunWasSimulatedClosedAndInterrupted) {
  expect_golden("report_empty.txt", markdown_report(empty_run()));
  expect_golden("report_simulated.txt", markdown_report(simulated_run()));
}

TEST(Markdown, ShowsWhichKindOfBuyersGotTheUnitsAndWhetherTheFirstDid) {
  expect_golden("report_kinds.txt", markdown_report(kinds_run()));
}

TEST(Markdown, ShowsNoFigureWhereThereIsNone) {
  expect_golden("report_blind.txt", markdown_report(blind_run()));
}

TEST(Markdown, BeginsWithValidityAndVerdict) {
  const std::string text = markdown_report(sample_run());
  EXPECT_LT(text.find("**Validity: degraded. Verdict: holds.**"), 60U);
}

TEST(Markdown, LetsNoWordFromOutsideBeMarkup) {
  const std::string text = markdown_report(hostile_run());
  for (const char* markup : {"\x1b", "<script>", "\n# @", "@all", "[x](y)", " `rm`", " *b*",
                             "\xe2\x80\xae", "\xff", " _i_"}) {
    EXPECT_THAT(text, Not(HasSubstr(markup))) << markup;
  }
}

TEST(Markdown, SaysHowFarGateAndDatabaseAreApartWhereThereIsAGate) {
  RunResult run = sample_run();
  EXPECT_THAT(markdown_report(run), Not(HasSubstr("Gate and database")));
  run.trials[0].audit.gate_divergence = {.granted_without_row = 1,
                                         .rows_without_grant = 2,
                                         .unknown_changes = 3,
                                         .orders_in_both = 4,
                                         .displaced = std::nullopt,
                                         .greatest_displacement = std::nullopt};
  const std::string text = markdown_report(run);
  EXPECT_THAT(text, HasSubstr("## Gate and database"));
  EXPECT_THAT(text, HasSubstr("| cache-aside | 1 | 1 | 2 | 4 | - | - | 3 |"));
}

TEST(Markdown, SaysWhatBecameOfAttemptsWithoutAnAnswer) {
  RunResult run = sample_run();
  EXPECT_THAT(markdown_report(run), Not(HasSubstr("Without an answer")));
  UnknownResult& of = run.trials[0].audit.unknown.emplace();
  of.attempts = 7;
  of.sold = 4;
  of.not_sold = 3;
  of.duplicates = 1;
  of.zombies = 1;
  of.possible_zombies = 2;
  of.witnesses.emplace_back().fate = "zombie";
  of.witnesses[0].witness = "order 5 came <late>";
  const std::string text = markdown_report(run);
  EXPECT_THAT(text, HasSubstr("## Without an answer"));
  EXPECT_THAT(text, HasSubstr("| cache-aside | 1 | 7 | 4 | 3 | 1 | 1 | 2 | - |"));
  EXPECT_THAT(text, HasSubstr("| cache-aside | 1 | zombie | order 5 came"));
  EXPECT_THAT(text, Not(HasSubstr("<late>")));
}

TEST(Markdown, DrawsWhatStoodAroundAWitness) {
  RunResult run = sample_run();
  EXPECT_THAT(markdown_report(run), Not(HasSubstr("```")));
  PropertyResult stale;
  stale.name = "no_stale_reads";
  stale.verdict = Verdict::broken;
  stale.surroundings.emplace();
  SurroundingsResult& around = *stale.surroundings;
  around.item = 7;
  around.from_s = 1;
  around.to_s = 1.002;
  for (int op = 0; op < 3; ++op) {
    ShownOperationResult& shown = around.operations.emplace_back();
    shown.op = op;
    shown.accused = op < 2;
    shown.kind = op == 0 ? "buy" : "view";
    shown.outcome = "ok";
    shown.value = 4;
    shown.started_s = 1 + 0.001 * op;
    if (op < 2) shown.finished_s = shown.started_s + 0.001;
  }
  around.changes.emplace_back();
  around.more_changes = 2;
  around.last_version = 3;
  run.trials[0].audit.properties = {stale};
  const std::string text = markdown_report(run);
  EXPECT_THAT(text, HasSubstr("cache-aside, trial 1, no\\_stale\\_reads:\n\n```\n"
                              "  item 7, from 1.000000 s to 1.002000 s\n"
                              "  * op 0 buyer 0 buy 1: ok 4             |================|\n"
                              "  * op 1 buyer 0 view 1: ok 4                             "
                              "|================|\n"
                              "    op 2 buyer 0 view 1: ok 4                             "
                              "                  |\n"
                              "    version 0: 0 -> 0\n"
                              "    ... and 2 more, to version 3\n```\n"));
}

TEST(Markdown, EveryRowOfATableHasAsManyCellsAsItsHeading) {
  for (const RunResult& run : {sample_run(), repeated_run(), blind_run(), hostile_run()}) {
    std::istringstream lines(markdown_report(run));
    std::ptrdiff_t cells = 0;
    for (std::string line; std::getline(lines, line);) {
      const auto bars = line.starts_with('|') ? std::count(line.begin(), line.end(), '|') : 0;
      if (cells > 0 && bars > 0) {
        EXPECT_EQ(bars, cells) << line;
      }
      cells = bars;
    }
  }
}

TEST(Markdown, ShowsALongSeriesCoarser) {
  RunResult run = sample_run();
  run.trials.resize(1);
  run.trials[0].series.rows.clear();
  for (int i = 0; i < 150; ++i) {
    SeriesRow row;
    row.at_ms = 1000 * i;
    row.arrived = 1;
    row.buy_p99 = 1ms * i;
    run.trials[0].series.rows.push_back(row);
  }
  const std::string text = markdown_report(run);
  EXPECT_THAT(text, HasSubstr("(3 intervals in a row: the worst latency)"));
  EXPECT_THAT(text, HasSubstr("| 147.0 | 3 | 0 | 0 | 0 | - | 149 | 0 | - |"));
}

}  // namespace
}  // namespace doorbuster
