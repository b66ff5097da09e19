#include "measure/validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace doorbuster {
namespace {

class Findings {
 public:
  void invalid(std::string reason) { invalidating_.push_back(std::move(reason)); }
  void degraded(std::string reason) { degrading_.push_back(std::move(reason)); }

  Judgement judgement() && {
    Judgement judgement;
    if (!degrading_.empty()) judgement.validity = Validity::degraded;
    if (!invalidating_.empty()) judgement.validity = Validity::invalid;
    judgement.reasons = std::move(invalidating_);
    std::move(degrading_.begin(), degrading_.end(), std::back_inserter(judgement.reasons));
    return judgement;
  }

 private:
  std::vector<std::string> invalidating_;
  std::vector<std::string> degrading_;
};

double share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

void judge_truth(const Tally& tally, const RunFacts& facts, Findings& findings) {
  if (!tally.balances()) {
    findings.invalid(
        fmt::format("the counts do not balance: {} purchase intents arrived and {} "
                    "have an outcome",
                    tally.arrived, tally.resolved()));
  }
  if (!facts.truth_read) {
    findings.invalid("the ground truth could not be read from the database after the run");
  }
  if (facts.stores_changed) {
    findings.invalid("the stores at the end of the run were not the ones provisioned");
  }
}

void judge_drops(std::string_view what, std::int64_t dropped, std::int64_t of, Findings& findings) {
  if (dropped == 0) return;
  const std::string reason =
      fmt::format("{} of {} {} were dropped ({:.2g} %): the harness was too late or full", dropped,
                  of, what, 100 * share(dropped, of));
  if (share(dropped, of) > kInvalidDroppedShare) {
    findings.invalid(reason);
  } else {
    findings.degraded(reason);
  }
}

void judge_load(const Tally& tally, const RunFacts& facts, Findings& findings) {
  // Dropped buyers who would only have looked are in the facts alone.
  if (facts.dropped > 0) {
    judge_drops("arrivals", facts.dropped, facts.scheduled, findings);
  } else {
    judge_drops("purchase intents", tally[Outcome::dropped], tally.arrived, findings);
  }
  if (facts.scheduled > 0 && share(facts.started, facts.scheduled) < kInvalidStartedShare) {
    findings.invalid(fmt::format(
        "{} of {} scheduled arrivals started ({:.1f} %, under {:.0f} %)", facts.started,
        facts.scheduled, 100 * share(facts.started, facts.scheduled), 100 * kInvalidStartedShare));
  }
}

bool lags(const Histogram& lag, const Histogram& latency, double percentile, Duration floor) {
  const Duration late = lag.percentile(percentile);
  return late > floor && to_seconds(late) > kLagShare * to_seconds(latency.percentile(percentile));
}

std::string lag_reason(std::string_view operation, const Histogram& lag, const Histogram& latency,
                       double percentile) {
  return fmt::format(
      "the harness was late: p{} lag of {} operations is {:.3g} ms, over {:.0f} % of their p{} "
      "latency "
      "of {:.3g} ms",
      percentile, operation, to_millis(lag.percentile(percentile)), 100 * kLagShare, percentile,
      to_millis(latency.percentile(percentile)));
}

void judge_lag(std::string_view operation, const Histogram& lag, const Histogram& latency,
               Findings& findings) {
  if (lags(lag, latency, 99, kInvalidLag)) {
    findings.invalid(lag_reason(operation, lag, latency, 99));
  } else if (lags(lag, latency, 99.9, kDegradedLag)) {
    findings.degraded(lag_reason(operation, lag, latency, 99.9));
  }
}

void judge_conditions(const RunFacts& facts, Findings& findings) {
  if (facts.measured < kShortestMeasured) {
    findings.degraded(fmt::format("only {:.3g} s were measured, under {:.0f} s",
                                  to_seconds(facts.measured), to_seconds(kShortestMeasured)));
  }
  if (facts.foreign_cpu_share > kMuchForeignCpu) {
    findings.degraded(fmt::format("other processes took {:.0f} % of this machine's CPU",
                                  100 * facts.foreign_cpu_share));
  }
  if (facts.clock_resolution > kCoarseClock) {
    findings.degraded(fmt::format("the steady clock is coarse: it ticks every {:.1f} us",
                                  to_micros(facts.clock_resolution)));
  }
}

}  // namespace

Judgement judge(const Recorder& recorded, const RunFacts& facts) {
  Findings findings;
  judge_truth(recorded.tally, facts, findings);
  judge_load(recorded.tally, facts, findings);
  judge_lag("view", recorded.lag.view, recorded.latency.view, findings);
  judge_lag("buy", recorded.lag.buy, recorded.latency.buy, findings);
  judge_lag("pay", recorded.lag.pay, recorded.latency.pay, findings);
  judge_conditions(facts, findings);
  return std::move(findings).judgement();
}

}  // namespace doorbuster
