// The operations of one shard on their way to the history file: a ring that the shard's thread
// fills and the writer's thread empties. record() takes no lock, allocates nothing and never waits:
// where the ring is full, because the disk is slow, the operation is dropped and counted. Views
// give way first, so that purchases find room longest. Where time is simulated it can wait. An
// operation that comes without a number gets one, unique among all shards; either all of a history
// come with theirs or none does.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <thread>

#include "base/check.h"
#include "history/operation.h"

namespace doorbuster {

class ShardLog {
 public:
  // Shard k of n. Room for `capacity` operations, rounded up to a power of two; all of it is
  // touched here, so that no record() waits for a page. Views are kept, if at all, until so many
  // operations are: that does not hang on the disk's pace. REQUIRES: capacity > 0, 0 <= k < n
  ShardLog(std::size_t capacity, bool views, int k = 0, int n = 1, bool waits = false,
           std::uint64_t views_until = std::numeric_limits<std::uint64_t>::max())
      : capacity_(std::bit_ceil(capacity)),
        room_for_views_(capacity_ - capacity_ / 4),
        ring_(std::make_unique<Operation[]>(capacity_)),
        shard_(static_cast<std::uint32_t>(k)),
        shards_(static_cast<std::uint32_t>(n)),
        waits_(waits),
        views_until_(views ? views_until : 0) {}

  // ---- the shard's thread

  void record(const Operation& operation) {
    const bool view = operation.kind == OperationKind::view;
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (view && head >= views_until_) return count(views_left_out_);
    const std::uint64_t room = view ? room_for_views_ : capacity_;
    if (head - tail_seen_ >= room) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      while (waits_ && head - tail_seen_ >= room) {
        std::this_thread::yield();
        tail_seen_ = tail_.load(std::memory_order_acquire);
      }
      if (head - tail_seen_ >= room) return count(view ? views_dropped_ : dropped_);
    }
    Operation& place = ring_[head & (capacity_ - 1)];
    place = operation;
    if (operation.op == kNoOperation) {
      place.op = OperationId{static_cast<std::uint32_t>(head) * shards_ + shard_};
    }
    head_.store(head + 1, std::memory_order_release);
  }

  // ---- the writer's thread

  std::size_t waiting() const {  // of the shard's thread too
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    return static_cast<std::size_t>(head_.load(std::memory_order_acquire) - tail);
  }
  // What waits, as far as it lies in one piece; written(n) gives the room of the first n back.
  std::span<const Operation> pending() const {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint64_t count = head_.load(std::memory_order_acquire) - tail;
    const std::uint64_t place = tail & (capacity_ - 1);
    return {&ring_[place], static_cast<std::size_t>(std::min(count, capacity_ - place))};
  }
  void written(std::size_t count) {
    tail_.store(tail_.load(std::memory_order_relaxed) + count, std::memory_order_release);
  }

  // ---- any thread

  std::int64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  std::int64_t views_dropped() const { return views_dropped_.load(std::memory_order_relaxed); }
  // Not asked for, or beyond the limit of size.
  std::int64_t views_left_out() const { return views_left_out_.load(std::memory_order_relaxed); }

 private:
  // Only the shard's thread counts: no addition in one piece is needed.
  static void count(std::atomic<std::int64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  static constexpr std::size_t kCacheLine = 64;

  const std::uint64_t capacity_;
  const std::uint64_t room_for_views_;
  const std::unique_ptr<Operation[]> ring_;
  const std::uint32_t shard_;
  const std::uint32_t shards_;
  const bool waits_;
  const std::uint64_t views_until_;
  // Each thread's words lie on a line of their own: neither waits for the other's.
  alignas(kCacheLine) std::atomic<std::uint64_t> head_{0};
  std::uint64_t tail_seen_ = 0;
  std::atomic<std::int64_t> dropped_{0};
  std::atomic<std::int64_t> views_dropped_{0};
  std::atomic<std::int64_t> views_left_out_{0};
  alignas(kCacheLine) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace doorbuster
