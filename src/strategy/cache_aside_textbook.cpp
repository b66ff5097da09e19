// cache-aside-textbook: an article's pseudocode exactly, flaws kept, since it is what many teams
// run.
//
//   def update_inventory(product_id, quantity):
//       db.execute("UPDATE products SET quantity = quantity - ?"
//                  " WHERE id = ? AND quantity >= ?", ...)
//       redis.delete(f"inventory:{product_id}")
//
// The affected-row count is ignored, so at stock 0 every attempt looks like a success and the
// caller writes an order: the stock column stops at 0 while the shop goes on saying yes. Reads can
// leave a stale copy for up to 300 s: a reader misses and reads 10; a buyer updates to 9 and
// deletes; the reader sets 10. And every refused attempt deletes the key, so the hit ratio
// collapses just when all ask for "sold out".
#include "strategy/registry.h"
#include "strategy/textbook.h"

namespace doorbuster {
namespace {

class CacheAsideTextbook final : public Strategy {
 public:
  explicit CacheAsideTextbook(Stores stores) : cache_(stores.cache), database_(stores.database) {}

  Task<StockView> view(ItemId item) override {
    return textbook::get_inventory(cache_, database_, item);
  }

  Task<Purchase> buy(Order order) override {
    const auto updated = co_await update_inventory(order.item, order.quantity);
    if (!updated) co_return certainly_no_sale(updated.error());
    co_return co_await textbook::place_order(database_, order, *updated);
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    co_return co_await cache_(Get{textbook::inventory_key(item)});
  }

 private:
  // What the UPDATE left is for the history alone: whether it changed a row is ignored.
  Task<std::optional<Stock>> update_inventory(ItemId item, Quantity quantity) {
    const auto ignored = co_await database_(DecrementGuarded{item, quantity});
    if (!ignored) co_return ignored.error();
    const auto deleted = co_await cache_(Delete{textbook::inventory_key(item)});
    if (!deleted) co_return deleted.error();
    co_return *ignored;
  }

  Cache& cache_;
  Database& database_;
};

}  // namespace

StrategyEntry cache_aside_textbook() {
  return {.name = "cache-aside-textbook",
          .summary = "GET, SELECT, SETEX; guarded UPDATE with its row count ignored, then DEL",
          .anomaly = "promises what it has not; stale reads up to 300 s",
          .check_constraint = false,
          .options = {},
          .make = [](Stores stores, const Options&) -> std::unique_ptr<Strategy> {
            return std::make_unique<CacheAsideTextbook>(stores);
          }};
}

}  // namespace doorbuster
