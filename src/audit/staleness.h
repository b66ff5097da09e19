// How old what the views showed was, as a distribution, since the worst case alone says little. The
// certain age of a view is the time from when its state was surely overwritten to its start, the
// possible age from when it may have been overwritten to its end: the truth lies between, and their
// difference is the length of the operations. Where the order of changes is not known a view is not
// counted. Pure; a few hundred KiB.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "audit/observer.h"
#include "measure/histogram.h"

namespace doorbuster {

struct StaleCount {
  std::int64_t views = 0;
  std::int64_t stale = 0;  // surely
};

struct Staleness {
  // By time between the last change that was surely done and the view's start, below each limit;
  // the last has no limit. PBS (VLDB 2012) plots the same.
  static constexpr std::array<Duration, 6> kLimits = {100us, 1ms, 10ms, 100ms, 1s, Duration::max()};

  StaleCount all;
  std::array<StaleCount, 4> by_source{};  // by AnswerSource
  std::array<StaleCount, kLimits.size()> by_time_since_change{};
  std::int64_t shows_stock_when_none = 0;  // of the stale
  std::int64_t shows_none_when_stock = 0;
  std::int64_t most_versions_behind = 0;
  std::int64_t most_units_behind = 0;
  Histogram age;           // certain, of all views: 0 where they are not surely stale
  Histogram certain_age;   // of the stale
  Histogram possible_age;  // of the same views
};

// Adds what it sees; both arguments outlive it.
std::unique_ptr<Observer> observer_of_ages(const ItemHistory& history, Staleness& staleness);

}  // namespace doorbuster
