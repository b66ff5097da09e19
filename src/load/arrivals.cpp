#include "load/arrivals.h"

#include <algorithm>
#include <cmath>

namespace doorbuster {
namespace {

constexpr std::uint64_t kArrivalStream = 1;
constexpr Duration kSlice = 1s;

// Within a stage; `when` is since the stage began.
double stage_rate(const Stage& stage, Duration when) {
  switch (stage.profile) {
    case Profile::constant:
    case Profile::poisson:
      return stage.rate;
    case Profile::ramp:
      return stage.rate +
             (stage.rate_to - stage.rate) * (to_seconds(when) / to_seconds(stage.duration));
    case Profile::step:
      return when < stage.at ? stage.rate : stage.rate_to;
    case Profile::flash:
      if (when < stage.at) return stage.quiet_rate;
      return stage.rate * std::exp(-to_seconds(when - stage.at) / to_seconds(stage.decay));
  }
  return 0;
}

// Every profile is monotone on either side of `at`, so the highest rate is at an end or just there.
double highest_rate(const Stage& stage, Duration from, Duration to) {
  double most = std::max(stage_rate(stage, from), stage_rate(stage, to));
  if (from < stage.at && stage.at <= to) {
    most = std::max({most, stage_rate(stage, stage.at), stage_rate(stage, stage.at - 1ns)});
  }
  return most;
}

// The integral of a stage's rate from its begin.
double stage_arrivals(const Stage& stage, Duration until) {
  const double t = to_seconds(until);
  const double at = std::min(t, to_seconds(stage.at));
  switch (stage.profile) {
    case Profile::constant:
    case Profile::poisson:
      return stage.rate * t;
    case Profile::ramp:
      return stage.rate * t +
             (stage.rate_to - stage.rate) * t * t / (2 * to_seconds(stage.duration));
    case Profile::step:
      return stage.rate * at + stage.rate_to * (t - at);
    case Profile::flash: {
      const double decay = to_seconds(stage.decay);
      return stage.quiet_rate * at + stage.rate * decay * -std::expm1(-(t - at) / decay);
    }
  }
  return 0;
}

}  // namespace

double rate_at(const Load& load, Duration when) {
  for (const Stage& stage : load.stages) {
    if (when < stage.duration) return stage_rate(stage, when);
    when -= stage.duration;
  }
  return 0;
}

double expected_arrivals(const Load& load, Duration from, Duration to) {
  double sum = 0;
  Duration begin{};
  for (const Stage& stage : load.stages) {
    const Duration a = std::clamp(from - begin, Duration{}, stage.duration);
    const Duration b = std::clamp(to - begin, Duration{}, stage.duration);
    if (a < b) sum += stage_arrivals(stage, b) - stage_arrivals(stage, a);
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
  if (stage.profile == Profile::constant) {
    const double second = (static_cast<double>(piece_.next_even) + 0.5) / stage.rate;
    const Duration when = piece_.stage_begin + from_seconds(second);
    if (stage.rate <= 0 || when >= piece_.to) return std::nullopt;
    ++piece_.next_even;
    return std::max(when, piece_.from);
  }
  if (piece_.most <= 0) return std::nullopt;
  for (;;) {
    const double gap = random_.exponential(1 / piece_.most);
    if (gap >= to_seconds(piece_.to - at_)) return std::nullopt;
    at_ += from_seconds(gap);
    if (random_.chance(stage_rate(stage, at_ - piece_.stage_begin) / piece_.most)) return at_;
  }
}

std::optional<Arrival> Arrivals::next() {
  for (;;) {
    if (piece_.stage != nullptr) {
      if (const auto when = next_in_piece()) return Arrival{*when, BuyerId{count_++}};
    }
    if (!begin_piece()) return std::nullopt;
  }
}

}  // namespace doorbuster
