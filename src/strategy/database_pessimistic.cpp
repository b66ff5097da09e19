// database-pessimistic: locks the stock row, then looks, writes and commits while it holds it.
//
//   BEGIN
//   SELECT quantity FROM products WHERE id = p FOR UPDATE;  too little -> ROLLBACK, sold out
//   UPDATE products SET quantity = quantity - q;  INSERT order
//   COMMIT
//
//   wait     others wait their turn for the row
//   nowait   FOR UPDATE NOWAIT: a held row is an error (55P03) at once; tried again with full
//            jitter up to `attempts` times, then refused
//   timeout  SET LOCAL lock_timeout, with the BEGIN: 55P03 after that long, then refused
//
// Safe: after the wait FOR UPDATE reads the newest committed row. It holds the row over three
// round trips, from the SELECT's answer to the COMMIT, where database-atomic holds it for one
// statement: the same safety, fewer sales; and who dies between two of them holds it until the
// server ends his session.
// A busy row says nothing of the stock: busy = "sold-out" is the well-known mistake, and
// undersells. A purchase locks one row, a cart is several purchases, so none deadlocks (40P01):
// who locks several in one transaction must do it in one order.
// Source: PostgreSQL documentation, "Explicit Locking", 13.3.2 Row-Level Locks.
#include "strategy/database_view.h"
#include "strategy/full_jitter.h"
#include "strategy/open_purchase.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

bool busy(const Error& error) { return error.code() == "55P03"; }

bool is_variant(const Options& options, std::string_view name) {
  return option<std::string>(options, "variant") == name;
}

class DatabasePessimistic final : public Strategy {
 public:
  DatabasePessimistic(Stores stores, const Options& options)
      : database_(stores.database),
        clock_(stores.clock),
        random_(stores.random),
        lock_(is_variant(options, "nowait") ? RowLock::nowait : RowLock::wait),
        lock_timeout_(is_variant(options, "timeout") ? option<Duration>(options, "lock_timeout")
                                                     : Duration{}),
        attempts_(lock_ == RowLock::nowait ? option<std::int64_t>(options, "attempts") : 1),
        backoff_(option<Duration>(options, "backoff")),
        busy_is_sold_out_(option<std::string>(options, "busy") == "sold-out") {}

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    for (std::int64_t attempt = 0; attempt < attempts_; ++attempt) {
      if (attempt > 0) {
        const Duration wait = full_jitter(random_, backoff_, attempt - 1);
        (void)co_await clock_.sleep_until(clock_.now() + wait);
      }
      auto bought = co_await buy_locked(order);
      if (bought || !busy(bought.error())) co_return bought;
    }
    if (busy_is_sold_out_) co_return Purchase{Outcome::sold_out, {}};
    co_return Purchase{Outcome::refused, {}};
  }

 private:
  Task<Purchase> buy_locked(Order order) {
    const auto begun = co_await database_(Begin{lock_timeout_});
    if (!begun) co_return begun.error();
    const auto open = co_await purchase_in(database_, *begun, order, lock_);
    if (!open) co_return open.error();
    if (open->to_commit) {
      const auto committed = co_await database_(Commit{*begun});
      if (!committed) co_return committed.error();
    }
    co_return open->purchase;
  }

  Database& database_;
  Clock& clock_;
  Random& random_;
  RowLock lock_;
  Duration lock_timeout_;
  std::int64_t attempts_;
  Duration backoff_;
  bool busy_is_sold_out_;
};

constexpr Duration kLeastLockTimeout = 1ms;  // with 0 PostgreSQL waits for ever

}  // namespace

StrategyEntry database_pessimistic() {
  return {
      .name = "database-pessimistic",
      .summary = "SELECT FOR UPDATE, UPDATE, INSERT, COMMIT: the row is held over three trips",
      .anomaly = "",
      .check_constraint = true,
      .options = {{"variant",
                   std::string("wait"),
                   "what a buyer does whose row is held: wait, give up at once, or later",
                   {"wait", "nowait", "timeout"}},
                  at_least(kLeastLockTimeout, {"lock_timeout",
                                               Duration(50ms),
                                               "of variant timeout: how long to wait for the row",
                                               {},
                                               {},
                                               {{"variant", std::string("wait")},
                                                {"variant", std::string("nowait")}}}),
                  at_least(
                      std::int64_t{1},
                      {"attempts",
                       std::int64_t{5},
                       "of variant nowait: how often before the shop says that it is busy",
                       {},
                       {},
                       {{"variant", std::string("wait")}, {"variant", std::string("timeout")}}}),
                  {"backoff",
                   Duration(2ms),
                   "the longest wait before the second attempt; doubles with each",
                   {},
                   {},
                   {{"variant", std::string("wait")},
                    {"variant", std::string("timeout")},
                    {"attempts", std::int64_t{1}}}},
                  {"busy",
                   std::string("refused"),
                   "what a buyer is told whose row stayed held",
                   {"refused", "sold-out"},
                   {{std::string("sold-out"),
                     "undersells: a held row is taken for sold out, and stock remains"}},
                   {{"variant", std::string("wait")}}}},
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<DatabasePessimistic>(stores, options);
      }};
}

}  // namespace doorbuster
