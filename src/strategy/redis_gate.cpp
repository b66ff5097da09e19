// redis-gate: the units are counted out in Redis, and only who holds one may ask the database.
//
//   view:   GET gate
//   buy:    reserve (one script: seen before? enough left? take, note who and until when)
//           sold out -> refused at the gate; the database hears nothing
//           granted  -> the guarded purchase;  a row -> settle, sold
//                       no row -> the order of this key, if it is there; else release, sold out
//                       a definite error -> release;  no reply -> nothing: it may have been sold
//   reaper: a reservation that is overdue: its order is in the database -> settle, else release
//
// Safe by the guard, whatever Redis says; what the gate can do is to sell too little. A buyer who
// dies between reserve and purchase leaks units: until the reaper comes, or without one for good.
// A gate that does not answer fails the purchase, and the page (cache_down.cpp has what else it may
// do). fallback = "database" sells past it; the gate is not told (combined.cpp tells it) and lets
// in more buyers than there are units, whom the guard refuses late. Without the guard (guard =
// false: the gate has counted, so the database need not) each is sold a unit that is not there.
// A reservation is released only by who knows that nothing was sold. Compensating what had no
// reply (compensate = "always") lets one too many through, whom the guard then refuses late.
// Remains: an order in flight for longer than `hold` may commit after the reaper gave its units
// back. One too many then passes the gate and is refused by the guard; and a replay of that order
// may be told "sold out" at the gate.
// The reaper and drain() know the items from prepare() and so work on the first shard alone. Units
// that prepare() did not load are sold by the database directly.
// Source: the reserve, order, compensate scheme of flash-sale write-ups; reaping by asking the
// database first is dtm-labs' dtm-cases flash sale.
#include "strategy/database_view.h"
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class RedisGate final : public Strategy {
 public:
  RedisGate(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        figures_(stores.figures),
        hold_(option<Duration>(options, "hold")),
        reap_every_(option<Duration>(options, "reap_every")),
        reaps_(option<bool>(options, "reaper")),
        guards_(option<bool>(options, "guard")),
        falls_back_(option<std::string>(options, "fallback") == "database"),
        always_compensates_(option<std::string>(options, "compensate") == "always") {}

  Task<Done> prepare(std::vector<StockedItem> items) override {
    for (const StockedItem& item : items) {
      const auto loaded = co_await cache_(LoadGate{item.item, item.quantity});
      if (!loaded) co_return loaded.error();
      items_.push_back(item.item);
    }
    figures_.count("leaked_units_returned", 0);
    co_return Done{};
  }

  Task<StockView> view(ItemId item) override {
    const auto left = co_await cache_(Get{key(item)});
    if (!left) co_return left.error();
    if (*left) co_return StockView{**left, Source::cache, {}};
    co_return co_await view_from_database(database_, item, Source::cache_missed);
  }

  Task<Purchase> buy(Order order) override {
    const auto reserved = co_await cache_(Reserve{order, hold_});
    if (!reserved && falls_back_) {
      figures_.count("fallback_purchases");
      co_return co_await take(order, Reserve::State::not_loaded);
    }
    // Without a reply it may be reserved, and then the reaper finds it.
    if (!reserved) co_return certainly_no_sale(reserved.error());
    switch (reserved->state) {
      case Reserve::State::sold_out:
        co_return Purchase{Outcome::sold_out, {}, false, said_by_gate(*reserved)};
      case Reserve::State::repeated:
        co_return co_await buy_again(order);
      default:
        co_return co_await take(order, reserved->state);
    }
  }

  Task<Done> background() override {
    if (!reaps_ || items_.empty()) co_return Done{};
    for (;;) {
      (void)co_await clock_.sleep_until(clock_.now() + reap_every_);
      for (const ItemId item : items_) (void)co_await reap(item);
    }
  }

  // Until nothing is reserved that is neither sold nor given back, or the reaper had its time. The
  // counter would not tell: beside units that were sold past the gate it shows no leak.
  Task<Done> drain() override {
    if (!reaps_) co_return Done{};
    const Instant patience_ends = clock_.now() + hold_ + 10 * reap_every_;
    for (const ItemId item : items_) {
      for (;;) {
        (void)co_await reap(item);
        const ReadGate all{item};
        const auto account = co_await cache_(all);
        const bool at_rest = account && account->pending.empty();
        if (at_rest || clock_.now() >= patience_ends) break;
        (void)co_await clock_.sleep_until(clock_.now() + reap_every_);
      }
    }
    co_return Done{};
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    co_return co_await cache_(Get{key(item)});
  }

  Task<std::optional<GateAccount>> gate(ItemId item) override {
    const ReadGate all{item};
    auto account = co_await cache_(all);
    if (!account) co_return account.error();
    co_return std::optional(*std::move(account));
  }

 private:
  static Key key(ItemId item) { return {KeyFamily::gate, item}; }

  // Of an order that holds a reservation already: an attempt before this one may have bought, may
  // be in flight, or is gone. The key lets only one of them buy, so this one may as well.
  Task<Purchase> buy_again(Order order) {
    const auto found = co_await database_(FindOrder{order.key});
    if (!found) co_return found.error().as_indefinite();
    if (*found) co_return co_await sold(order, {});
    co_return co_await take(order, Reserve::State::repeated);
  }

  Task<Purchase> take(Order order, Reserve::State reserved) {
    const auto left = co_await purchase(order);
    if (left && *left && reserved == Reserve::State::not_loaded) {
      co_return Purchase{Outcome::sold, **left};
    }
    if (left && *left) co_return co_await sold(order, *left);
    if (left || left.error().cause() == Cause::duplicate_key) co_return co_await look_up(order);

    // Another attempt may be about to sell what was reserved for both.
    if (reserved == Reserve::State::repeated) co_return left.error().as_indefinite();
    if (left.error().definite() || always_compensates_) {
      (void)co_await cache_(ReleaseReservation{order.item, order.key});
    }
    co_return left.error();
  }

  Task<std::optional<Stock>> purchase(Order order) {
    if (guards_) co_return co_await database_(TakeIfAvailable{order});
    const auto taken = co_await database_(DecrementUnguarded{order.item, order.quantity});
    if (!taken || !*taken) co_return taken;
    const auto placed = co_await database_(InsertOrder{order});
    if (!placed) co_return placed.error();
    co_return *taken;
  }

  // No row came back: there is too little, or an attempt before this one took the last.
  Task<Purchase> look_up(Order order) {
    const auto found = co_await database_(FindOrder{order.key});
    if (!found) co_return found.error().as_indefinite();
    if (*found) co_return co_await sold(order, {});
    (void)co_await cache_(ReleaseReservation{order.item, order.key});
    co_return Purchase{Outcome::sold_out, {}};
  }

  Task<Purchase> sold(Order order, std::optional<Stock> after) {
    // Where it fails, the reaper settles.
    (void)co_await cache_(SettleReservation{order.item, order.key});
    co_return Purchase{Outcome::sold, after};
  }

  Task<Done> reap(ItemId item) {
    for (;;) {
      const auto overdue = co_await cache_(NextOverdue{item, hold_});
      if (!overdue || !*overdue) co_return Done{};
      const Reservation leaked = **overdue;
      const OrderKey order = leaked.order.key;
      const auto found = co_await database_(FindOrder{order});
      if (!found) co_return Done{};  // nobody can tell now; it is overdue again later
      if (*found) {
        (void)co_await cache_(SettleReservation{item, order});
        continue;
      }
      const auto released = co_await cache_(ReleaseReservation{item, order});
      if (!released || !released->given_back) continue;
      figures_.count("leaked_units_returned", leaked.order.quantity);
      figures_.took("leaked_for", leaked.age);
    }
  }

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  StrategyFigures& figures_;
  Duration hold_;
  Duration reap_every_;
  bool reaps_;
  bool guards_;
  bool falls_back_;
  bool always_compensates_;
  std::vector<ItemId> items_;
};

}  // namespace

StrategyEntry redis_gate() {
  return {
      .name = "redis-gate",
      .summary = "reserves in Redis, then the guarded purchase; a reaper returns what leaked",
      .anomaly = "",
      .check_constraint = true,
      .returns_units = true,
      .options = {{"hold", Duration(2s), "how long a reservation may wait for its order", {}},
                  at_least(kLeastPoll, {"reap_every",
                                        Duration(100ms),
                                        "how often overdue ones are looked for",
                                        {},
                                        {},
                                        {{"reaper", false}}}),
                  {"reaper",
                   true,
                   "gives back what buyers who died had reserved",
                   {},
                   {{false,
                     "the units of a buyer who died between reserve and purchase are never sold "
                     "(undersell)"}}},
                  {"guard",
                   true,
                   "the purchase takes only what is there; without, what the gate has counted",
                   {},
                   {{false,
                     "it oversells whenever the gate lets in one too many, or is not asked"}}},
                  {"fallback",
                   std::string("none"),
                   "when the gate does not answer: fail, or buy from the database past it",
                   {"none", "database"},
                   {{std::string("database"),
                     "the gate does not know what was sold past it and lets in more buyers than "
                     "there are units; the database refuses them late, where it has its guard"}}},
                  {"compensate",
                   std::string("definite"),
                   "what is given back to the gate when the purchase fails: what was certainly "
                   "not sold, or also what had no reply",
                   {"definite", "always"},
                   {{std::string("always"),
                     "units that were sold are given back to the gate, which then lets in one "
                     "buyer too many, and the database refuses him late"}}}},
      // A CHECK on the stock column would be the guard.
      .lay_out =
          [](const Options& options, Stocking& stocking) {
            if (!option<bool>(options, "guard")) stocking.check_constraint = false;
          },
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<RedisGate>(stores, options);
      }};
}

}  // namespace doorbuster
