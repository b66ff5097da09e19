// When each buyer comes: a pure function of the seed, the load's stages and the buyer's number.
// Each one-second slice draws from a random stream of its own, so the same seed gives the same
// arrivals whatever the number of shards and wherever one begins to read. Times are since the doors
// opened. Source of the method: thinning, Lewis and Shedler, Naval Research Logistics Quarterly 26,
// 1979. Of a trace, each buyer arrives at the time of the first row.
#pragma once

#include <optional>

#include "base/ids.h"
#include "base/random.h"
#include "scenario/scenario.h"

namespace doorbuster {

// How many sessions the load calls for between two times, on average.
double expected_arrivals(const Load& load, Duration from, Duration to);

struct Arrival {
  Duration when{};
  BuyerId buyer{};
};

// The arrivals of an open load in order, one at a time and in no memory. Not thread-safe: a shard
// has one of its own, walks all arrivals, and admits those whose number is its own modulo the
// shards.
class Arrivals {
 public:
  Arrivals(const Load& load, std::uint64_t seed);  // `load` must outlive it

  // The next, or nothing when all have come.
  std::optional<Arrival> next();

 private:
  // The part of a stage that lies in the current slice.
  struct Piece {
    const Stage* stage = nullptr;
    Duration stage_begin{};
    Duration from{};
    Duration to{};
    double most = 0;             // the highest rate in it
    std::int64_t next_even = 0;  // constant: the number of the next arrival in its stage
  };

  bool begin_piece();
  std::optional<Duration> next_in_piece();
  std::optional<Arrival> next_in_trace();

  const Load& load_;
  std::uint64_t seed_;
  Duration end_;
  std::int64_t slice_ = -1;
  Random random_;
  Piece piece_;
  Duration at_{};
  std::int64_t count_ = 0;
};

}  // namespace doorbuster
