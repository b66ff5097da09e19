// database-optimistic: reads without a lock, then buys if nobody changed the row meanwhile, else
// reads again.
//
//   up to `attempts` times:
//     SELECT quantity, version;  too little -> sold out
//     UPDATE ... SET quantity = quantity - q WHERE version = v AND quantity >= q,
//     with the order row
//       a row came back -> sold;  none -> wait with full jitter, and read again
//   then -> refused: the shop is busy. That is never "sold out", for stock may remain
//
// Safe: the version is compared on the newest row after a lock wait. Each read is a statement of
// its own: retried inside one REPEATABLE READ transaction it would see the same version for ever.
// Its limit: of k buyers of one row about one wins each round, O(k^2) statements until it is empty,
// and when the attempts are used up buyers leave although stock remains. Source: Kung and Robinson,
// "On Optimistic Methods for Concurrency Control", ACM TODS 1981.
#include "strategy/database_view.h"
#include "strategy/full_jitter.h"
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class DatabaseOptimistic final : public Strategy {
 public:
  DatabaseOptimistic(Stores stores, const Options& options)
      : database_(stores.database),
        clock_(stores.clock),
        random_(stores.random),
        attempts_(option<std::int64_t>(options, "attempts")),
        backoff_(option<Duration>(options, "backoff")) {}

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    for (std::int64_t attempt = 0; attempt < attempts_; ++attempt) {
      if (attempt > 0) {
        const Duration wait = full_jitter(random_, backoff_, attempt - 1);
        (void)co_await clock_.sleep_until(clock_.now() + wait);
      }
      const auto seen = co_await database_(ReadStock{order.item});
      if (!seen) co_return seen.error();
      if (!*seen || (*seen)->quantity < order.quantity) {
        co_return co_await sold_out_unless_placed(database_, order);
      }

      const auto left = co_await database_(TakeAtVersion{order, (*seen)->version});
      if (!left && may_be_placed(order, left)) co_return co_await look_up(database_, order);
      if (!left) co_return left.error();
      if (*left) co_return Purchase{Outcome::sold, **left};
    }
    co_return Purchase{Outcome::refused, {}};
  }

 private:
  Database& database_;
  Clock& clock_;
  Random& random_;
  std::int64_t attempts_;
  Duration backoff_;
};

}  // namespace

StrategyEntry database_optimistic() {
  return {
      .name = "database-optimistic",
      .summary = "reads, then buys if the version is still the same; retries with jitter",
      .anomaly = "",
      .check_constraint = true,
      .options = {at_least(std::int64_t{1},
                           {"attempts",
                            std::int64_t{5},
                            "how often a purchase is tried before the shop says that it is busy",
                            {}}),
                  {"backoff",
                   Duration(2ms),
                   "the longest wait before the second attempt; doubles with each",
                   {},
                   {},
                   {{"attempts", std::int64_t{1}}}}},
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<DatabaseOptimistic>(stores, options);
      }};
}

}  // namespace doorbuster
