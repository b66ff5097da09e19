#include "report/terminal.h"

#include <gmock/gmock.h>

#include <algorithm>
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

TEST(Terminal, ShowsWhichKindOfBuyersGotTheUnitsAndWhetherTheFirstDid) {
  expect_golden("terminal_kinds.txt", terminal_report(kinds_run(), kReport));
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
  for (const RunResult& run :
       {sample_run(), repeated_run(), empty_run(), blind_run(), kinds_run()}) {
    std::istringstream lines(terminal_report(run, kReport));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
  }
}

TEST(Terminal, ManyReasonsTakeALineAStrategyAndTheTablesStayOnTheFirstScreen) {
  RunResult run = repeated_run();
  for (TrialResult& trial : run.trials) {
    trial.validity = Validity::invalid;
    trial.reasons = {"the harness was late: p99 lag of view operations is 3 ms, over 10 % of 5 ms",
                     "the harness was late: p99 lag of buy operations is 4 ms, over 10 % of 5 ms",
                     "other processes took 14 % of this machine's CPU"};
  }
  expect_golden("terminal_reasons.txt", terminal_report(run, kReport));
  run.warnings.assign(20, "something else");
  const std::string text = terminal_report(run, kReport);
  const std::string before = text.substr(0, text.find("sold of"));
  EXPECT_EQ(std::count(before.begin(), before.end(), '\n'), 10) << before;
  EXPECT_THAT(before, HasSubstr("... see the report"));
}

TEST(Terminal, SaysWhatWasExpectedAndCouldNotBeToldAndWhy) {
  RunResult run = sample_run();
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("What could not be told")));
  for (InvariantResult& invariant : run.trials[0].audit.invariants) {
    if (invariant.name != "cache_agrees_with_database" && invariant.name != "no_leaked_units") {
      continue;
    }
    invariant.verdict = Verdict::undecided;
    invariant.as_expected = false;
    invariant.witness = "nobody could look\x1b";
  }
  EXPECT_THAT(terminal_report(run, kReport),
              HasSubstr("What could not be told:\n  cache-aside: cache_agrees_with_database, "
                        "no_leaked_units: nobody could look"));
  for (InvariantResult& invariant : run.trials[0].audit.invariants) invariant.as_expected = true;
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("What could not be told")))
      << "nothing was expected";
}

TEST(Terminal, SaysInHowManyTrialsSomethingCouldNotBeTold) {
  RunResult run = repeated_run();
  for (TrialResult& trial : run.trials) {
    InvariantResult& one = trial.audit.invariants.at(0);
    one.verdict = Verdict::undecided;
    one.as_expected = false;
    one.witness = "nobody looked";
  }
  const std::string text = terminal_report(run, kReport);
  const std::string line = run.trials[0].strategy + ": " + run.trials[0].audit.invariants[0].name +
                           ": nobody looked (in ";
  const std::size_t first = text.find(line);
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find(line, first + 1), std::string::npos) << "once a strategy";
}

TEST(Terminal, IsSilentWhereCacheAndDatabaseAgreedAtTheFirstLook) {
  RunResult run = repeated_run();
  for (TrialResult& trial : run.trials) {
    trial.audit.staleness.agrees_after_s = 0.0000006;
    trial.audit.staleness.agrees_note.clear();
  }
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("Cache and database after")));
}

TEST(Terminal, TellsHowFarTheLogsOfGateAndDatabaseAreApart) {
  RunResult run = repeated_run();
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("Gate and database")));
  run.trials[0].audit.gate_divergence.emplace();
  run.trials[0].audit.gate_divergence->orders_in_both = 90;
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("Gate and database")));
  run.trials[0].audit.gate_divergence->granted_without_row = 7;
  run.trials[0].audit.gate_divergence->rows_without_grant = 3;
  const std::string text = terminal_report(run, kReport);
  EXPECT_THAT(text, HasSubstr("Gate and database after the run:\n"));
  EXPECT_THAT(text, HasSubstr("of 100 orders 7 stand at the gate alone"));
  run.trials[0].audit.gate_divergence->unknown_changes = 10;
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("Gate and database")))
      << "replies were lost";
}

TEST(Terminal, TellsWhatBecameOfAttemptsWithoutAnAnswer) {
  RunResult run = repeated_run();
  UnknownResult& of = run.trials[0].audit.unknown.emplace();
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("Without an answer")));
  of.attempts = 3;
  of.sold = 2;
  of.not_sold = 1;
  of.possible_zombies = 2;
  of.zombies = 1;
  of.witnesses.emplace_back().fate = "zombie";
  of.witnesses[0].witness = "order 5 came late\x1b";
  const std::string text = terminal_report(run, kReport);
  EXPECT_THAT(text, HasSubstr("Without an answer:\n"));
  EXPECT_THAT(text, HasSubstr("3 attempts, 2 sold and 1 not;"));
  EXPECT_THAT(text, HasSubstr("(possibly 2)"));
  EXPECT_THAT(text, HasSubstr("zombie: order 5 came late"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b[")));
}

TEST(Terminal, ExplainsOnlyTheMarksOfItsTables) {
  RunResult run = repeated_run();
  run.trials.clear();
  run.trials.push_back(sample_trial("database-atomic", 1, 500, 500, 2ms));
  run.trials.front().latency = {};
  run.warnings = {"what a surprise!", "about ~ 5"};
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("! a promise")));
  EXPECT_THAT(terminal_report(run, kReport), Not(HasSubstr("~ fewer")));
}

}  // namespace
}  // namespace doorbuster
