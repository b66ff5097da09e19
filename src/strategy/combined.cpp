// combined: what articles on flash sales advise at their end, taken together; each part for a
// reason, and none that the others make needless.
//
//   view: the copy, filled under a lease; the cache does not answer -> the database itself, within
//         the same fallback_at_once; beyond, what cache_down says (cache_down.cpp)
//   buy:  the gate (redis_gate.cpp): reserve, the guarded purchase with the order key, settle
//         sold, or no reply -> DEL of the copy
//         the gate does not answer -> the guarded purchase at once, no more than fallback_at_once
//         of them at a time (else refused: busy); the gate is told afterwards what it was not asked
//         none left at the gate, for an order sent again -> the order of this key, if it is there;
//         else the guarded purchase too
//
// Cache-aside reads: most requests look, and a page may be a moment old.
// Gate: demand is many times the stock, and a refusal at the gate costs the database nothing.
// Guarded purchase: the one thing that makes it safe, whatever Redis says, has lost or is not
// asked.
// Order key in the same statement: an order sent again is placed once; looked up before "sold out"
// is said to who was here before.
// Lock: around the refill alone, as a lease, where it saves the database a stampede. Not around the
//   purchase, which the guard already serializes: there it would cost two round trips and hold
//   everybody up when its holder dies.
// Sent again: an attempt before may have gone past the gate and be on its way still. "Sold out"
//   from the gate would be untrue once it commits; the database's "no row" is not, whoever comes
//   first.
// Fallback: safe by the guard. With a limit, for behind a cache the database is sized for a part of
//   the load. While it lasts the gate counts too much; until what was sold is repaid, some pass it
//   and are refused late.
//
// Remains: as in cache-aside, a stale page between commit and DEL; as in redis-gate, units of a
// buyer who died are out of sale until the reaper comes, and debts of an instance that dies are
// never repaid: late refusals, no oversell. A fallback is load when there is trouble already: see
// "Avoiding fallback in distributed systems", Amazon Builders' Library; fallback = "none" fails
// fast instead.
#include <deque>
#include <optional>
#include <utility>

#include "base/task_scope.h"
#include "strategy/bulkhead.h"
#include "strategy/copy_after_purchase.h"
#include "strategy/decorator.h"
#include "strategy/order_key.h"
#include "strategy/page_fill.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

std::unique_ptr<Strategy> gate_of(Stores stores, const Options& options) {
  const StrategyEntry& gate = *find_strategy("redis-gate");
  Options of_gate = default_options(gate);
  for (const char* shared : {"hold", "reap_every"}) of_gate[shared] = options.at(shared);
  return gate.make(stores, of_gate);
}

class Combined final : public StrategyDecorator {
 public:
  Combined(Stores stores, const Options& options)
      : StrategyDecorator(gate_of(stores, options)),
        cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        figures_(stores.figures),
        fill_(leased_fill(stores, {.ttl = ttl_of(stores, options),
                                   .lease = option<Duration>(options, "lease"),
                                   .poll = option<Duration>(options, "poll")})),
        copy_(stores, {.attempts = kDeleteAttempts}, ttl_of(stores, options)),
        hold_(option<Duration>(options, "hold")),
        falls_back_(option<std::string>(options, "fallback") == "database"),
        repays_(option<bool>(options, "repay")),
        bulkhead_(option<std::int64_t>(options, "fallback_at_once")) {}

  Task<StockView> view(ItemId item) override {
    const auto page = co_await fill_->view(item);
    const bool silent = !page && page.error().store() == Store::redis;
    if (!silent || !falls_back_) co_return page;
    co_return co_await view_past_cache(&bulkhead_, &database_, &figures_, item, page.error());
  }

  Task<Purchase> buy(Order order) override {
    const auto answer = co_await inner().buy(order);
    if (gate_is_silent(answer) && falls_back_) co_return co_await buy_directly(order);
    if (answer && answer->outcome == Outcome::sold_out) {
      co_return co_await sold_out(order, answer->at_gate);
    }
    const bool may_be_sold = answer ? answer->outcome == Outcome::sold : !answer.error().definite();
    if (may_be_sold) (void)co_await copy_.sold(order, {});
    co_return answer;
  }

  Task<Done> drain() override {
    const Instant patience_ends = clock_.now() + 2 * hold_ + kPatience;
    while (repaying_.alive() > 0 && clock_.now() < patience_ends) {
      (void)co_await clock_.sleep_until(clock_.now() + kRepayDelay);
    }
    (void)co_await copy_.drain();
    co_return co_await inner().drain();
  }

  Task<std::optional<Quantity>> cached(ItemId item) override { return fill_->cached(item); }

 private:
  static constexpr std::int64_t kDeleteAttempts = 5;
  static constexpr Duration kRepayDelay = 20ms;
  static constexpr Duration kPatience = 5s;

  // What was sold past the gate, and how long the gate is asked again while it has none left: until
  // whoever held a unit when it was sold has bought, given back or been reaped.
  struct Debt {
    Order order;
    Instant while_none_left;
  };

  // The gate's own errors alone are of Redis, and it was not passed.
  static bool gate_is_silent(const Result<Purchase>& answer) {
    return !answer && answer.error().store() == Store::redis && answer.error().definite();
  }

  // At the gate or behind it.
  Task<Purchase> sold_out(Order order, std::optional<Stock> at_gate) {
    const auto placed = co_await sold_out_unless_placed(database_, order, at_gate);
    const bool may_be_on_its_way = falls_back_ && order.repeats > 0;
    if (!placed || placed->outcome == Outcome::sold || !may_be_on_its_way) co_return placed;
    co_return co_await take_past_the_gate(order);
  }

  Task<Purchase> buy_directly(Order order) {
    auto place = bulkhead_.enter();
    if (!place) {
      figures_.count("fallback_refused");
      co_return Purchase{Outcome::refused, {}};
    }
    co_return co_await take_past_the_gate(order, std::move(place));
  }

  // His place, if he has one, is in the database alone: a cache that is silent may keep him for
  // long.
  Task<Purchase> take_past_the_gate(Order order, std::optional<Bulkhead::Place> place = {}) {
    figures_.count("fallback_purchases");
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (left && !*left) co_return Purchase{Outcome::sold_out, {}};
    if (!left && left.error().definite()) co_return left.error();

    place.reset();
    if (repays_) owe(order);
    (void)co_await copy_.sold(order, {});
    if (!left) co_return left.error();
    co_return Purchase{Outcome::sold, **left};
  }

  void owe(const Order& order) {
    debts_.push_back({order, clock_.now() + 2 * hold_});
    if (repaying_.alive() == 0) repaying_.spawn(repay());
  }

  // What was sold past the gate is reserved there now. The reaper settles it, for it asks the
  // database; or gives it back, where the purchase had no reply and was none. A gate that has none
  // left is asked again: whoever holds too many is refused late and gives back, or the reaper does.
  Task<Done> repay() {
    while (!debts_.empty()) {
      const Debt debt = debts_.front();
      debts_.pop_front();
      const auto reserved = co_await cache_(Reserve{debt.order, hold_});
      const bool none_left = reserved && reserved->state == Reserve::State::sold_out;
      if (reserved && !(none_left && clock_.now() < debt.while_none_left)) continue;
      debts_.push_back(debt);
      (void)co_await clock_.sleep_until(clock_.now() + kRepayDelay);
    }
    co_return Done{};
  }

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  StrategyFigures& figures_;
  std::unique_ptr<PageFill> fill_;
  CopyAfterPurchase copy_;
  Duration hold_;
  bool falls_back_;
  bool repays_;
  Bulkhead bulkhead_;
  std::deque<Debt> debts_;
  TaskScope repaying_;
};

std::vector<OptionWord> combined_options() {
  return {{"ttl", Duration(300s), "how long a filled page may stay", {}},
          {"ttl_jitter", 0.1, "up to which share of the TTL is added to it by chance", {}},
          {"lease", Duration(500ms), "how long one reader may take to fill a page", {}},
          at_least(kLeastPoll,
                   {"poll", Duration(2ms), "how often the readers that wait ask again", {}}),
          {"hold", Duration(2s), "how long a reservation may wait for its order", {}},
          at_least(kLeastPoll,
                   {"reap_every", Duration(100ms), "how often overdue ones are looked for", {}}),
          {"fallback",
           std::string("database"),
           "when Redis does not answer: the guarded purchase at once, or fail",
           {"database", "none"}},
          at_least(std::int64_t{1},
                   {"fallback_at_once",
                    std::int64_t{8},
                    "how many of an instance may be in the database past a silent gate",
                    {},
                    {},
                    {{"fallback", std::string("none")}}}),
          {"repay",
           true,
           "the gate is told afterwards what was sold past it",
           {},
           {{false,
             "after a fallback the gate lets in more buyers than there are units, and the database "
             "refuses them late"}},
           {{"fallback", std::string("none")}}}};
}

}  // namespace

StrategyEntry combined() {
  return {.name = "combined",
          .summary = "leased pages, a gate, the guarded purchase by key, and a fallback past Redis",
          .anomaly = "",
          .check_constraint = true,
          .returns_units = true,
          .options = combined_options(),
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<Combined>(stores, options);
          }};
}

}  // namespace doorbuster
