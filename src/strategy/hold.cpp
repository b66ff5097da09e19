// hold: a unit is taken from the stock for a buyer until a deadline, then paid, or given back.
//
//   view:    the stock row
//   buy:     the guarded purchase, into a hold;  a row -> held, to be paid;  no row -> sold out
//            the same key again -> what became of its hold
//   pay:     approved -> held and not overdue? paid, with the order in the same statement -> sold
//            declined -> held? released, the units back in the same statement -> declined
//   sweeper: holds that are overdue -> expired, their units back in the same statement
//
// Safe: the hold's state is the only arbiter. Payment, release and sweep meet on one row, each asks
// for `held` in the statement that moves it on, and one of them finds it. Remains: hoarding; holds
// that nobody pays empty the shelf until they are swept, and who comes meanwhile is told sold out.
//
// Three well-known mistakes, as variants:
//   redis_ttl             the hold is a key in Redis alone, see hold_in_redis.h
//   double_release        a cancellation does not ask for `held`: swept at T, cancelled at T + 1,
//                         the unit is back twice
//   capture_after_expiry  the money is captured whether or not the hold still stands, and who has
//                         paid gets an order: the unit may be another's by then
// Sources of the mistakes: MultiSafepay/magento2 #28, woocommerce-gateway-stripe PR 5720.
#include "strategy/database_view.h"
#include "strategy/hold_in_redis.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class Hold final : public Strategy {
 public:
  Hold(Stores stores, const Options& options)
      : database_(stores.database),
        clock_(stores.clock),
        figures_(stores.figures),
        ttl_(option<Duration>(options, "ttl")),
        sweep_every_(option<Duration>(options, "sweep_every")),
        release_asks_(option<std::string>(options, "variant") != "double_release"),
        capture_asks_(option<std::string>(options, "variant") != "capture_after_expiry") {}

  Task<Done> prepare(std::vector<StockedItem>) override {
    first_shard_ = true;
    co_return Done{};
  }

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    const auto left = co_await database_(TakeHold{order, ttl_});
    if (left && *left) co_return Purchase{Outcome::sold, **left, true};
    const bool duplicate = !left && left.error().cause() == Cause::duplicate_key;
    if (duplicate || (left && order.repeats > 0)) co_return co_await look_up(order.key);
    if (left) co_return Purchase{Outcome::sold_out, {}};
    co_return certainly_no_sale(left.error());  // what may be held is not paid, and swept
  }

  Task<Purchase> pay(Order order, Payment payment) override {
    if (payment == Payment::declined) {
      // Where it fails, the sweeper gives back.
      (void)co_await database_(ReleaseHold{order.key, release_asks_});
      co_return Purchase{Outcome::declined, {}};
    }
    const auto confirmed = co_await database_(ConfirmHold{order.key});
    if (!confirmed) co_return confirmed.error();
    if (confirmed->rows > 0) co_return Purchase{Outcome::sold, {}};
    if (!capture_asks_) co_return co_await order_what_was_paid(order);
    co_return co_await expire(order.key);
  }

  Task<Done> background() override {
    for (;;) {
      (void)co_await clock_.sleep_until(clock_.now() + sweep_every_);
      (void)co_await sweep();
    }
  }

  // Until no hold stands, which nobody will pay any more, or the sweeper had its time.
  Task<Done> drain() override {
    if (!first_shard_) co_return Done{};
    const Instant patience_ends = clock_.now() + ttl_ + 10 * sweep_every_;
    for (;;) {
      const auto standing = co_await database_(CountHolds{});
      const bool none = standing && standing->rows == 0;
      if (none || clock_.now() >= patience_ends) {
        if (standing) figures_.count("holds_left", standing->rows);
        co_return Done{};
      }
      (void)co_await clock_.sleep_until(clock_.now() + sweep_every_);
    }
  }

 private:
  // Of an order that was sent before: what its hold is by now.
  Task<Purchase> look_up(OrderKey key) {
    const auto state = co_await database_(FindHold{key});
    if (!state) co_return state.error().as_indefinite();
    if (!*state) co_return Purchase{Outcome::sold_out, {}};
    const bool stands = **state == HoldState::held;
    const bool sold = stands || **state == HoldState::paid;
    co_return Purchase{sold ? Outcome::sold : Outcome::refused, {}, stands};
  }

  // No hold that can be paid. One that is overdue ends here, so that no attempt before this one is
  // still about to pay it; what does not stand may have been paid by one.
  Task<Purchase> expire(OrderKey key) {
    const auto released = co_await database_(ReleaseHold{key});
    if (!released) co_return released.error().as_indefinite();
    if (released->rows > 0) co_return Purchase{Outcome::expired, {}};
    const auto state = co_await database_(FindHold{key});
    if (!state) co_return state.error().as_indefinite();
    const bool paid = *state == HoldState::paid;
    co_return Purchase{paid ? Outcome::sold : Outcome::expired, {}};
  }

  Task<Purchase> order_what_was_paid(Order order) {
    const auto ordered = co_await database_(InsertOrder{order});
    const bool before = !ordered && ordered.error().cause() == Cause::duplicate_key;
    if (!ordered && !before) co_return ordered.error();
    co_return Purchase{Outcome::sold, {}};
  }

  Task<Done> sweep() {
    for (;;) {
      const auto swept = co_await database_(SweepHolds{kSweptAtOnce});
      if (!swept || swept->holds == 0) co_return Done{};
      figures_.count("units_swept", swept->units);
      figures_.took("hold_returned_after", swept->longest);
      if (swept->holds < kSweptAtOnce) co_return Done{};
    }
  }

  static constexpr std::int64_t kSweptAtOnce = 500;

  Database& database_;
  Clock& clock_;
  StrategyFigures& figures_;
  Duration ttl_;
  Duration sweep_every_;
  bool release_asks_;
  bool capture_asks_;
  bool first_shard_ = false;
};

std::vector<UnsafeValue> well_known_mistakes() {
  return {{std::string("redis_ttl"),
           "loses the units of an instance that dies: who returns them is told of the expiry at "
           "most once"},
          {std::string("double_release"),
           "oversells when a hold is cancelled after it was swept: its units are returned twice"},
          {std::string("capture_after_expiry"),
           "oversells when a payment arrives after the hold ran out: the unit is another's by "
           "then"}};
}

}  // namespace

StrategyEntry hold() {
  return {
      .name = "hold",
      .summary = "holds a unit until it is paid or its time is over; a sweeper returns the rest",
      .anomaly = "",
      .check_constraint = true,
      .returns_units = true,
      .options =
          {{"ttl", Duration(10s), "how long a hold waits for its payment", {}},
           at_least(kLeastPoll,
                    {"sweep_every", Duration(100ms), "how often overdue holds are looked for", {}}),
           {"variant",
            std::string("sound"),
            "one of the well-known mistakes instead: the hold in Redis alone, a "
            "cancellation or a capture that does not ask whether the hold stands",
            {"sound", "redis_ttl", "double_release", "capture_after_expiry"},
            well_known_mistakes()}},
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        if (option<std::string>(options, "variant") == "redis_ttl") {
          return hold_in_redis(stores, option<Duration>(options, "ttl"));
        }
        return std::make_unique<Hold>(stores, options);
      }};
}

}  // namespace doorbuster
