// What the check can see at all: an answer that took much longer than the time from one change of
// stock to the next fits many states, so that a wrong one may pass. The shorter the operations are
// against the gaps, the sharper the check. Of a large history every n-th operation counts.
// Pure; some MiB.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audit/properties.h"

namespace doorbuster {

struct Power {
  std::optional<Duration> operation;  // median length of an answer that is judged
  std::optional<Duration> gap;        // median time from one change that was told to the next
};

// Durations one after the other, of which it keeps every n-th, n doubling as they become many.
class Durations {
 public:
  void add(Duration value);
  std::optional<Duration> median() &&;  // of what it kept

 private:
  std::vector<Duration> kept_;
  std::size_t seen_ = 0, step_ = 1;
};

class PowerMeter {
 public:
  void take(const Operation& operation) {  // each of the history
    if (shows_stock(operation) || told_sold_out(operation) || changed_stock(operation)) {
      lengths_.add(operation.finished - operation.started);
    }
  }
  Power power(std::span<const ItemHistory> items) &&;

 private:
  Durations lengths_;
};

}  // namespace doorbuster
