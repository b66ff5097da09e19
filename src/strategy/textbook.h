// What the two textbook strategies share: the article's get_inventory, and how its caller places
// the order. The article's functions write no order; as in any shop, their caller writes the order
// row after the function returned without an error, so that the order table is the ground truth for
// them as for all.
#pragma once

#include "strategy/strategy.h"

namespace doorbuster::textbook {

// get_inventory(product_id): GET; on a miss SELECT, then SETEX 300. An unknown product is never
// cached, nothing is retried, and every concurrent miss asks the database: as printed.
Task<StockView> get_inventory(Cache& cache, Database& database, ItemId item);

// The caller, after update_inventory returned: writes the order row and tells the buyer yes. `made`
// is the stock that the update left, if it changed any.
Task<Purchase> place_order(Database& database, Order order, std::optional<Stock> made);

inline Key inventory_key(ItemId item) { return {KeyFamily::inventory, item}; }

}  // namespace doorbuster::textbook
