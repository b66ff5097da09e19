#include "measure/snapshot.h"

#include <gtest/gtest.h>

#include <thread>

namespace doorbuster {
namespace {

Snapshot of_shard(std::int64_t n) {
  return {.at = kRunStart + n * 1s,
          .arrived = n,
          .resolved = n,
          .sold = n,
          .sold_out = n,
          .views = n,
          .in_flight = n,
          .dropped = n,
          .errors = n,
          .buy_p99 = n * 1ms,
          .recent_p50 = n * 1ms,
          .recent_p99 = n * 1ms,
          .stock_left = n};
}

TEST(SnapshotBoard, TotalsTheNewestOfEachShardWithTheWorstPercentile) {
  SnapshotBoard board(3);
  EXPECT_EQ(board.total(), Snapshot());
  board.publish(0, of_shard(100));
  board.publish(0, of_shard(2));
  board.publish(2, of_shard(5));
  Snapshot expected = of_shard(7);
  expected.at = kRunStart + 5s;
  expected.buy_p99 = 5ms;
  expected.recent_p50 = expected.recent_p99 = 5ms;
  expected.stock_left = 2;
  EXPECT_EQ(board.total(), expected);
}

TEST(SnapshotBoard, AReaderNeverSeesHalfASnapshot) {
  SnapshotBoard board(1);
  std::thread shard([&] {
    for (std::int64_t n = 1; n <= 20'000; ++n) board.publish(0, of_shard(n));
  });
  Snapshot seen;
  while (seen.arrived < 20'000) {
    seen = board.total();
    EXPECT_EQ(seen, seen.arrived == 0 ? Snapshot() : of_shard(seen.arrived));
  }
  shard.join();
}

}  // namespace
}  // namespace doorbuster
