#include "run/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "run/run_testing.h"

namespace doorbuster {
namespace {

using Asked = std::optional<bool>;
constexpr Asked kYes = true;
constexpr Asked kNo = false;
constexpr Asked kUndecided = std::nullopt;

struct Case {
  const char* what;
  std::vector<std::pair<Validity, Asked>> trials;  // validity, whether the audit is as expected
  std::vector<Asked> thresholds;
  bool interrupted = false;
  int signal = 0;
  int code = 0;
  Verdict verdict = Verdict::holds;
  Validity validity = Validity::valid;
};

std::vector<Case> cases() {
  constexpr Validity valid = Validity::valid, degraded = Validity::degraded,
                     invalid = Validity::invalid;
  return {
      {"all holds", {{valid, kYes}, {valid, kYes}}, {kYes}, false, 0, 0, Verdict::holds, valid},
      {"degraded still decides", {{degraded, kYes}}, {}, false, 0, 0, Verdict::holds, degraded},
      {"the worst trial's validity counts",
       {{degraded, kYes}, {invalid, kYes}, {valid, kYes}},
       {},
       false,
       0,
       2,
       Verdict::undecided,
       invalid},
      {"no trial", {}, {}, false, 0, 2, Verdict::undecided, invalid},
      {"the audit is not as expected", {{valid, kNo}}, {}, false, 0, 1, Verdict::broken, valid},
      {"an oversell is real in an invalid run",
       {{invalid, kNo}},
       {},
       false,
       0,
       1,
       Verdict::broken,
       invalid},
      {"an oversell is real in an interrupted run",
       {{valid, kNo}},
       {kUndecided},
       true,
       0,
       1,
       Verdict::broken,
       valid},
      {"an audit without a truth",
       {{valid, kUndecided}},
       {},
       false,
       0,
       2,
       Verdict::undecided,
       valid},
      {"trials are missing", {{valid, kYes}}, {}, true, 0, 2, Verdict::undecided, valid},
      {"a broken threshold", {{valid, kYes}}, {kYes, kNo}, false, 0, 1, Verdict::broken, valid},
      {"a threshold without samples",
       {{valid, kYes}},
       {kUndecided},
       false,
       0,
       2,
       Verdict::undecided,
       valid},
      {"undecided wins over a broken threshold",
       {{invalid, kYes}},
       {kNo},
       false,
       0,
       2,
       Verdict::undecided,
       invalid},
      {"a signal wins over all",
       {{invalid, kNo}},
       {kNo},
       true,
       SIGINT,
       130,
       Verdict::broken,
       invalid},
      {"SIGTERM", {{valid, kYes}}, {}, true, SIGTERM, 143, Verdict::undecided, valid},
  };
}

TEST(Expectations, ExitCodesFollowTheirPrecedence) {
  for (const Case& each : cases()) {
    RunResult result;
    result.interrupted = each.interrupted;
    for (const auto& [validity, as_expected] : each.trials) {
      TrialResult trial;
      trial.validity = validity;
      trial.audit.as_expected = as_expected;
      result.trials.push_back(std::move(trial));
    }
    for (const Asked& holds : each.thresholds) {
      ThresholdResult threshold;
      threshold.holds = holds;
      result.thresholds.push_back(std::move(threshold));
    }
    conclude(result);
    EXPECT_EQ(exit_code(result, each.signal), each.code) << each.what;
    EXPECT_EQ(to_string(result.verdict), to_string(each.verdict)) << each.what;
    EXPECT_EQ(to_string(result.validity), to_string(each.validity)) << each.what;
  }
}

TEST(Expectations, OnlyTheNamedInvariantsOfAStrategyAreJudged) {
  const Scenario scenario = scenario_of(R"(
    strategies = ["database-atomic", "read-then-write", "cache-aside"]
    [expect]
    database-atomic = "holds"
    [expect.read-then-write]
    no_oversell = "broken"
  )");
  EXPECT_TRUE(expected_of(scenario, "database-atomic").empty()) << "all are expected to hold";
  EXPECT_TRUE(expected_of(scenario, "cache-aside").empty()) << "one that is not named, too";
  const auto expected = expected_of(scenario, "read-then-write");
  EXPECT_EQ(expected.size(), invariants().size());
  for (const auto& [name, verdict] : expected) {
    if (name == "no_oversell") {
      EXPECT_EQ(verdict, Verdict::broken);
    } else {
      EXPECT_EQ(verdict, std::nullopt) << name << " may be anything";
    }
  }
}

TEST(Expectations, ValuesAreToldInTheUnitOfTheThreshold) {
  struct Unit {
    const char* unit;
    double microseconds, shown;
  };
  for (const auto& [unit, value, shown] :
       {Unit{"us", 1500, 1500}, Unit{"ms", 1500, 1.5}, Unit{"s", 1.5e6, 1.5}, Unit{"ns", 2, 2000},
        Unit{"m", 90e6, 1.5}, Unit{"h", 5400e6, 1.5}, Unit{"%", 0.25, 25}, Unit{"/s", 7, 7},
        Unit{"", 7, 7}}) {
    EXPECT_DOUBLE_EQ(in_unit(value, unit), shown) << unit;
  }
}

}  // namespace
}  // namespace doorbuster
