// How long after a run it takes until cache and database agree again: whether a copy that the run
// left behind heals, and when. Asked when everything of ours came to rest and nobody buys any more,
// beside the shop: nothing of it is counted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "store/database.h"
#include "strategy/strategy.h"

namespace doorbuster {

inline constexpr Duration kWatchedForAgreement = 3s;

struct Agreement {
  std::optional<Duration> after;  // until every copy was what the database has, or was gone
  std::string note;               // why there is no such time
};

// What is left of the item, however the shop keeps it.
Task<std::optional<Stock>> read_stock(Database* database, StockLayout layout, ItemId item);

// Looks at the copies of `items` every 10 ms until they agree, for kWatchedForAgreement at most.
// All outlives the task.
Task<Agreement> watch_until_they_agree(Strategy* strategy, Database* database, Clock* clock,
                                       StockLayout layout, const std::vector<ItemId>* items);

}  // namespace doorbuster
