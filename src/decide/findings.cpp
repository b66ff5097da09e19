#include <fmt/format.h>

#include <algorithm>

#include "decide/check.h"
#include "decide/words.h"

namespace doorbuster {
namespace {

class Findings {
 public:
  Findings(const RunResult& run, std::string_view side, bool leave_out_invalid)
      : run_(run), side_(side), leave_out_invalid_(leave_out_invalid) {}

  std::vector<CheckFinding> all() && {
    if (run_.trials.empty()) {
      add("validity", nullptr, Verdict::undecided, fmt::format("{} has no trial", run_.run_id));
    } else if (run_.interrupted && !leave_out_invalid_) {
      add("interrupted", nullptr, Verdict::undecided,
          fmt::format("{} was interrupted: trials are missing", run_.run_id));
    }
    for (const TrialResult& trial : run_.trials) {
      audit_of(trial);
      validity_of(trial);
    }
    if (side_ == "candidate") thresholds();
    return std::move(found_);
  }

 private:
  void add(std::string kind, const TrialResult* trial, Verdict verdict, std::string sentence) {
    found_.push_back({.kind = std::move(kind),
                      .side = std::string(side_),
                      .run_id = run_.run_id,
                      .strategy = trial == nullptr ? "" : trial->strategy,
                      .repetition = trial == nullptr ? 0 : trial->repetition,
                      .verdict = verdict,
                      .sentence = std::move(sentence)});
  }

  static std::string name_of(const TrialResult& trial) {
    return fmt::format("{}, trial {}", trial.strategy, trial.repetition);
  }

  // A baseline that broke a promise is told, and says nothing against the candidate.
  void audit_of(const TrialResult& trial) {
    const AuditResult& audit = trial.audit;
    if (audit.as_expected == true) return;
    if (!audit.as_expected) {
      add("audit", &trial, Verdict::undecided,
          fmt::format("{}: its audit is undecided", name_of(trial)));
      return;
    }
    std::string why = "its audit is not as expected";
    for (const InvariantResult& invariant : audit.invariants) {
      if (invariant.as_expected) continue;
      why = fmt::format("{} is {}, not {}", invariant.name, to_string(invariant.verdict),
                        to_string(invariant.expected.value_or(Verdict::holds)));
      if (!invariant.witness.empty()) why += fmt::format(": {}", invariant.witness);
      break;
    }
    add("audit", &trial, Verdict::broken, fmt::format("{}: {}", name_of(trial), why));
  }

  void validity_of(const TrialResult& trial) {
    if (counts(trial) || leave_out_invalid_) return;
    const std::string why = trial.interrupted       ? "it was cut short"
                            : trial.reasons.empty() ? "no reason is given"
                                                    : trial.reasons.front();
    add("validity", &trial, Verdict::undecided,
        fmt::format("{} is no measurement: {}", name_of(trial), why));
  }

  bool is_left_out(const ThresholdResult& threshold) const {
    return std::ranges::any_of(run_.trials, [&](const TrialResult& trial) {
      return trial.strategy == threshold.strategy && trial.repetition == threshold.repetition &&
             !counts(trial);
    });
  }

  void thresholds() {
    for (const ThresholdResult& threshold : run_.thresholds) {
      if (threshold.holds == true || is_left_out(threshold)) continue;
      const bool broken = threshold.holds == false;
      found_.push_back(
          {.kind = "threshold",
           .side = std::string(side_),
           .run_id = run_.run_id,
           .strategy = threshold.strategy,
           .repetition = threshold.repetition,
           .verdict = broken ? Verdict::broken : Verdict::undecided,
           .sentence = fmt::format(
               "{}, trial {}: {} {}", threshold.strategy, threshold.repetition,
               threshold.expression,
               broken && threshold.value
                   ? fmt::format("is broken: {:.4g} {}", *threshold.value, threshold.unit)
                   : "is undecided: there is nothing to judge it by")});
    }
  }

  const RunResult& run_;
  std::string_view side_;
  bool leave_out_invalid_;
  std::vector<CheckFinding> found_;
};

}  // namespace

std::vector<CheckFinding> findings_of(const RunResult& run, std::string_view side,
                                      bool leave_out_invalid) {
  return Findings(run, side, leave_out_invalid).all();
}

JudgedRun judged(const NamedRun& run) {
  return {.file = run.file,
          .run_id = run.result.run_id,
          .started_at = run.result.started_at,
          .commit = run.result.build.commit,
          .validity = run.result.validity,
          .trials = static_cast<int>(run.result.trials.size())};
}

std::vector<RunResult> results_of(const std::vector<NamedRun>& runs) {
  std::vector<RunResult> results;
  for (const NamedRun& run : runs) results.push_back(run.result);
  return results;
}

}  // namespace doorbuster
