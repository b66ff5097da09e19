#include "measure/snapshot.h"

#include <algorithm>

#include "base/check.h"

namespace doorbuster {

void Snapshot::merge(const Snapshot& other) {
  at = std::max(at, other.at);
  arrived += other.arrived;
  resolved += other.resolved;
  sold += other.sold;
  sold_out += other.sold_out;
  views += other.views;
  in_flight += other.in_flight;
  dropped += other.dropped;
  errors += other.errors;
  buy_p99 = std::max(buy_p99, other.buy_p99);
  recent_p50 = std::max(recent_p50, other.recent_p50);  // nothing is less than any
  recent_p99 = std::max(recent_p99, other.recent_p99);
  if (other.stock_left) {
    stock_left = std::min(stock_left.value_or(*other.stock_left), *other.stock_left);
  }
}

void SnapshotBoard::publish(std::size_t shard, const Snapshot& snapshot) {
  CHECK(shard < latest_.size(), "shard {} of {}", shard, latest_.size());
  const std::lock_guard lock(mutex_);
  latest_[shard] = snapshot;
}

Snapshot SnapshotBoard::total() const {
  const std::lock_guard lock(mutex_);
  Snapshot total;
  for (const Snapshot& snapshot : latest_) total.merge(snapshot);
  return total;
}

}  // namespace doorbuster
