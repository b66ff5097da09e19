#include "report/fault_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/markdown.h"
#include "report/report_samples_testing.h"
#include "report/terminal.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

FaultResult fault(std::string kind, std::int64_t at, std::int64_t until) {
  FaultResult made;
  made.kind = std::move(kind);
  made.at_ms = at;
  made.until_ms = until;
  return made;
}

TEST(FaultWords, TellWhatHappenedAndWhen) {
  FaultResult stall = fault("redis_stall", 3001, 5004);
  EXPECT_EQ(fault_words(stall), "redis_stall from 3.001 to 5.004 s");
  stall.until_ms = std::nullopt;
  EXPECT_EQ(fault_words(stall), "redis_stall from 3.001 s on");
  stall.at_ms = std::nullopt;
  EXPECT_EQ(fault_words(stall), "redis_stall never came");
  FaultResult lost = fault("lose_reply", 2000, 2500);
  lost.operation = "take_if_available";
  lost.struck = 120;
  EXPECT_EQ(fault_words(lost), "lose_reply of take_if_available from 2.000 to 2.500 s, 120 struck");
}

TEST(FaultWords, TellWhatAFaultDid) {
  FaultResult stall = fault("redis_stall", 3001, 5004);
  EXPECT_EQ(effect_words(stall), "") << "a result of before has no effects";
  stall.effects = {.before = {20'000, 1200},
                   .during = {20'000, 340'000},
                   .after = {500, 1310},
                   .errors_during = 120,
                   .database_load = 3.2,
                   .recovered = Verdict::holds,
                   .recovered_after_ms = 400};
  EXPECT_EQ(effect_words(stall),
            "p99 1.20, 340, 1.31~ ms before, during, after; 120 errors; database load x 3.20; "
            "latency back after 0.4 s");
  stall.effects.recovered_after_ms = std::nullopt;
  stall.effects.recovered = Verdict::broken;
  EXPECT_THAT(effect_words(stall), HasSubstr("; latency did not recover"));
  stall.effects.recovered = Verdict::undecided;
  EXPECT_THAT(effect_words(stall), Not(HasSubstr("latency")));
}

TEST(FaultWords, FindTheFaultsOfASecond) {
  const std::vector<FaultResult> faults = {fault("cut", 1500, 2000), fault("die", 1999, 3001),
                                           FaultResult{}};
  EXPECT_EQ(faults_between(faults, 0, 1000), "");
  EXPECT_EQ(faults_between(faults, 1000, 2000), "cut, die");
  EXPECT_EQ(faults_between(faults, 2000, 3000), "die");
  EXPECT_EQ(faults_between(faults, 3000, 4000), "die");
  EXPECT_EQ(faults_between(faults, 4000, 5000), "");
}

TEST(FaultWords, StandInBothReportsAndMarkTheSeconds) {
  RunResult run = sample_run();
  EXPECT_THAT(markdown_report(run), Not(HasSubstr("Faults")));
  EXPECT_THAT(terminal_report(run, ""), Not(HasSubstr("Faults")));
  run.trials[0].faults = {fault("redis_stall", 0, 500), fault(kAttack, 9000, 9500)};
  const std::string markdown = markdown_report(run);
  EXPECT_THAT(markdown, HasSubstr("## Faults"));
  EXPECT_THAT(markdown, HasSubstr("redis\\_stall from 0.000 to 0.500 s"));
  EXPECT_THAT(markdown, HasSubstr("| fault |"));
  EXPECT_THAT(markdown, Not(HasSubstr("<script>")));
  const std::string terminal = terminal_report(run, "");
  EXPECT_THAT(terminal, HasSubstr("redis_stall from 0.000 to 0.500 s"));
  EXPECT_THAT(terminal, Not(HasSubstr("\x1b[2J")));
}

}  // namespace
}  // namespace doorbuster
