#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "decide/compare.h"

namespace doorbuster {
namespace {

std::string name_of_trial(std::string_view strategy, int repetition) {
  return fmt::format("{}.{}", strategy, repetition);
}

void add_elimination(std::vector<Elimination>& all, Elimination one) {
  const auto known = std::ranges::find(all, one.strategy, &Elimination::strategy);
  if (known == all.end()) {
    all.push_back(std::move(one));
  } else if (known->constraint == one.constraint) {
    ++known->runs_broken;
  }
}

// Real in an invalid trial too.
void by_audits(const RunResult& run, const std::set<std::string>& tolerated,
               std::vector<Elimination>& all) {
  for (const TrialResult& trial : run.trials) {
    for (const InvariantResult& invariant : trial.audit.invariants) {
      if (invariant.verdict != Verdict::broken || tolerated.count(invariant.name) > 0) continue;
      add_elimination(all, {.strategy = trial.strategy,
                            .trial = name_of_trial(trial.strategy, trial.repetition),
                            .constraint = invariant.name,
                            .runs_broken = 1,
                            .witness = invariant.witness});
    }
    // A property of single answers that the scenario demands.
    for (const PropertyResult& property : trial.audit.properties) {
      if (property.verdict != Verdict::broken || property.expected != Verdict::holds ||
          tolerated.count(property.name) > 0) {
        continue;
      }
      add_elimination(all, {.strategy = trial.strategy,
                            .trial = name_of_trial(trial.strategy, trial.repetition),
                            .constraint = property.name,
                            .runs_broken = 1,
                            .witness = property.witness});
    }
  }
}

// A threshold is broken when it is in most of the trials that judged it: one may be noise.
void by_thresholds(const RunResult& run, std::vector<Elimination>& all) {
  struct Seen {
    int judged = 0;
    int broken = 0;
    const ThresholdResult* first = nullptr;
  };
  std::map<std::pair<std::string, std::string>, Seen> seen;
  for (const ThresholdResult& threshold : run.thresholds) {
    const bool left_out = std::ranges::any_of(run.trials, [&](const TrialResult& trial) {
      return trial.strategy == threshold.strategy && trial.repetition == threshold.repetition &&
             !counts(trial);
    });
    if (left_out || !threshold.holds) continue;
    Seen& here = seen[{threshold.strategy, threshold.expression}];
    ++here.judged;
    if (*threshold.holds) continue;
    ++here.broken;
    if (here.first == nullptr) here.first = &threshold;
  }
  for (const auto& [key, here] : seen) {
    if (2 * here.broken <= here.judged) continue;
    const ThresholdResult& first = *here.first;
    add_elimination(
        all, {.strategy = key.first,
              .trial = name_of_trial(key.first, first.repetition),
              .constraint = key.second,
              .runs_broken = here.broken,
              .witness = first.value ? fmt::format("it is {:.4g} {}", *first.value, first.unit)
                                     : "there is no such sample"});
  }
}

}  // namespace

std::vector<Elimination> eliminate(const RunResult& run, const std::set<std::string>& tolerated) {
  std::vector<Elimination> all;
  by_audits(run, tolerated, all);
  by_thresholds(run, all);
  return all;
}

}  // namespace doorbuster
