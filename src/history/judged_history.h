// All that the audit is told of a trial: every operation, the database's log of stock changes, the
// order table and the items at rest; what the four files of a history's CSV hold
// (results/README.md).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "history/fault.h"
#include "history/ground_truth.h"
#include "history/operation.h"

namespace doorbuster {

// A row of the order table, with the operation that it is attributed to.
struct PlacedOrder {
  std::int64_t order = 0;  // the row's own number, unique
  OrderKey key = kNoKey;
  BuyerId buyer{};
  OperationId op = kNoOperation;  // none: it cannot be attributed
  ItemId item{};
  std::int32_t quantity = 1;
  std::int32_t version = kNoVersion;  // of the stock change it belongs to, where it carries one

  friend bool operator==(const PlacedOrder&, const PlacedOrder&) = default;
};
static_assert(sizeof(PlacedOrder) == 40);

struct JudgedHistory {
  std::vector<ItemTruth> items;       // ascending by item
  std::vector<Operation> operations;  // ascending by op
  StockLog stock_log;                 // ascending by item, then version; empty where none was kept
  GateLog gate_log = {};              // likewise, by sequence; times as those of operations
  std::vector<PlacedOrder> orders;    // ascending by order
  bool cache_read = true;             // false: an empty ItemTruth::cached says nothing
  // When units last came back to stock, as GroundTruth has it, where no operation tells of that.
  std::optional<Instant> last_return = std::nullopt;
  std::optional<Instant> last_gate_return = std::nullopt;  // likewise, to a gate
  std::vector<HistoryFault> faults = {};                   // on purpose, of the run
};

}  // namespace doorbuster
