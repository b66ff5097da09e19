#include "measure/recorder.h"

namespace doorbuster {

void OperationHistograms::merge(const OperationHistograms& other) {
  view.merge(other.view);
  buy.merge(other.buy);
  buy_sold.merge(other.buy_sold);
  buy_sold_out.merge(other.buy_sold_out);
  pay.merge(other.pay);
}

void KindFigures::merge(const KindFigures& other) {
  tally.merge(other.tally);
  buy.merge(other.buy);
}

void Recorder::merge(const Recorder& other) {
  tally.merge(other.tally);
  latency.merge(other.latency);
  service.merge(other.service);
  lag.merge(other.lag);
  series.merge(other.series);
  errors.merge(other.errors);
  if (kinds.size() < other.kinds.size()) kinds.resize(other.kinds.size());
  for (std::size_t i = 0; i < other.kinds.size(); ++i) kinds[i].merge(other.kinds[i]);
  in_flight += other.in_flight;
}

Snapshot Recorder::snapshot(Instant at) const {
  const Series::Recent recent = series.recent(at);
  return {.at = at,
          .arrived = tally.arrived,
          .resolved = tally.resolved(),
          .sold = tally[Outcome::sold],
          .sold_out = tally[Outcome::sold_out],
          .views = tally.views,
          .in_flight = in_flight,
          .dropped = tally[Outcome::dropped],
          .errors = tally[Outcome::failed] + tally[Outcome::unknown] + tally.views_failed,
          .buy_p99 = latency.buy.percentile(99),
          .recent_p50 = recent.buy_p50,
          .recent_p99 = recent.buy_p99,
          .stock_left = recent.stock_left};
}

}  // namespace doorbuster
