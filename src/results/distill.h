// From what was measured and audited to the structs of a result. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "audit/audit.h"
#include "measure/recorder.h"
#include "results/result.h"

namespace doorbuster {

Distilled distill(const Histogram& histogram);
OperationsResult distill(const OperationHistograms& histograms);
CountsResult distill(const Tally& tally);
CacheResult distill_cache(const Tally& tally);
std::vector<ErrorResult> distill(const ErrorCounts& errors);
SeriesResult distill(const Series& series);

// `expected` names the invariants that the scenario expects otherwise than to hold.
AuditResult distill(const AuditReport& report, const std::map<std::string, Verdict>& expected = {});

// All of a trial that its recorder knows: counts, errors, latency, service, lag, cache, series, and
// the throughput of `measured` (the time over which load was offered and answered). Strategy, seed,
// validity, cost, pool_wait and audit are the caller's.
TrialResult distill(const Recorder& recorded, Duration measured);

}  // namespace doorbuster
