// The stock of one item over the whole trial, where its order of changes is known: V_0 when the
// doors opened, V_k after the k-th change, and between which moments each change came about.
// pre_k is the latest start among the first k changes: before it, change k surely had not
// happened. suf_k is the earliest end among changes k and later: by then change k surely had
// happened. Both rise with k, so what an operation can have seen is found by binary search.
// Pure; 28 bytes a change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/operation_index.h"

namespace doorbuster {

class StockTimeline {
 public:
  using Index = std::uint32_t;  // of a state of the stock, 0..changes()
  using Position = OperationIndex::Position;

  StockTimeline(const OperationIndex& index, const OperationIndex::Item& item);
  // The counter of the item's gate instead, by the gate's own log; a version is a sequence number.
  static StockTimeline of_gate(const OperationIndex::Item& item);

  // False: nobody wrote the order down, or what was written is not whole; why_not() says which.
  bool order_known() const { return why_not_.empty(); }
  const std::string& why_not() const { return why_not_; }

  // All below REQUIRE order_known().
  Index changes() const { return static_cast<Index>(stock_.size() - 1); }
  bool falling() const { return falling_; }  // nothing was ever returned
  std::int32_t stock(Index k) const { return stock_[k]; }
  Instant pre(Index k) const { return pre_[k]; }  // REQUIRES: 1 <= k <= changes()
  Instant suf(Index k) const { return suf_[k]; }
  std::int64_t version(Index k) const { return base_version_ + k; }

  // The operation that change k is attributed to, or kNowhere.
  Position operation(Index k) const { return operation_[k]; }
  Index unattributed() const { return unattributed_; }
  // The change that this operation, or another attempt of its intent, made; 0 where there is none.
  Index change_of(const OperationIndex& index, Position position) const;

  Index surely_done_before(Instant start) const;  // lb: changes that ended before it
  Index possibly_done_by(Instant end) const;      // ub: changes that may have happened by it

  // The state that an answer with this value and version can speak of: the latest at or before
  // `most`, the earliest at or after `least`. A version names its state; without one the value
  // does.
  std::optional<Index> latest(const Operation& seen, Index most) const;
  std::optional<Index> earliest(const Operation& seen, Index least) const;

  // The first state at or after `from` with less than `quantity` in stock.
  std::optional<Index> next_below(std::int32_t quantity, Index from) const;

  std::int32_t least_stock(Index from, Index to) const;
  std::int32_t most_stock(Index from, Index to) const;

 private:
  StockTimeline() = default;
  void take_gate_log(const OperationIndex::Item& item, std::vector<Interval>& effects);
  void end_gate_log(const OperationIndex::Item& item, std::vector<Interval>& effects);
  void take_log(const OperationIndex& index, const OperationIndex::Item& item);
  void take_orders(const OperationIndex& index, const OperationIndex::Item& item);
  void add(const OperationIndex& index, std::int64_t version, std::int32_t after, OperationId op);
  void check_whole(const OperationIndex::Item& item);
  void bound(const std::vector<Interval>& effects);  // of each change, from the first on
  void find_changes_of(const OperationIndex& index);
  void index_values();
  std::optional<Index> named(const Operation& seen) const;

  ItemId item_{};
  std::string why_not_;
  bool falling_ = true;
  std::int64_t base_version_ = 0;
  Index unattributed_ = 0;
  std::vector<std::int32_t> stock_;  // 0..n
  std::vector<Instant> pre_, suf_;   // 1..n
  std::vector<Position> operation_;  // 1..n
  std::vector<Index> by_operation_;  // attributed changes, by position
  std::vector<std::pair<OrderKey, Index>> by_retried_key_;
  // Only where stock rises too:
  std::vector<Index> by_value_;             // states by value, then index
  std::vector<std::int32_t> least_, most_;  // trees over the states: node i has 2i and 2i+1
};

}  // namespace doorbuster
