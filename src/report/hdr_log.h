// Every distribution of latencies of a run as an HdrHistogram log (its format 1.3), as the tools
// around HdrHistogram read it: a line a trial and operation, tagged STRATEGY.REPETITION.OPERATION,
// values in nanoseconds, the maximum of a line in milliseconds. Pure.
#pragma once

#include <string>

#include "results/result.h"

namespace doorbuster {

std::string hdr_log(const RunResult& result);

}  // namespace doorbuster
