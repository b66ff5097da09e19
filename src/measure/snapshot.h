// The figures of a running trial, published by each shard about once a second, for the progress
// line and for faults that wait on a state. SnapshotBoard is the mailbox: any thread may publish
// and read; the newest snapshot of each shard stands.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace doorbuster {

struct Snapshot {
  Instant at{};
  // Counts are since the trial began.
  std::int64_t arrived = 0;   // purchase intents called for
  std::int64_t resolved = 0;  // of these, ended in whatever way
  std::int64_t sold = 0;
  std::int64_t sold_out = 0;
  std::int64_t views = 0;
  std::int64_t in_flight = 0;  // buyers, now
  std::int64_t dropped = 0;
  std::int64_t errors = 0;  // purchases failed or unknown, and failed views
  Duration buy_p99{};       // of all purchases so far; of several shards the worst
  std::optional<Duration> recent_p50 = {},
                          recent_p99 = {};  // as Series::recent() has them, the worst
  std::optional<Quantity> stock_left = {};  // units, as last seen

  void merge(const Snapshot& other);
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

class SnapshotBoard {
 public:
  explicit SnapshotBoard(std::size_t shards) : latest_(shards) {}

  void publish(std::size_t shard, const Snapshot& snapshot);  // REQUIRES: shard < shards
  Snapshot total() const;                                     // the shards' newest, merged

 private:
  mutable std::mutex mutex_;
  std::vector<Snapshot> latest_;
};

}  // namespace doorbuster
