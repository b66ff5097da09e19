#include "measure/series.h"

#include <algorithm>

#include "base/check.h"

namespace doorbuster {

Series::Series(Instant origin, Duration interval)
    : origin_(origin), interval_(interval), current_begin_(origin) {
  CHECK(interval > Duration{0}, "interval of {} ns", interval.count());
}

void Series::bought(const Times& times) { at(times.scheduled).record(times.latency()); }

void Series::ended(Outcome outcome, Instant finished) {
  if (outcome == Outcome::sold) ++at(finished).sold;
  if (outcome == Outcome::sold_out) ++at(finished).sold_out;
  if (outcome == Outcome::failed || outcome == Outcome::unknown) ++at(finished).errors;
}

Series::Interval& Series::find(Instant when) {
  const Duration since = std::max(Duration{0}, when - origin_);
  while (static_cast<std::size_t>(since / interval_) >= kMostIntervals) double_the_interval();
  current_ = static_cast<std::size_t>(since / interval_);
  current_begin_ = origin_ + interval_ * static_cast<Duration::rep>(current_);
  if (current_ >= intervals_.size()) intervals_.resize(current_ + 1);
  return intervals_[current_];
}

void Series::double_the_interval() {
  interval_ *= 2;
  for (std::size_t i = 1; i < intervals_.size(); ++i) {
    Interval& half = intervals_[i / 2];
    if (i % 2 == 1) {
      half.add(intervals_[i]);
      if (intervals_[i].stock_left) half.stock_left = intervals_[i].stock_left;  // the later one
    } else {
      half = std::move(intervals_[i]);
    }
  }
  intervals_.resize((intervals_.size() + 1) / 2);
  current_ = 0;
  current_begin_ = origin_;
}

void Series::merge(const Series& other) {
  CHECK(origin_ == other.origin_, "series of different origins do not merge");
  while (interval_ < other.interval_) double_the_interval();
  CHECK(interval_ % other.interval_ == Duration{0}, "series of unlike intervals do not merge");
  const auto theirs_in_ours = static_cast<std::size_t>(interval_ / other.interval_);
  for (std::size_t i = 0; i < other.intervals_.size(); ++i) {
    const std::size_t ours = i / theirs_in_ours;
    if (ours >= intervals_.size()) intervals_.resize(ours + 1);
    const Interval& theirs = other.intervals_[i];
    Interval& sum = intervals_[ours];
    sum.add(theirs);
    if (theirs.stock_left) {
      sum.stock_left = std::min(sum.stock_left.value_or(*theirs.stock_left), *theirs.stock_left);
    }
  }
}

Series::Recent Series::recent(Instant now) const {
  Recent recent;
  const auto current = static_cast<std::size_t>(std::max(Duration{0}, now - origin_) / interval_);
  if (current > 0 && current <= intervals_.size() && intervals_[current - 1].buy) {
    const CoarseHistogram& buy = *intervals_[current - 1].buy;
    recent.buy_p50 = buy.percentile(50);
    recent.buy_p99 = buy.percentile(99);
  }
  for (std::size_t i = intervals_.size(); i > 0 && !recent.stock_left; --i) {
    recent.stock_left = intervals_[i - 1].stock_left;
  }
  return recent;
}

Instant Series::end() const {
  return origin_ + interval_ * static_cast<Duration::rep>(intervals_.size());
}

Series::Window Series::window(Instant from, Instant until) const {
  Window window;
  Instant begin = origin_;
  for (const Interval& interval : intervals_) {
    const Instant end = begin + interval_;
    if (begin >= from && end <= until) {
      window.length += interval_;
      window.errors += interval.errors;
      window.database += interval.database;
      if (interval.buy) window.buy.merge(*interval.buy);
    }
    begin = end;
  }
  return window;
}

std::vector<SeriesRow> Series::rows() const {
  std::vector<SeriesRow> rows;
  rows.reserve(intervals_.size());
  std::int64_t in_flight = 0;
  std::optional<Quantity> stock_left;
  for (const Interval& interval : intervals_) {
    in_flight += interval.came - interval.left;
    if (interval.stock_left) stock_left = interval.stock_left;
    SeriesRow row;
    const Duration begin = interval_ * static_cast<Duration::rep>(rows.size());
    row.at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(begin).count();
    row.arrived = interval.arrived;
    row.sold = interval.sold;
    row.sold_out = interval.sold_out;
    row.views = interval.views;
    if (interval.buy) {
      row.buy_p50 = interval.buy->percentile(50);
      row.buy_p99 = interval.buy->percentile(99);
    }
    row.in_flight = in_flight;
    row.stock_left = stock_left;
    rows.push_back(row);
  }
  return rows;
}

// All but the stock, which is not a sum.
void Series::Interval::add(const Interval& other) {
  arrived += other.arrived;
  sold += other.sold;
  sold_out += other.sold_out;
  views += other.views;
  came += other.came;
  left += other.left;
  errors += other.errors;
  database += other.database;
  if (!other.buy) return;
  if (!buy) buy = std::make_unique<CoarseHistogram>();
  buy->merge(*other.buy);
}

void Series::Interval::record(Duration latency) {
  if (!buy) buy = std::make_unique<CoarseHistogram>();
  buy->record(latency);
}

}  // namespace doorbuster
