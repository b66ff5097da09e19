#include "load/arrivals.h"

#include <algorithm>
#include <cmath>

#include "scenario/profile.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kArrivalStream = 1;
constexpr Duration kSlice = 1s;

// Every profile is monotone on either side of `at`, so the highest rate is at an end or just there.
double highest_rate(const Stage& stage, Duration from, Duration to) {
  double most = std::max(rate_at(stage, from), rate_at(stage, to));
  if (from < stage.at && stage.at <= to) {
    most = std::max({most, rate_at(stage, stage.at), rate_at(stage, stage.at - 1ns)});
  }
  return most;
}

}  // namespace

double expected_arrivals(const Load& load, Duration from, Duration to) {
  double sum = 0;
  Duration begin{};
  for (const Stage& stage : load.stages) {
    const Duration a = std::clamp(from - begin, Duration{}, stage.duration);
    const Duration b = std::clamp(to - begin, Duration{}, stage.duration);
    if (a < b) sum += expected_arrivals(stage, b) - expected_arrivals(stage, a);
    begin += stage.duration;
  }
  return sum;
}

Arrivals::Arrivals(const Load& load, std::uint64_t seed)
    : load_(load), seed_(seed), end_(load.duration()), random_(seed) {}

// A piece ends where its slice or its stage ends, whichever is first.
bool Arrivals::begin_piece() {
  const Duration from = piece_.to;
  if (from >= end_) return false;
  const std::int64_t slice = from / kSlice;
  if (slice != slice_) {
    slice_ = slice;
    random_ = Random(stream_seed(seed_, kArrivalStream, static_cast<std::uint64_t>(slice)));
  }
  Duration stage_begin{};
  const Stage* stage = &load_.stages.front();
  while (from >= stage_begin + stage->duration) stage_begin += (stage++)->duration;

  piece_ = {.stage = stage,
            .stage_begin = stage_begin,
            .from = from,
            .to = std::min((slice + 1) * kSlice, stage_begin + stage->duration)};
  piece_.most = highest_rate(*stage, from - stage_begin, piece_.to - stage_begin);
  piece_.next_even =
      static_cast<std::int64_t>(std::ceil(to_seconds(from - stage_begin) * stage->rate - 0.5));
  at_ = from;
  return true;
}

std::optional<Duration> Arrivals::next_in_piece() {
  const Stage& stage = *piece_.stage;
  if (piece_.most <= 0) return std::nullopt;
  if (stage.profile == Profile::constant) {
    const double second = (static_cast<double>(piece_.next_even) + 0.5) / stage.rate;
    // Few a year are due later than a Duration can tell.
    const Duration when = piece_.stage_begin + from_seconds(std::min(second, to_seconds(end_)));
    if (when >= piece_.to) return std::nullopt;
    ++piece_.next_even;
    return std::max(when, piece_.from);
  }
  for (;;) {
    const double gap = random_.exponential(1 / piece_.most);
    if (gap >= to_seconds(piece_.to - at_)) return std::nullopt;
    at_ += from_seconds(gap);
    if (random_.chance(rate_at(stage, at_ - piece_.stage_begin) / piece_.most)) return at_;
  }
}

std::optional<Arrival> Arrivals::next_in_trace() {
  if (count_ >= load_.trace->buyers()) return std::nullopt;
  const BuyerId buyer{count_++};
  return Arrival{load_.due(load_.trace->of(buyer).front().when), buyer};
}

std::optional<Arrival> Arrivals::next() {
  if (load_.trace) return next_in_trace();
  for (;;) {
    if (piece_.stage != nullptr) {
      if (const auto when = next_in_piece()) return Arrival{*when, BuyerId{count_++}};
    }
    if (!begin_piece()) return std::nullopt;
  }
}

}  // namespace doorbuster
