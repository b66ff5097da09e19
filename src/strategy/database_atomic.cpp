// database-atomic: the guarded purchase in one statement; the database and nothing else.
//
//   UPDATE ... SET quantity = quantity - q WHERE quantity >= q  with the order row in the same
//   statement
//
// Safe: under READ COMMITTED the guard is evaluated again on the newest row after a lock wait, so
// two buyers cannot both take the last unit (PostgreSQL documentation, 13.2.1). Its limit is the
// hot row: one sale at a time holds its lock for execution and commit.
#include "strategy/database_view.h"
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class DatabaseAtomic final : public Strategy {
 public:
  explicit DatabaseAtomic(Stores stores) : database_(stores.database) {}

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (!left) co_return left.error();
    if (!*left) co_return Purchase{Outcome::sold_out, {}};
    co_return Purchase{Outcome::sold, **left};
  }

 private:
  Database& database_;
};

}  // namespace

StrategyEntry database_atomic() {
  return {.name = "database-atomic",
          .summary = "one guarded UPDATE with the order row in the same statement; no cache",
          .anomaly = "",
          .check_constraint = true,
          .options = {},
          .make = [](Stores stores, const Options&) -> std::unique_ptr<Strategy> {
            return std::make_unique<DatabaseAtomic>(stores);
          }};
}

}  // namespace doorbuster
