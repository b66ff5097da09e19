#include "report/run_junit.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "report/junit.h"
#include "report/measured.h"

namespace doorbuster {
namespace {

// REQUIRES: expected
JunitCase judged(const std::string& name, Verdict verdict, Verdict expected, bool as_expected,
                 const std::string& witness) {
  if (as_expected) return {"", name, JunitEnd::passed, ""};
  const JunitEnd ended = verdict == Verdict::undecided ? JunitEnd::error : JunitEnd::failure;
  return {"", name, ended,
          fmt::format("{}, expected {}{}{}", to_string(verdict), to_string(expected),
                      witness.empty() ? "" : ": ", witness)};
}

JunitCase validity_case(const TrialResult& trial) {
  if (trial.validity != Validity::invalid) return {"", "validity", JunitEnd::passed, ""};
  std::string why = "invalid";
  for (const std::string& reason : trial.reasons) why += "; " + reason;
  return {"", "validity", JunitEnd::error, why};
}

JunitCase threshold_case(const ThresholdResult& threshold) {
  const auto value = spread({counted_figure(threshold.value, threshold.samples)});
  const std::string measured =
      fmt::format("measured {} {} ({} samples)", plain(value), threshold.unit, threshold.samples);
  const JunitEnd ended = !threshold.holds   ? JunitEnd::error
                         : *threshold.holds ? JunitEnd::passed
                                            : JunitEnd::failure;
  return {"", threshold.expression, ended, ended == JunitEnd::passed ? "" : measured};
}

std::vector<JunitCase> run_cases(const RunResult& result, const TrialResult& trial) {
  std::vector<JunitCase> cases = {validity_case(trial)};
  for (const InvariantResult& each : trial.audit.invariants) {
    if (each.expected) {
      cases.push_back(
          judged(each.name, each.verdict, *each.expected, each.as_expected, each.witness));
    } else {
      cases.push_back({"", each.name, JunitEnd::skipped,
                       fmt::format("the scenario leaves it open: {}", to_string(each.verdict))});
    }
  }
  for (const PropertyResult& each : trial.audit.properties) {
    if (!each.expected) continue;
    cases.push_back(
        judged(each.name, each.verdict, *each.expected, each.as_expected, each.witness));
  }
  for (const ThresholdResult& each : result.thresholds) {
    const bool of_this = each.strategy == trial.strategy && each.repetition == trial.repetition;
    if (of_this) cases.push_back(threshold_case(each));
  }
  for (JunitCase& each : cases) each.of = trial.strategy;
  return cases;
}

JunitSuite suite_of(const RunResult& result, const TrialResult& trial) {
  JunitSuite suite{.package = result.scenario.name,
                   .name = fmt::format("{}, trial {}", trial.strategy, trial.repetition),
                   .started_at = result.started_at,
                   .millis = trial.duration_ms};
  suite.properties = {{"run", result.run_id},
                      {"validity", std::string(to_string(trial.validity))},
                      {"seed", fmt::format("{}", trial.seed)},
                      {"commit", result.build.commit}};
  if (result.simulated) suite.properties.emplace_back("simulated", "yes");
  suite.cases = run_cases(result, trial);
  suite.said = trial.reasons;
  return suite;
}

}  // namespace

std::string junit_report(const RunResult& result) {
  std::vector<JunitSuite> suites;
  for (const TrialResult& trial : result.trials) suites.push_back(suite_of(result, trial));
  return junit_xml(suites);
}

}  // namespace doorbuster
