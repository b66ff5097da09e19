// Strategy: what a buyer sees of the shop. One object a shard; it holds references to that shard's
// stores, which outlive it. A strategy's file reads like its pattern's textbook pseudocode over
// store/.
//
// Errors: a view's error is a view that failed. A purchase's error is judged by definite(): true
// means certainly no sale (outcome failed), false that it may have been sold (outcome unknown). A
// cache failure after the commit never turns a sale into anything else, the textbook variants
// excepted. Of an order that was sent before, sold_out is said only when its key was looked up and
// is not there; refused says nothing of the attempts before.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/order.h"
#include "base/outcome.h"
#include "base/random.h"
#include "base/task.h"
#include "measure/strategy_figures.h"
#include "store/cache.h"
#include "store/database.h"

namespace doorbuster {

// Who answered. Of a shop without a cache it is the database, and the view is neither hit nor miss;
// cache_missed: the cache was asked and did not have it, so the database answered, if anybody did;
// stale: the cache failed, and this instance shows the last page that it saw.
enum class Source : unsigned char { database, cache, cache_missed, stale };

struct StockView {
  std::optional<Quantity> quantity;  // nothing: the page cannot tell
  Source source = Source::database;
  std::optional<Version> version;
};

// The shop's answer. REQUIRES: outcome is sold, sold_out or refused.
struct Purchase {
  Outcome outcome = Outcome::sold;
  std::optional<Stock> after;  // the stock this sale left, where the strategy knows it
  bool to_pay = false;         // with sold: only held for the buyer, who has to pay() in time
  // Where a gate alone gave this answer: what it has left, and the number of its last change.
  std::optional<Stock> at_gate = {};
};

// How the payment provider answered. REQUIRES: outcome of pay() is sold, declined or expired.
enum class Payment : unsigned char { approved, declined };

class Strategy {
 public:
  virtual ~Strategy() = default;

  virtual Task<StockView> view(ItemId item) = 0;
  virtual Task<Purchase> buy(Order order) = 0;

  // Confirms or releases what buy() held for this order, once the payment provider has answered.
  // Asked only after a Purchase that is to be paid. The outcome: sold, declined or expired.
  virtual Task<Purchase> pay(Order, Payment payment) {
    const bool approved = payment == Payment::approved;
    co_return Purchase{approved ? Outcome::sold : Outcome::declined, {}};
  }

  // Before the doors open, on the first shard alone: what the shop's cache must hold.
  virtual Task<Done> prepare(std::vector<StockedItem>) { co_return Done{}; }

  // What this strategy does beside its buyers, on every shard while the doors are open and until
  // drain() has ended; then it is destroyed where it stands. May end by itself.
  virtual Task<Done> background() { co_return Done{}; }

  // Ends when nothing of this strategy's own is going on any more; run before the truth is read,
  // when nobody buys any more on any shard, and on the first shard when all others have ended it.
  virtual Task<Done> drain() { co_return Done{}; }

  // What a reader of the cache is shown at rest, without filling it; nothing where there is no
  // cache.
  virtual Task<std::optional<Quantity>> cached(ItemId) { co_return std::optional<Quantity>{}; }

  // What the gate says of itself at rest, where units are counted out at one.
  virtual Task<std::optional<GateAccount>> gate(ItemId) { co_return std::optional<GateAccount>{}; }
};

// An error of a step before the order row is written: whatever it left behind, it is no sale.
inline Error certainly_no_sale(const Error& error) { return error.as_definite(); }

// What a strategy is made over: the stores, clock, chance and figures of its shard, which outlive
// it.
struct Stores {
  Cache& cache;
  Database& database;
  Clock& clock;
  Random& random;
  StrategyFigures& figures;
  int shards = 1;  // instances of the shop, for what is a total over all of them
};

}  // namespace doorbuster
