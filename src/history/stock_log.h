// The order of an item's stock changes as the database itself kept it: one row a committed change,
// the columns of stock_log.csv (results/README.md). Versions of an item follow each other without
// a gap; the first row's `before` is the stock when the doors opened.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "history/operation.h"

namespace doorbuster {

struct StockChange {
  ItemId item{};
  std::int32_t version = 0;  // after the change
  std::int32_t before = 0;
  std::int32_t after = 0;
  OperationId op = kNoOperation;  // none: the change cannot be attributed

  friend bool operator==(const StockChange&, const StockChange&) = default;
};
static_assert(sizeof(StockChange) == 20);

using StockLog = std::vector<StockChange>;

}  // namespace doorbuster
