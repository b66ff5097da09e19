// CircuitBreaker: whether a store that fails is asked at all. Closed: all may ask, and who failed
// is counted. Open: nobody may, so that nobody waits for a store that does not answer, and it is
// left alone until it is well. Half open: a few probes may, and decide.
//
//   closed     `failures` of those that ended within `window` failed, and they are `failure_rate`
//              of them -> open
//   open       `open_for` is over, and somebody asks -> half open
//   half open  `probes` ended well -> closed;  one failed -> open;  another `open_for` is over, and
//              none of this came -> that many probes once more, for those before may have died
//
// Whoever ends counts in the state in which he began, or nowhere. Decides only; pure. One thread.
// Source: Nygard, "Release It!", 2nd ed. 2018, 5.2; Fowler, "CircuitBreaker", 2014; a number and a
// rate over a window, and several probes, as in Hystrix and resilience4j.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace doorbuster {

class CircuitBreaker {
 public:
  enum class State : unsigned char { closed, open, half_open };
  // REQUIRES: failures and probes are at least 1, the times positive
  struct Settings {
    std::int64_t failures = 1;
    double failure_rate = 0;  // 0..1
    Duration window{};        // forgotten a tenth at a time
    Duration open_for{};
    std::int64_t probes = 1;
  };
  using Permit = std::int64_t;  // of the state that gave it

  explicit CircuitBreaker(const Settings& settings) : settings_(settings) {}

  // Who is given nothing must not ask the store.
  std::optional<Permit> ask(Instant now) {
    if (state_ == State::closed) return number_;
    const bool waited = now - since_ >= settings_.open_for;
    if (waited) enter(State::half_open, now);
    if (state_ == State::open || asked_ == settings_.probes) return std::nullopt;
    ++asked_;
    return number_;
  }

  void ended(Permit permit, bool well, Instant now) {
    if (permit != number_) return;
    if (state_ == State::closed) return count(well, now);
    if (!well) return enter(State::open, now);
    if (++well_ == settings_.probes) enter(State::closed, now);
  }

  State state() const { return state_; }
  // Since when it has not been closed. REQUIRES: it was ever open.
  Instant opened() const { return opened_; }

 private:
  static constexpr std::int64_t kSlices = 10;
  struct Slice {
    std::int64_t number = -1;  // of its time since the start
    std::int64_t ended = 0;
    std::int64_t failed = 0;
  };

  void enter(State state, Instant now) {
    if (state_ == State::closed) opened_ = now;
    state_ = state;
    since_ = now;
    ++number_;
    asked_ = well_ = 0;
    slices_ = {};
  }

  void count(bool well, Instant now) {
    const std::int64_t number = since_start(now) * kSlices / settings_.window;
    Slice& slice = slices_[static_cast<std::size_t>(number % kSlices)];
    if (slice.number != number) slice = {.number = number, .ended = 0, .failed = 0};
    ++slice.ended;
    if (well) return;
    ++slice.failed;
    if (is_too_much(number)) enter(State::open, now);
  }

  bool is_too_much(std::int64_t now) const {
    std::int64_t ended = 0, failed = 0;
    for (const Slice& slice : slices_) {
      if (slice.number <= now - kSlices) continue;
      ended += slice.ended;
      failed += slice.failed;
    }
    const auto least = settings_.failure_rate * static_cast<double>(ended);
    return failed >= settings_.failures && static_cast<double>(failed) >= least;
  }

  Settings settings_;
  State state_ = State::closed;
  Permit number_ = 0;  // of the state: each is entered anew
  Instant since_{};
  Instant opened_{};
  std::int64_t asked_ = 0;  // of half open
  std::int64_t well_ = 0;
  std::array<Slice, kSlices> slices_{};
};

}  // namespace doorbuster
