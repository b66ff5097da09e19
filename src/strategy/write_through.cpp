// write-through: the repaired pattern. The database first, guarded; then the absolute value with
// the version of the row, which a cache takes only when it is newer than what it holds.
//
//   view: HMGET value, version;  a miss: SELECT, fill_if_newer
//   buy:  the guarded purchase gives (quantity, version);  fill_if_newer(version, quantity)
//
// While the cache does not answer pages fail (cache_down.cpp has what else they may do), and sales
// go on; the cache learns of them with the next one that it hears of, or by the TTL.
//
// Late writers and late fills lose by their version, so order does not matter. After the sell-out
// the cache holds 0 and pages never ask the database. Remains: a stale window from commit to the
// cache's write, until the next sale or the TTL when the writer dies between. Versions protect only
// while the entry exists: never combine with a plain DEL or an evicting maxmemory-policy.
#include "strategy/order_key.h"
#include "strategy/registry.h"
#include "strategy/versioned_fill.h"

namespace doorbuster {
namespace {

class WriteThrough final : public Strategy {
 public:
  WriteThrough(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        ttl_(ttl_of(stores, options)),
        fill_(versioned_fill(stores, options)) {}

  Task<StockView> view(ItemId item) override { return fill_->view(item); }

  Task<Purchase> buy(Order order) override {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (!left) co_return left.error();
    if (!*left) co_return Purchase{Outcome::sold_out, {}};
    // Sold is sold: a cache that cannot be written is behind until the next sale or the TTL.
    (void)co_await cache_(FillIfNewer{versioned_key(order.item), **left, ttl_.next()});
    co_return Purchase{Outcome::sold, **left};
  }

  Task<std::optional<Quantity>> cached(ItemId item) override { return fill_->cached(item); }

 private:
  Cache& cache_;
  Database& database_;
  JitteredTtl ttl_;
  std::unique_ptr<PageFill> fill_;
};

}  // namespace

StrategyEntry write_through() {
  return {.name = "write-through",
          .summary = "guarded purchase, then the value with its version, if newer",
          .anomaly = "",
          .check_constraint = true,
          .options = versioned_fill_options(),
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<WriteThrough>(stores, options);
          }};
}

}  // namespace doorbuster
