#include "report/terminal.h"

#include <gmock/gmock.h>

#include <sstream>

#include "report/escape.h"
#include "report/golden_testing.h"
#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kReport = "results/runs/20261127T000000Z-flash-sale-00c0de/report.md";

TEST(Terminal, ShowsWhichStrategyKeptItsPromisesAndHowFastEachWas) {
  expect_golden("terminal.txt", terminal_report(sample_run(), kReport));
}

TEST(Terminal, ShowsMediansRangesAndTheWorstCountOfSeveralTrials) {
  expect_golden("terminal_repeated.txt", terminal_report(repeated_run(), kReport));
}

TEST(Terminal, SaysThatARunWasSimulatedClosedAndInterrupted) {
  expect_golden("terminal_empty.txt", terminal_report(empty_run(), ""));
  expect_golden("terminal_simulated.txt", terminal_report(simulated_run(), kReport));
}

TEST(Terminal, ShowsNoFigureWhereThereIsNone) {
  expect_golden("terminal_blind.txt", terminal_report(blind_run(), kReport));
}

TEST(Terminal, UsesColourOnlyWhenTold) {
  const TerminalStyle coloured{.colour = true, .width = 80};
  const std::string text = terminal_report(sample_run(), kReport, coloured);
  expect_golden("terminal_colour.txt", text);
  EXPECT_THAT(terminal_report(sample_run(), kReport), Not(HasSubstr("\x1b")));
}

TEST(Terminal, LetsNoWordFromOutsideSteerIt) {
  const std::string text = terminal_report(hostile_run(), kAttack);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(text, Not(HasSubstr("\xff")));
  EXPECT_THAT(text, Not(HasSubstr("\n#")));
}

TEST(Terminal, FitsIntoEightyColumns) {
  for (const RunResult& run : {sample_run(), repeated_run(), empty_run(), blind_run()}) {
    std::istringstream lines(terminal_report(run, kReport));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
  }
}

}  // namespace
}  // namespace doorbuster
