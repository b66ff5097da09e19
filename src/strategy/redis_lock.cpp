// redis-lock: one buyer of an item at a time, by a lock in Redis that others poll for.
//
//   SET lock token NX PX ttl, again with jitter until granted or `wait` has passed (then: refused)
//   the body;  release
//
//   guarded  release by compare and delete, body: the guarded purchase
//   fenced   the same release, body: the guarded purchase that refuses an older grant's fence
//   token    the same release, body: SELECT stock; UPDATE SET quantity = stock - q; INSERT order
//   naive    that body, release by a plain DEL
//   early    BEGIN; UPDATE SET quantity = quantity - q; INSERT order; the release; COMMIT: a lock
//            around the method whose transaction ends after it
//
// A lock with a TTL is a guess about how long its holder takes. Who pauses for longer works on
// beside the next one: token and naive then oversell, and naive's DEL frees the next one's lock,
// which lets in a third. Early oversells with no pause at all: the next holder reads the stock
// as it was before the commit. Guarded needs no lock to be safe; what the lock can do for it is
// to keep waiters out of the connection pool. Remains: waiters who give up while there is stock,
// and a holder who dies keeps all others waiting for the TTL.
// Source: Redis documentation, "Distributed Locks with Redis"; M. Kleppmann, "How to do
// distributed locking", 2016, for fencing.
#include "strategy/database_view.h"
#include "strategy/item_lock.h"
#include "strategy/open_purchase.h"
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

enum class LockVariant : unsigned char { guarded, fenced, token, naive, early };

LockVariant variant_of(const Options& options) {
  const std::string& name = option<std::string>(options, "variant");
  if (name == "fenced") return LockVariant::fenced;
  if (name == "token") return LockVariant::token;
  if (name == "early") return LockVariant::early;
  return name == "naive" ? LockVariant::naive : LockVariant::guarded;
}

class RedisLock final : public Strategy {
 public:
  RedisLock(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        lock_(stores, {.ttl = option<Duration>(options, "ttl"),
                       .poll = option<Duration>(options, "poll"),
                       .wait = option<Duration>(options, "wait")}),
        variant_(variant_of(options)) {}

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    const std::int64_t token = lock_.new_token();
    const auto grant = co_await lock_.acquire(order.item, token);
    if (!grant) co_return certainly_no_sale(grant.error());
    if (!grant->acquired) co_return Purchase{Outcome::refused, {}};

    if (variant_ == LockVariant::early) co_return co_await sell_and_release_early(order, token);
    auto answer = co_await locked(order, grant->fence);
    // A release that fails is left to the TTL; it does not change what was sold.
    (void)co_await release(order.item, token);
    co_return answer;
  }

 private:
  Task<Done> release(ItemId item, std::int64_t token) {
    if (variant_ == LockVariant::naive) co_return co_await cache_(Delete{ItemLock::key(item)});
    co_return co_await lock_.release(item, token);
  }

  Task<Purchase> locked(Order order, std::int64_t fence) {
    switch (variant_) {
      case LockVariant::guarded:
        return take(order);
      case LockVariant::fenced:
        return take_fenced(order, fence);
      default:
        return read_and_write(order);
    }
  }

  Task<Purchase> take(Order order) {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (!left) co_return left.error();
    if (!*left) co_return Purchase{Outcome::sold_out, {}};
    co_return Purchase{Outcome::sold, **left};
  }

  Task<Purchase> take_fenced(Order order, std::int64_t fence) {
    const auto left = co_await database_(TakeFenced{order, fence});
    if (may_be_placed(order, left)) {
      const auto placed = co_await look_up(database_, order);
      // No row and no order: there is too little, or a later holder fenced this one off.
      if (!left || !placed || placed->outcome == Outcome::sold) co_return placed;
    }
    if (!left) co_return left.error();
    if (*left) co_return Purchase{Outcome::sold, **left};

    const auto stock = co_await database_(ReadStock{order.item});
    if (!stock) co_return certainly_no_sale(stock.error());
    const bool fenced_off = *stock && (*stock)->quantity >= order.quantity;
    co_return Purchase{fenced_off ? Outcome::refused : Outcome::sold_out, {}};
  }

  Task<Purchase> read_and_write(Order order) {
    const auto stock = co_await database_(ReadStock{order.item});
    if (!stock) co_return stock.error();
    if (!*stock || (*stock)->quantity < order.quantity) co_return Purchase{Outcome::sold_out, {}};

    const auto written =
        co_await database_(WriteStock{order.item, (*stock)->quantity - order.quantity});
    if (!written) co_return certainly_no_sale(written.error());
    const auto placed = co_await database_(InsertOrder{order});
    if (!placed) co_return placed.error();
    co_return Purchase{Outcome::sold, *written};
  }

  Task<Purchase> sell_and_release_early(Order order, std::int64_t token) {
    const auto open = co_await read_and_take(order);
    (void)co_await release(order.item, token);
    if (!open) co_return open.error();
    if (open->to_commit) {
      const auto committed = co_await database_(Commit{open->in});
      if (!committed) co_return committed.error();
    }
    co_return open->purchase;
  }

  Task<OpenPurchase> read_and_take(Order order) {
    const auto stock = co_await database_(ReadStock{order.item});
    if (!stock) co_return stock.error();
    if (!*stock || (*stock)->quantity < order.quantity) {
      const auto told = co_await sold_out_unless_placed(database_, order);
      if (!told) co_return told.error();
      co_return OpenPurchase{{}, false, *told};
    }
    const auto begun = co_await database_(Begin{});
    if (!begun) co_return begun.error();
    co_return co_await purchase_in(database_, *begun, order, RowLock::none);
  }

  Cache& cache_;
  Database& database_;
  ItemLock lock_;
  LockVariant variant_;
};

// A CHECK on the stock column would take over what the lock is trusted with.
void lay_out_unguarded(const Options& options, Stocking& stocking) {
  const LockVariant variant = variant_of(options);
  const bool guarded = variant == LockVariant::guarded || variant == LockVariant::fenced;
  if (!guarded) stocking.check_constraint = false;
}

}  // namespace

StrategyEntry redis_lock() {
  return {
      .name = "redis-lock",
      .summary = "a lock in Redis around the guarded purchase; or around an unguarded one",
      .anomaly = "",
      .check_constraint = true,
      .options =
          {{"variant",
            std::string("guarded"),
            "token and naive trust the lock alone and oversell when it expires; naive "
            "releases whoever's lock it finds; early releases before it commits",
            {"guarded", "fenced", "token", "naive", "early"},
            {{std::string("token"), "it oversells when a holder of the lock pauses past its ttl"},
             {std::string("naive"),
              "it oversells when a holder of the lock pauses past its ttl, and then frees "
              "the next one's lock"},
             {std::string("early"),
              "it oversells: the next holder of the lock reads the stock as it was before "
              "the commit"}}},
           {"ttl", Duration(10s), "how long a lock outlives a holder who is gone", {}},
           at_least(kLeastPoll,
                    {"poll", Duration(2ms), "how often one who waits asks again, about", {}}),
           {"wait", Duration(1s), "how long to wait before the buyer is refused", {}}},
      .lay_out = lay_out_unguarded,
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<RedisLock>(stores, options);
      }};
}

}  // namespace doorbuster
