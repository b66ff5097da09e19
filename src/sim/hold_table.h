// The reservations of a simulated PostgreSQL, one row an order key, and who is at which. Its rows
// stay where they are until clear().
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/database_operations.h"

namespace doorbuster {

class HoldTable {
 public:
  using Transaction = std::uint32_t;

  struct Row {
    Order order;
    Version version = 0;  // of the stock change that took its units
    HoldState state = HoldState::held;
    Instant placed{};
    Instant expires{};
    bool committed = false;             // else nobody sees it but who waits for its key
    std::optional<Transaction> holder;  // who inserts or changes it
    std::vector<Transaction> waiting;   // all are called at the holder's end
  };

  void clear();

  // Committed or not; null where there is none.
  Row* find(OrderKey key);
  std::optional<HoldState> state(OrderKey key) const;

  // A row that nobody sees before it is placed. REQUIRES: find(key) == nullptr
  Row& insert(const Order& order, Transaction inserter);
  void place(Row& row, Version version, Instant now, Duration lasts);
  void move_to(Row& row, HoldState state);

  // The rows that stand and are overdue and that nobody is at, the longest overdue first.
  std::vector<Row*> overdue(Instant now, std::int64_t most);

  std::int64_t standing() const { return static_cast<std::int64_t>(standing_.size()); }
  Quantity units_held(ItemId item) const;

 private:
  std::unordered_map<OrderKey, Row> rows_;           // looked up, never iterated
  std::set<std::pair<Instant, OrderKey>> standing_;  // by deadline
};

}  // namespace doorbuster
