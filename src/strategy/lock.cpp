// lock: one purchase of an item at a time, by a lock in Redis around whatever the strategy does.
//
//   the lock is not granted within lock_wait -> refused: busy
//
// Around a guarded purchase it adds nothing to safety; it keeps those who wait for the item's row
// out of the connection pool. As the only protection it fails: a holder who pauses past the TTL
// works on beside the next one. Released after the purchase has answered, so after its commit. See
// redis_lock.cpp for the lock as a strategy of its own, its fence and its well-known mistakes.
#include "strategy/decorator.h"
#include "strategy/item_lock.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class Lock final : public StrategyDecorator {
 public:
  Lock(std::unique_ptr<Strategy> inner, Stores stores, const Options& options)
      : StrategyDecorator(std::move(inner)),
        lock_(stores, {.ttl = option<Duration>(options, "lock_ttl"),
                       .poll = option<Duration>(options, "lock_poll"),
                       .wait = option<Duration>(options, "lock_wait")}) {}

  Task<Purchase> buy(Order order) override {
    const std::int64_t token = lock_.new_token();
    const auto grant = co_await lock_.acquire(order.item, token);
    if (!grant) co_return certainly_no_sale(grant.error());
    if (!grant->acquired) co_return Purchase{Outcome::refused, {}};
    const auto answer = co_await inner().buy(order);
    (void)co_await lock_.release(order.item, token);
    co_return answer;
  }

 private:
  ItemLock lock_;
};

}  // namespace

DecoratorEntry lock_decorator() {
  const std::vector<Idle> unlocked = {{"lock", std::string("none")}};
  return {
      .options = {{"lock",
                   std::string("none"),
                   "redis: one purchase of an item at a time, by a lock in Redis",
                   {"none", "redis"}},
                  {"lock_ttl",
                   Duration(10s),
                   "how long a lock outlives a holder who is gone",
                   {},
                   {},
                   unlocked},
                  at_least(kLeastPoll, {"lock_poll",
                                        Duration(2ms),
                                        "how often one who waits asks again, about",
                                        {},
                                        {},
                                        unlocked}),
                  {"lock_wait",
                   Duration(1s),
                   "how long to wait before the buyer is refused",
                   {},
                   {},
                   unlocked}},
      .wanted =
          [](const Options& options) { return option<std::string>(options, "lock") == "redis"; },
      .wrap = [](std::unique_ptr<Strategy> inner, Stores stores,
                 const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<Lock>(std::move(inner), stores, options);
      }};
}

}  // namespace doorbuster
