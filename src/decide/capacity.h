// What a run says of a load, and what a finished search says of a strategy. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "decide/capacity_search.h"
#include "results/capacity.h"

namespace doorbuster {

// A run of one strategy, once, at a rate. What broke counts before a saturated harness where it is
// the audit: an oversell is real in an invalid run too; latencies are not. What of the audit is
// `tolerated` breaks nothing.
ProbeResult judge_probe(const RunResult& run, double rate, std::int64_t stock,
                        const std::set<std::string>& tolerated = {});
LoadAnswer answer_of(const ProbeResult& probe);

// `probes` are those of the search, in its order.
StrategyCapacity conclude_capacity(const std::string& strategy, const CapacitySearch& search,
                                   std::vector<ProbeResult> probes,
                                   const std::optional<RunResult>& at_kept,
                                   std::optional<double> peak);

// Fills in verdict, conclusion and assumptions of a result that has its strategies.
void conclude_capacities(CapacityResult& result);

}  // namespace doorbuster
