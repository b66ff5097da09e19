// What happened in each interval (a second, unless told otherwise) since an origin. Latency and
// arrivals count in the interval in which the operation was scheduled, throughput in the one in
// which it finished. Memory is bounded: at kMostIntervals the interval doubles and neighbours are
// added up, so a long run is shown whole, only coarser; read interval() afterwards. One thread at a
// time; merge() after the run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/outcome.h"
#include "base/time.h"
#include "measure/histogram.h"
#include "measure/times.h"

namespace doorbuster {

struct SeriesRow {
  std::int64_t at_ms = 0;    // the interval's begin, since the origin
  std::int64_t arrived = 0;  // purchase intents scheduled in it
  std::int64_t sold = 0;     // purchases that ended in it, as sold
  std::int64_t sold_out = 0;
  std::int64_t views = 0;  // views answered in it
  // Latency of the purchases scheduled in it; empty where there are none.
  std::optional<Duration> buy_p50;
  std::optional<Duration> buy_p99;
  std::int64_t in_flight = 0;          // buyers who had come and not gone, at its end
  std::optional<Quantity> stock_left;  // units, as last seen; empty until somebody looked

  friend bool operator==(const SeriesRow&, const SeriesRow&) = default;
};

class Series {
 public:
  static constexpr std::size_t kMostIntervals = 600;

  explicit Series(Instant origin = kRunStart, Duration interval = 1s);  // REQUIRES: interval > 0

  void arrived(Instant scheduled) { ++at(scheduled).arrived; }
  void viewed(Instant finished) { ++at(finished).views; }
  void bought(const Times& times);  // the wait of a purchase; its outcome is ended()
  void ended(Outcome outcome, Instant finished);
  void buyer_came(Instant when) { ++at(when).came; }
  void buyer_left(Instant when) { ++at(when).left; }
  void saw_stock(Instant when, Quantity units) { at(when).stock_left = units; }
  void view_failed(Instant finished) { ++at(finished).errors; }
  // Operations asked of the database since it was last said.
  void asked_database(Instant when, std::int64_t operations) { at(when).database += operations; }

  // Adds another shard's series of the same origin. REQUIRES: the same origin; intervals that were
  // equal at the start. Where both saw the stock in one interval the smaller figure stands: it is
  // the later one.
  void merge(const Series& other);

  // As a live view shows it: latency of the purchases scheduled in the last interval that was over
  // (those that were answered), empty where there are none; the stock as last seen.
  struct Recent {
    std::optional<Duration> buy_p50, buy_p99;
    std::optional<Quantity> stock_left;
  };
  Recent recent(Instant now) const;

  // The intervals that lie wholly in [from, until), as one. They are as many as have begun.
  struct Window {
    Duration length{0};
    CoarseHistogram buy;        // latency of the purchases scheduled in it
    std::int64_t errors = 0;    // purchases that ended failed or unknown, views that failed
    std::int64_t database = 0;  // operations asked of it
  };
  Window window(Instant from, Instant until) const;

  Instant origin() const { return origin_; }
  Instant end() const;  // of the last interval that has begun
  Duration interval() const { return interval_; }
  std::vector<SeriesRow> rows() const;

 private:
  struct Interval {
    std::int64_t arrived = 0, sold = 0, sold_out = 0, views = 0, came = 0, left = 0;
    std::int64_t errors = 0, database = 0;
    std::optional<Quantity> stock_left;
    std::unique_ptr<CoarseHistogram> buy;

    void add(const Interval& other);
    void record(Duration latency);
  };

  // The interval of a time; times before the origin count in the first.
  Interval& at(Instant when) {
    const Duration since = when - current_begin_;
    if (since >= Duration{0} && since < interval_ && current_ < intervals_.size()) {
      return intervals_[current_];
    }
    return find(when);
  }
  Interval& find(Instant when);
  void double_the_interval();

  Instant origin_;
  Duration interval_;
  std::vector<Interval> intervals_;
  std::size_t current_ = 0;  // the interval used last, and its begin: most samples fall in the same
  Instant current_begin_;
};

}  // namespace doorbuster
