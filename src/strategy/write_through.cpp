// write-through: the repaired pattern. The database first, guarded; then the absolute value with
// the version of the row, which a cache takes only when it is newer than what it holds.
//
//   view: HMGET value, version;  a miss: SELECT, fill_if_newer
//   buy:  the guarded purchase gives (quantity, version);  fill_if_newer(version, quantity)
//
// Late writers and late fills lose by their version, so order does not matter. After the sell-out
// the cache holds 0 and pages never ask the database. Remains: a stale window from commit to the
// cache's write, until the next sale or the TTL when the writer dies between. Versions protect only
// while the entry exists: never combine with a plain DEL or an evicting maxmemory-policy.
#include "strategy/database_view.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class WriteThrough final : public Strategy {
 public:
  WriteThrough(Stores stores, const Options& options)
      : cache_(stores.cache), database_(stores.database), ttl_(option<Duration>(options, "ttl")) {}

  Task<StockView> view(ItemId item) override {
    const auto cached = co_await cache_(GetVersioned{key(item)});
    if (!cached) co_return cached.error();
    if (*cached) co_return StockView{(*cached)->quantity, Source::cache, (*cached)->version};

    const auto page = co_await view_from_database(database_, item, Source::cache_missed);
    if (!page) co_return page.error();
    if (page->quantity) {
      // A page that was read is good whether or not it could be cached.
      const Stock seen{*page->quantity, *page->version};
      (void)co_await cache_(FillIfNewer{key(item), seen, ttl_});
    }
    co_return *page;
  }

  Task<Purchase> buy(Order order) override {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (!left) co_return left.error();
    if (!*left) co_return Purchase{Outcome::sold_out, {}};
    // Sold is sold: a cache that cannot be written is behind until the next sale or the TTL.
    (void)co_await cache_(FillIfNewer{key(order.item), **left, ttl_});
    co_return Purchase{Outcome::sold, **left};
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    const auto cached = co_await cache_(GetVersioned{key(item)});
    if (!cached) co_return cached.error();
    std::optional<Quantity> shown;
    if (*cached) shown = (*cached)->quantity;
    co_return shown;
  }

 private:
  static Key key(ItemId item) { return {KeyFamily::versioned, item}; }

  Cache& cache_;
  Database& database_;
  Ttl ttl_;
};

}  // namespace

StrategyEntry write_through() {
  return {.name = "write-through",
          .summary = "guarded purchase, then the value with its version, if newer",
          .anomaly = "",
          .check_constraint = true,
          .options = {{"ttl", Duration(300s), "how long a value may stay without a sale", {}}},
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<WriteThrough>(stores, options);
          }};
}

}  // namespace doorbuster
