// From the rows that the trigger on a stock row leaves to the history's log of stock changes, in
// which versions follow each other without a gap. Pure. Internal to postgres/.
#pragma once

#include <vector>

#include "history/ground_truth.h"

namespace doorbuster::postgres {

// One UPDATE of an item's row.
struct LoggedChange {
  ItemId item{};
  Version version_before = 0;
  Version version = 0;
  Quantity before = 0;
  Quantity after = 0;
};

// An UPDATE that makes several versions at once (a batch of orders, a sweep of holds) becomes a
// change for each: of what the order of that version took, and all the rest with the last. Nobody
// can have seen the states between. `changes` ascend by item, then version.
StockLog stock_log_of(const std::vector<LoggedChange>& changes,
                      const std::vector<OrderRow>& orders);

}  // namespace doorbuster::postgres
