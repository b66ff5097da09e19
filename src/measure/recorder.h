// What one shard records during a trial: counts, histograms, series. One a shard, used by the
// shard's thread alone; after the run the shards' recorders are merged into one. Every call takes
// nanoseconds and allocates at most once an interval. Everything is fixed in size but the series,
// which is bounded (about 6 MiB).
#pragma once

#include "base/error_counts.h"
#include "base/ids.h"
#include "base/outcome.h"
#include "base/time.h"
#include "measure/histogram.h"
#include "measure/series.h"
#include "measure/snapshot.h"
#include "measure/tally.h"
#include "measure/times.h"

namespace doorbuster {

// One of the three durations, by operation; purchases also by the two outcomes that matter most,
// because losers often wait longer than winners.
struct OperationHistograms {
  Histogram view;
  Histogram buy;
  Histogram buy_sold;
  Histogram buy_sold_out;

  void record_buy(Duration value, Outcome outcome) {
    buy.record(value);
    if (outcome == Outcome::sold) buy_sold.record(value);
    if (outcome == Outcome::sold_out) buy_sold_out.record(value);
  }
  void merge(const OperationHistograms& other);
};

struct Recorder {
  explicit Recorder(Instant origin = kRunStart, Duration interval = 1s)
      : series(origin, interval) {}

  Tally tally;
  OperationHistograms latency;
  OperationHistograms service;
  OperationHistograms lag;
  Series series;
  ErrorCounts errors;
  std::int64_t in_flight = 0;  // buyers who came and have not gone

  void buyer_came(Instant when) {
    ++tally.sessions;
    ++in_flight;
    series.buyer_came(when);
  }
  void buyer_left(Instant when) {
    --in_flight;
    series.buyer_left(when);
  }

  // A purchase intent, when its buyer arrives or is dropped. It must later end in one purchase() or
  // end_unbegun().
  void intent(Instant scheduled) {
    ++tally.arrived;
    series.arrived(scheduled);
  }

  void view(const Times& times);
  void view_failed(const Times& times);  // its time is recorded too: the buyer waited for it

  // The end of an intent that was tried.
  void purchase(const Times& times, Outcome outcome, Quantity units);

  // The end of an intent that was never tried: deterred, abandoned, dropped.
  void end_unbegun(Outcome outcome, Instant when) {
    ++tally[outcome];
    series.ended(outcome, when);
  }

  void merge(const Recorder& other);

  // The figures so far. Some 10 us, for the percentile: once a second, not once an operation.
  Snapshot snapshot(Instant at) const;
};

inline void Recorder::view(const Times& times) {
  ++tally.views;
  latency.view.record(times.latency());
  service.view.record(times.service());
  lag.view.record(times.lag());
  series.viewed(times.finished);
}

inline void Recorder::view_failed(const Times& times) {
  ++tally.views_failed;
  latency.view.record(times.latency());
  service.view.record(times.service());
  lag.view.record(times.lag());
}

inline void Recorder::purchase(const Times& times, Outcome outcome, Quantity units) {
  ++tally[outcome];
  ++tally.attempts;
  if (outcome == Outcome::sold) tally.units_sold += units;
  latency.record_buy(times.latency(), outcome);
  service.record_buy(times.service(), outcome);
  lag.record_buy(times.lag(), outcome);
  series.bought(times, outcome);
}

}  // namespace doorbuster
