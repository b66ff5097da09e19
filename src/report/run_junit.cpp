#include "report/run_junit.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "report/junit.h"
#include "report/measured.h"

namespace doorbuster {
namespace {

enum class Ended : unsigned char { passed, failure, error, skipped };

struct RunCase {
  std::string name;
  Ended ended = Ended::passed;
  std::string why;  // "" where it passed
};

// REQUIRES: expected
RunCase judged(const std::string& name, Verdict verdict, Verdict expected, bool as_expected,
               const std::string& witness) {
  if (as_expected) return {name, Ended::passed, ""};
  const Ended ended = verdict == Verdict::undecided ? Ended::error : Ended::failure;
  return {name, ended,
          fmt::format("{}, expected {}{}{}", to_string(verdict), to_string(expected),
                      witness.empty() ? "" : ": ", witness)};
}

RunCase validity_case(const TrialResult& trial) {
  if (trial.validity != Validity::invalid) return {"validity", Ended::passed, ""};
  std::string why = "invalid";
  for (const std::string& reason : trial.reasons) why += "; " + reason;
  return {"validity", Ended::error, why};
}

RunCase threshold_case(const ThresholdResult& threshold) {
  const auto value = spread({counted_figure(threshold.value, threshold.samples)});
  const std::string measured =
      fmt::format("measured {} {} ({} samples)", plain(value), threshold.unit, threshold.samples);
  const Ended ended = !threshold.holds   ? Ended::error
                      : *threshold.holds ? Ended::passed
                                         : Ended::failure;
  return {threshold.expression, ended, ended == Ended::passed ? "" : measured};
}

std::vector<RunCase> run_cases(const RunResult& result, const TrialResult& trial) {
  std::vector<RunCase> cases = {validity_case(trial)};
  for (const InvariantResult& each : trial.audit.invariants) {
    if (each.expected) {
      cases.push_back(
          judged(each.name, each.verdict, *each.expected, each.as_expected, each.witness));
    } else {
      cases.push_back({each.name, Ended::skipped,
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
  return cases;
}

std::string run_case_xml(const RunCase& test, std::string_view strategy) {
  std::string xml = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"",
                                xml_safe(test.name), xml_safe(strategy));
  if (test.ended == Ended::passed) return xml + "/>\n";
  if (test.ended == Ended::skipped) {
    return xml + fmt::format("><skipped message=\"{}\"/></testcase>\n", xml_safe(test.why));
  }
  const bool failed = test.ended == Ended::failure;
  return xml + fmt::format("><{0} type=\"{1}\" message=\"{2}\">{2}</{0}></testcase>\n",
                           failed ? "failure" : "error", failed ? "broken" : "undecided",
                           xml_safe(test.why));
}

// "2026-11-27T00:00:00Z" without the zone, which Ant's schema does not allow.
std::string timestamp(std::string_view started_at) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  bool is_time = started_at.size() == kShape.size() + 1 && started_at.back() == 'Z';
  for (std::size_t i = 0; is_time && i < kShape.size(); ++i) {
    const bool digit = started_at[i] >= '0' && started_at[i] <= '9';
    is_time = kShape[i] == '0' ? digit : started_at[i] == kShape[i];
  }
  return is_time ? std::string(started_at.substr(0, kShape.size())) : "1970-01-01T00:00:00";
}

std::string run_suite_xml(const RunResult& result, const TrialResult& trial, int id) {
  const std::vector<RunCase> cases = run_cases(result, trial);
  const auto count = [&](Ended ended) {
    int n = 0;
    for (const RunCase& each : cases) n += each.ended == ended;
    return n;
  };
  const auto millis = trial.duration_ms;
  std::string xml = fmt::format(
      "  <testsuite package=\"{}\" id=\"{}\" name=\"{}, trial {}\" timestamp=\"{}\" "
      "hostname=\"localhost\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{}.{:03}\">\n    <properties>\n",
      xml_safe(result.scenario.name), id, xml_safe(trial.strategy), trial.repetition,
      timestamp(result.started_at), cases.size(), count(Ended::failure), count(Ended::error),
      count(Ended::skipped), millis / 1000, millis % 1000);
  const auto property = [&](std::string_view name, std::string_view value) {
    xml += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_safe(value));
  };
  property("run", result.run_id);
  property("validity", to_string(trial.validity));
  property("seed", fmt::format("{}", trial.seed));
  property("commit", result.build.commit);
  if (result.simulated) property("simulated", "yes");
  xml += "    </properties>\n";
  for (const RunCase& each : cases) xml += run_case_xml(each, trial.strategy);
  std::string reasons;
  for (const std::string& reason : trial.reasons) reasons += xml_safe(reason) + "\n";
  return xml + fmt::format("    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n",
                           reasons);
}

}  // namespace

std::string junit_report(const RunResult& result) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  int id = 0;
  for (const TrialResult& trial : result.trials) xml += run_suite_xml(result, trial, id++);
  return xml + "</testsuites>\n";
}

}  // namespace doorbuster
