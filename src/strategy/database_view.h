// The page read from the database itself: what strategies without a cache show, and the others on a
// miss.
#pragma once

#include "strategy/strategy.h"

namespace doorbuster {

// One statement. The quantity is nothing for an item that does not exist. `source` says whether the
// cache was asked first.
Task<StockView> view_from_database(Database& database, ItemId item,
                                   Source source = Source::database);

}  // namespace doorbuster
