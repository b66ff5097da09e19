// What a run's result means: what was expected of each strategy, the verdict over all, the exit
// code. Pure; the rules are the results contract's (results/README.md, Exit codes).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "audit/audit.h"
#include "results/result.h"
#include "scenario/scenario.h"

namespace doorbuster {

// What [expect] says of a strategy, by invariant and property. An invariant that is not in it is
// expected to hold, a property may be anything. Of a strategy of which it lists invariants, the
// others may be anything: nothing.
std::map<std::string, std::optional<Verdict>> expected_of(const Scenario& scenario,
                                                          std::string_view strategy);

// Fills in verdict and validity over all trials so far, by the precedence of the exit codes: an
// audit that is not as expected is broken even in an invalid run; undecided wins over a broken
// threshold.
void conclude(RunResult& result);

// 0, 1 or 2, or 128 + signal when a signal ended the run.
int exit_code(const RunResult& result, int signal);

// A metric's value (microseconds, or plain) in the unit in which a threshold was written.
double in_unit(double value, std::string_view unit);

}  // namespace doorbuster
