// cache-aside: the repaired pattern. Reads fill under a lease, purchases invalidate after the
// commit and only when a row changed.
//
//   view: lease_get -> the value, or the right to fill, or "wait: somebody fills"
//         granted: SELECT on the primary, lease_set (refused if a purchase deleted the key
//         meanwhile)
//   buy:  the guarded purchase;  a row came back -> DEL;  none -> sold out, and nothing is touched
//         no reply -> DEL too: it may have been sold
//
// Remains: a stale window from commit to DEL; a DEL that fails for good leaves a stale copy until
// the TTL; and lease starvation when purchases come faster than a fill takes, since each DEL
// cancels it. Source: memcache leases, Nishtala et al., "Scaling Memcache at Facebook", NSDI
// 2013, 3.2.1.
#include "base/task_scope.h"
#include "strategy/database_view.h"
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class CacheAside final : public Strategy {
 public:
  CacheAside(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        random_(stores.random),
        ttl_(option<Duration>(options, "ttl")),
        lease_(option<Duration>(options, "lease")),
        poll_(option<Duration>(options, "poll")),
        delete_attempts_(option<std::int64_t>(options, "delete_attempts")) {}

  Task<StockView> view(ItemId item) override {
    const Instant patience_ends = clock_.now() + lease_;
    for (;;) {
      const auto token = static_cast<std::int64_t>(random_.next() >> 1);
      const auto leased = co_await cache_(LeaseGet{key(item), token, lease_});
      if (!leased) co_return leased.error();
      switch (leased->state) {
        case LeaseGet::State::hit:
          co_return StockView{leased->value, Source::cache, {}};
        case LeaseGet::State::granted:
          co_return co_await fill(item, token);
        case LeaseGet::State::wait:
          break;
      }
      if (clock_.now() >= patience_ends) {
        co_return co_await view_from_database(database_, item, Source::cache_missed);
      }
      (void)co_await clock_.sleep_until(clock_.now() + poll_);
    }
  }

  Task<Purchase> buy(Order order) override {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (left && !*left) co_return Purchase{Outcome::sold_out, {}};
    if (!left && left.error().definite()) co_return left.error();

    const auto deleted = co_await cache_(Delete{key(order.item)});
    if (!deleted) retries_.spawn(delete_again(order.item));
    if (!left) co_return left.error();
    co_return Purchase{Outcome::sold, **left};
  }

  Task<Done> drain() override {
    while (retries_.alive() > 0) (void)co_await clock_.sleep_until(clock_.now() + kRetryDelay);
    co_return Done{};
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    return cache_(LeasePeek{key(item)});
  }

 private:
  static constexpr Duration kRetryDelay = 10ms;

  static Key key(ItemId item) { return {KeyFamily::leased, item}; }

  Task<StockView> fill(ItemId item, std::int64_t token) {
    const auto page = co_await view_from_database(database_, item, Source::cache_missed);
    if (!page) co_return page.error();
    if (page->quantity) {
      // A page that was read is good whether or not it could be cached.
      (void)co_await cache_(LeaseSet{key(item), token, *page->quantity, ttl_});
    }
    co_return *page;
  }

  Task<Done> delete_again(ItemId item) {
    for (std::int64_t attempt = 1; attempt < delete_attempts_; ++attempt) {
      (void)co_await clock_.sleep_until(clock_.now() + kRetryDelay * attempt);
      const auto deleted = co_await cache_(Delete{key(item)});
      if (deleted) break;
    }
    co_return Done{};
  }

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  Random& random_;
  Ttl ttl_;
  Duration lease_;
  Duration poll_;
  std::int64_t delete_attempts_;
  TaskScope retries_;
};

}  // namespace

StrategyEntry cache_aside() {
  return {.name = "cache-aside",
          .summary = "fills under a lease; guarded purchase, then DEL when a row changed",
          .anomaly = "",
          .check_constraint = true,
          .options = {{"ttl", Duration(300s), "how long a filled value may stay", {}},
                      {"lease", Duration(500ms), "how long one reader may take to fill a key", {}},
                      {"poll", Duration(2ms), "how often the readers that wait ask again", {}},
                      {"delete_attempts",
                       std::int64_t{5},
                       "how often an invalidation is tried before the TTL must do it",
                       {}}},
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<CacheAside>(stores, options);
          }};
}

}  // namespace doorbuster
