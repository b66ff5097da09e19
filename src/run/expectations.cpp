#include "run/expectations.h"

#include <algorithm>

namespace doorbuster {
namespace {

bool audit_broken(const RunResult& result) {
  return std::ranges::any_of(
      result.trials, [](const TrialResult& trial) { return trial.audit.as_expected == false; });
}

bool threshold_broken(const RunResult& result) {
  return std::ranges::any_of(result.thresholds,
                             [](const ThresholdResult& one) { return one.holds == false; });
}

bool undecided(const RunResult& result) {
  const auto trial_undecided = [](const TrialResult& trial) {
    return trial.validity == Validity::invalid || !trial.audit.as_expected;
  };
  const auto threshold_undecided = [](const ThresholdResult& one) { return !one.holds; };
  return result.interrupted || result.trials.empty() ||
         std::ranges::any_of(result.trials, trial_undecided) ||
         std::ranges::any_of(result.thresholds, threshold_undecided);
}

}  // namespace

std::map<std::string, std::optional<Verdict>> expected_of(const Scenario& scenario,
                                                          std::string_view strategy) {
  std::map<std::string, std::optional<Verdict>> expected;
  for (const Expectation& expectation : scenario.expectations) {
    if (expectation.strategy != strategy || expectation.invariants.empty()) continue;
    const auto& named = expectation.invariants;
    const auto is_named = [&](const Invariant& invariant) {
      return named.count(std::string(invariant.name)) > 0;
    };
    if (std::ranges::any_of(invariants(), is_named)) {
      for (const Invariant& invariant : invariants()) expected[std::string(invariant.name)];
    }
    for (const auto& [name, verdict] : expectation.invariants) expected[name] = verdict;
  }
  return expected;
}

void conclude(RunResult& result) {
  result.validity = Validity::valid;
  for (const TrialResult& trial : result.trials) {
    result.validity = std::max(result.validity, trial.validity);
  }
  if (result.trials.empty()) result.validity = Validity::invalid;
  if (audit_broken(result) || (threshold_broken(result) && !undecided(result))) {
    result.verdict = Verdict::broken;
  } else {
    result.verdict = undecided(result) ? Verdict::undecided : Verdict::holds;
  }
}

int exit_code(const RunResult& result, int signal) {
  if (signal != 0) return 128 + signal;
  switch (result.verdict) {
    case Verdict::holds:
      return 0;
    case Verdict::broken:
      return 1;
    case Verdict::undecided:
      return 2;
  }
  return 2;
}

double in_unit(double value, std::string_view unit) {
  if (unit == "ms") return value / 1e3;
  if (unit == "s") return value / 1e6;
  if (unit == "ns") return value * 1e3;
  if (unit == "m") return value / 60e6;
  if (unit == "h") return value / 3600e6;
  if (unit == "%") return value * 100;
  return value;
}

}  // namespace doorbuster
