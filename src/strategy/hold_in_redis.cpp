// hold, variant redis_ttl:
//
//   buy:     SET hold NX PX ttl;  the guarded UPDATE;  no row -> DEL hold, sold out
//   pay:     DEL hold: was it there?  approved -> INSERT order, sold;  declined -> the units back
//            gone -> expired
//   at an expiry: the units back, UPDATE quantity = quantity + q
//
// A keyspace notification is modelled as the instance that set the key returning its units when
// their time is over and it did not see the hold end: once, and never by another.
#include "strategy/hold_in_redis.h"

#include <deque>
#include <unordered_map>
#include <utility>

#include "strategy/database_view.h"

namespace doorbuster {
namespace {

class HoldInRedis final : public Strategy {
 public:
  HoldInRedis(Stores stores, Duration ttl)
      : cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        figures_(stores.figures),
        ttl_(ttl) {}

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    const auto set = co_await cache_(SetHold{order.key, ttl_});
    if (!set) co_return certainly_no_sale(set.error());
    if (!set->set) co_return Purchase{Outcome::sold, {}, true};  // it is held for him already
    const auto taken = co_await database_(DecrementGuarded{order.item, order.quantity});
    if (!taken) co_return certainly_no_sale(taken.error());
    if (!*taken) {
      (void)co_await cache_(EndHold{order.key});
      co_return Purchase{Outcome::sold_out, {}};
    }
    listen(order, clock_.now() + ttl_);
    co_return Purchase{Outcome::sold, {}, true};
  }

  Task<Purchase> pay(Order order, Payment payment) override {
    // A key that is deleted does not expire: from here on nobody is to be told of it.
    const bool listened = listening_.erase(order.key) > 0;
    const auto ended = co_await cache_(EndHold{order.key});
    if (listened && (!ended || !ended->ended)) listen(order, clock_.now());
    if (!ended) co_return ended.error();
    const bool approved = payment == Payment::approved;
    if (!ended->ended) co_return Purchase{approved ? Outcome::expired : Outcome::declined, {}};
    if (!approved) {
      (void)co_await database_(ReturnUnits{order.item, order.quantity});
      co_return Purchase{Outcome::declined, {}};
    }
    const auto ordered = co_await database_(InsertOrder{order});
    if (!ordered) co_return ordered.error();
    co_return Purchase{Outcome::sold, {}};
  }

  Task<Done> background() override {
    for (;;) {
      (void)co_await clock_.sleep_until(clock_.now() + kListenEvery);
      while (const auto expired = next_expired()) {
        const Order order = expired->order;
        const auto returned = co_await database_(ReturnUnits{order.item, order.quantity});
        if (!returned) continue;  // there is no second notification
        figures_.count("units_swept", order.quantity);
        figures_.took("hold_returned_after", clock_.now() - expired->since);
      }
    }
  }

  // Until this instance has heard of all that it listens for, or nobody listens any more.
  Task<Done> drain() override {
    const Instant patience_ends = clock_.now() + ttl_ + kPatience;
    while (!listening_.empty() && clock_.now() < patience_ends) {
      (void)co_await clock_.sleep_until(clock_.now() + kListenEvery);
    }
    co_return Done{};
  }

 private:
  struct Listening {
    Order order;
    Instant since{};
  };

  void listen(const Order& order, Instant until) {
    listening_[order.key] = {order, clock_.now()};
    // All holds last alike, so that they run out in the order in which they were set; one that ran
    // out while it was being paid comes first.
    until <= clock_.now() ? due_.emplace_front(until, order.key)
                          : due_.emplace_back(until, order.key);
  }

  // One that ran out and was not paid; it is heard of once.
  std::optional<Listening> next_expired() {
    while (!due_.empty() && due_.front().first <= clock_.now()) {
      const auto expired = listening_.find(due_.front().second);
      due_.pop_front();
      if (expired == listening_.end()) continue;
      const Listening heard = expired->second;
      listening_.erase(expired);
      return heard;
    }
    return std::nullopt;
  }

  static constexpr Duration kListenEvery = 10ms;
  static constexpr Duration kPatience = 5s;

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  StrategyFigures& figures_;
  Duration ttl_;
  std::unordered_map<OrderKey, Listening> listening_;  // looked up, never iterated
  std::deque<std::pair<Instant, OrderKey>> due_;
};

}  // namespace

std::unique_ptr<Strategy> hold_in_redis(Stores stores, Duration ttl) {
  return std::make_unique<HoldInRedis>(stores, ttl);
}

}  // namespace doorbuster
