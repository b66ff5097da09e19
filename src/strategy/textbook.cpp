#include "strategy/textbook.h"

#include "strategy/database_view.h"

namespace doorbuster::textbook {

constexpr Ttl kTtl = 300s;

Task<StockView> get_inventory(Cache& cache, Database& database, ItemId item) {
  const auto cached = co_await cache(Get{inventory_key(item)});
  if (!cached) co_return cached.error();
  if (*cached) co_return StockView{**cached, Source::cache, {}};

  const auto page = co_await view_from_database(database, item, Source::cache_missed);
  if (!page) co_return page.error();
  if (!page->quantity) co_return *page;

  const auto set = co_await cache(SetExpiring{inventory_key(item), *page->quantity, kTtl});
  if (!set) co_return set.error();
  co_return *page;
}

Task<Purchase> place_order(Database& database, Order order, std::optional<Stock> made) {
  const auto placed = co_await database(InsertOrder{order});
  if (!placed) co_return placed.error();
  co_return Purchase{Outcome::sold, made};
}

}  // namespace doorbuster::textbook
