#include "strategy/versioned_copy.h"

#include "strategy/database_view.h"

namespace doorbuster {

Task<StockView> view_versioned(Cache& cache, Database& database, ItemId item, Ttl ttl) {
  const auto cached = co_await cache(GetVersioned{versioned_key(item)});
  if (!cached) co_return cached.error();
  if (*cached) co_return StockView{(*cached)->quantity, Source::cache, (*cached)->version};

  const auto page = co_await view_from_database(database, item, Source::cache_missed);
  if (!page) co_return page.error();
  if (page->quantity) {
    // A page that was read is good whether or not it could be cached.
    const Stock seen{*page->quantity, *page->version};
    (void)co_await cache(FillIfNewer{versioned_key(item), seen, ttl});
  }
  co_return *page;
}

Task<std::optional<Quantity>> cached_versioned(Cache& cache, ItemId item) {
  const auto cached = co_await cache(GetVersioned{versioned_key(item)});
  if (!cached) co_return cached.error();
  std::optional<Quantity> shown;
  if (*cached) shown = (*cached)->quantity;
  co_return shown;
}

}  // namespace doorbuster
