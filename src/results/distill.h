// From what was measured and audited to the structs of a result. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "audit/audit.h"
#include "audit/judge_history.h"
#include "history/record.h"
#include "measure/recorder.h"
#include "measure/strategy_figures.h"
#include "results/result.h"

namespace doorbuster {

Distilled distill(const Histogram& histogram);
OperationsResult distill(const OperationHistograms& histograms);
CountsResult distill(const Tally& tally);
CacheResult distill_cache(const Tally& tally);
std::vector<ErrorResult> distill(const ErrorCounts& errors);
SeriesResult distill(const Series& series);
FiguresResult distill(const StrategyFigures& figures);

// `expected` by invariant: nothing where it may be anything. One that is not named is expected to
// hold.
AuditResult distill(const AuditReport& report,
                    const std::map<std::string, std::optional<Verdict>>& expected = {});

// Adds what the history says of single answers; an error: why nobody judged it, and all of it is
// undecided. A property that is not in `expected` may be anything.
void add_properties(const Result<HistoryVerdict>& verdict,
                    const std::map<std::string, std::optional<Verdict>>& expected,
                    AuditResult& result);

SurroundingsResult distill(const Surroundings& surroundings);

// When a buyer was first told "sold out", since the doors opened.
std::optional<std::int64_t> sold_out_after_ms(const History& history);

// One for each of the recorder's kinds. REQUIRES: a name for each
std::vector<KindResult> distill_kinds(const Recorder& recorded,
                                      const std::vector<std::string>& names);

// O(n log n) in purchases.
FairnessResult distill_fairness(const History& history);

// All of a trial that its recorder knows: counts, errors, latency, service, lag, cache, series, and
// the throughput over `measured` (the time of load). Strategy, seed, validity, when it was sold
// out, cost, pool_wait, figures, audit, kinds and fairness are the caller's.
TrialResult distill(const Recorder& recorded, Duration measured);

}  // namespace doorbuster
