// What one shard records during a trial: counts, histograms, series. One a shard, used by the
// shard's thread alone; after the run the shards' recorders are merged into one. Every call takes
// nanoseconds and allocates at most once an interval. Everything is fixed in size but the series,
// which is bounded (about 6 MiB).
#pragma once

#include <vector>

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
// because losers often wait longer than winners. A purchase that is only held, until it is paid, is
// among buy_sold: the shop said yes.
struct OperationHistograms {
  Histogram view;
  Histogram buy;
  Histogram buy_sold;
  Histogram buy_sold_out;
  Histogram pay;

  void record_buy(Duration value, Outcome outcome) {
    buy.record(value);
    if (outcome == Outcome::sold) buy_sold.record(value);
    if (outcome == Outcome::sold_out) buy_sold_out.record(value);
  }
  void merge(const OperationHistograms& other);
};

// Of one kind of buyers.
struct KindFigures {
  Tally tally;    // without the figures of the cache
  Histogram buy;  // latency

  void merge(const KindFigures& other);
};

// Whoever belongs to a kind says which; without kinds nobody does.
struct Recorder {
  explicit Recorder(Instant origin = kRunStart, Duration interval = 1s)
      : series(origin, interval) {}

  Tally tally;
  OperationHistograms latency;
  OperationHistograms service;
  OperationHistograms lag;
  Series series;
  ErrorCounts errors;
  std::vector<KindFigures> kinds;  // sized by whoever has kinds of buyers
  std::int64_t in_flight = 0;      // buyers who came and have not gone

  void buyer_came(Instant when, std::size_t kind = 0) {
    count(kind, [](Tally& to) { ++to.sessions; });
    ++in_flight;
    series.buyer_came(when);
  }
  void browses(std::size_t kind = 0) {
    count(kind, [](Tally& to) { ++to.browsed; });
  }
  void buyer_left(Instant when) {
    --in_flight;
    series.buyer_left(when);
  }

  // A purchase intent, when its buyer arrives or is dropped. It must later end in one purchase(),
  // paid() or end_idle().
  void intent(Instant scheduled, std::size_t kind = 0) {
    count(kind, [](Tally& to) { ++to.arrived; });
    series.arrived(scheduled);
  }

  void view(const Times& times, std::size_t kind = 0);
  // Its time is recorded too: the buyer waited for it.
  void view_failed(const Times& times, std::size_t kind = 0);

  // The end of an intent that was tried: from the schedule of the first attempt and its start to
  // the last answer.
  void purchase(const Times& times, Outcome outcome, Quantity units, int attempts = 1,
                std::size_t kind = 0);

  // Units are held for an intent that was tried, until it is paid: no end yet.
  void held(const Times& times, int attempts = 1, std::size_t kind = 0);

  // The end of an intent for which units were held; the times are of the payment alone.
  void paid(const Times& times, Outcome outcome, Quantity units, std::size_t kind = 0);

  // The end of an intent with nothing in flight, never tried or only held: deterred, abandoned,
  // dropped.
  void end_idle(Outcome outcome, Instant when, std::size_t kind = 0) {
    count(kind, [outcome](Tally& to) { ++to[outcome]; });
    series.ended(outcome, when);
  }

  void merge(const Recorder& other);

  // The figures so far. Some 10 us, for the percentile: once a second, not once an operation.
  Snapshot snapshot(Instant at) const;

 private:
  template <class Change>
  void count(std::size_t kind, Change change) {
    change(tally);
    if (kind < kinds.size()) change(kinds[kind].tally);
  }
  void record_buy(const Times& times, Outcome outcome, std::size_t kind);
};

inline void Recorder::view(const Times& times, std::size_t kind) {
  count(kind, [](Tally& to) { ++to.views; });
  latency.view.record(times.latency());
  service.view.record(times.service());
  lag.view.record(times.lag());
  series.viewed(times.finished);
}

inline void Recorder::view_failed(const Times& times, std::size_t kind) {
  series.view_failed(times.finished);
  count(kind, [](Tally& to) { ++to.views_failed; });
  latency.view.record(times.latency());
  service.view.record(times.service());
  lag.view.record(times.lag());
}

inline void Recorder::record_buy(const Times& times, Outcome outcome, std::size_t kind) {
  latency.record_buy(times.latency(), outcome);
  service.record_buy(times.service(), outcome);
  lag.record_buy(times.lag(), outcome);
  if (kind < kinds.size()) kinds[kind].buy.record(times.latency());
  series.bought(times);
}

inline void Recorder::purchase(const Times& times, Outcome outcome, Quantity units, int attempts,
                               std::size_t kind) {
  count(kind, [&](Tally& to) {
    ++to[outcome];
    to.attempts += attempts;
    if (outcome == Outcome::sold) to.units_sold += units;
  });
  record_buy(times, outcome, kind);
  series.ended(outcome, times.finished);
}

inline void Recorder::held(const Times& times, int attempts, std::size_t kind) {
  count(kind, [attempts](Tally& to) { to.attempts += attempts; });
  record_buy(times, Outcome::sold, kind);
}

inline void Recorder::paid(const Times& times, Outcome outcome, Quantity units, std::size_t kind) {
  count(kind, [&](Tally& to) {
    ++to[outcome];
    if (outcome == Outcome::sold) to.units_sold += units;
  });
  latency.pay.record(times.latency());
  service.pay.record(times.service());
  lag.pay.record(times.lag());
  series.ended(outcome, times.finished);
}

}  // namespace doorbuster
