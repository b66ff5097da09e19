// A history laid out for the judges: each item's purchases and returns by start, its log, and what
// is known of an intent that took several attempts. Views are observed as they come
// (audit/observer.h); where the history has some, they are passed over. Points into the history,
// which must outlive it and stay as it is. O(n log n) to make, 4 bytes an operation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "history/judged_history.h"

namespace doorbuster {

// Between these two moments an operation surely took effect, if it did.
struct Interval {
  Instant from = Instant::min();
  Instant until = kNever;
};

class OperationIndex {
 public:
  using Position = std::uint32_t;  // in history().operations
  static constexpr Position kNowhere = 0xffffffff;

  struct Item {
    ItemId id{};
    const ItemTruth* truth = nullptr;      // nothing: the history has no row of it
    std::span<const Position> operations;  // all but views, by start, then op
    std::span<const StockChange> log;      // by version
    std::span<const GateChange> gate_log;  // by sequence
    std::span<const Position> orders;      // in history().orders, by version; all that carry one
    bool every_order_has_version = true;
  };

  explicit OperationIndex(const JudgedHistory& history);  // REQUIRES: sorted as it promises
  OperationIndex(const OperationIndex&) = delete;
  OperationIndex& operator=(const OperationIndex&) = delete;

  const JudgedHistory& history() const { return history_; }
  std::span<const Item> items() const { return items_; }  // ascending; of views alone: not here
  const Operation& at(Position position) const { return history_.operations[position]; }

  Position find(OperationId op) const;

  bool retried(const Operation& operation) const { return retry_of(operation) != nullptr; }

  // Of the stock change that `operation` asked for: begun with the first attempt of its intent, and
  // done when any of them was told so by who keeps the stock. A gate's or a cache's word is given
  // before the database has it, and bounds nothing.
  Interval effect(const Operation& operation) const;

 private:
  struct Retry {
    OrderKey key{};
    Interval effect;
  };

  void find_items();
  void place_operations();
  void place_orders();
  void find_retries();
  std::size_t rank(ItemId item) const;
  const Retry* retry_of(const Operation& operation) const;

  const JudgedHistory& history_;
  std::vector<Item> items_;
  std::vector<Position> by_item_;
  std::vector<Position> orders_by_item_;
  std::vector<Retry> retries_;  // of intents with several attempts; by key
};

}  // namespace doorbuster
