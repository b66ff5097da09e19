// A result as JUnit's XML, for CI: a suite a trial, in it a case for the trial's validity, for each
// invariant, for each property that the scenario expects something of, and for each threshold.
// Passed: as the scenario expects, so also an oversell that was to be shown. A failure broke; an
// error could not be decided, or the trial is invalid; skipped is what the scenario leaves open.
// Pure.
#pragma once

#include <string>

#include "results/result.h"

namespace doorbuster {

std::string junit_report(const RunResult& result);

}  // namespace doorbuster
