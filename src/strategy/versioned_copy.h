// The cache's copy of a stock row with the row's version: how pages read it and fill it, whoever
// writes it on a sale.
#pragma once

#include "strategy/strategy.h"

namespace doorbuster {

inline Key versioned_key(ItemId item) { return {KeyFamily::versioned, item}; }

// From the cache; on a miss from the database, filled unless a newer version came meanwhile.
Task<StockView> view_versioned(Cache& cache, Database& database, ItemId item, Ttl ttl);

// What the cache shows, filling nothing.
Task<std::optional<Quantity>> cached_versioned(Cache& cache, ItemId item);

}  // namespace doorbuster
