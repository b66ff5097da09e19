// write-through-textbook: an article's pseudocode exactly, flaws kept.
//
//   def update_inventory_write_through(product_id, quantity):
//       db.execute("UPDATE products SET quantity = quantity - ? WHERE id = ?", ...)
//       redis.decr(f"inventory:{product_id}", quantity)
//       return True
//
// The UPDATE has no guard: stock 1, two buyers, -1, both told yes. DECR on a key that is not there
// makes it at -q with no TTL: every reader sees "sold out" until somebody deletes it. And a fill
// between UPDATE and DECR counts the sale twice in the cache, or not at all. The article gives no
// read path: reader = "shared" uses its get_inventory (GET, SELECT, SETEX 300), reader = "raw" a
// bare GET.
#include "strategy/registry.h"
#include "strategy/textbook.h"

namespace doorbuster {
namespace {

class WriteThroughTextbook final : public Strategy {
 public:
  WriteThroughTextbook(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        shares_get_inventory_(option<std::string>(options, "reader") == "shared") {}

  Task<StockView> view(ItemId item) override {
    if (shares_get_inventory_) return textbook::get_inventory(cache_, database_, item);
    return raw_view(item);
  }

  Task<Purchase> buy(Order order) override {
    const auto updated = co_await update_inventory_write_through(order.item, order.quantity);
    if (!updated) co_return certainly_no_sale(updated.error());
    co_return co_await textbook::place_order(database_, order, *updated);
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    co_return co_await cache_(Get{textbook::inventory_key(item)});
  }

 private:
  Task<StockView> raw_view(ItemId item) {
    const auto value = co_await cache_(Get{textbook::inventory_key(item)});
    if (!value) co_return value.error();
    co_return StockView{*value, *value ? Source::cache : Source::cache_missed, {}};
  }

  Task<std::optional<Stock>> update_inventory_write_through(ItemId item, Quantity quantity) {
    const auto updated = co_await database_(DecrementUnguarded{item, quantity});
    if (!updated) co_return updated.error();
    const auto counted = co_await cache_(Decrement{textbook::inventory_key(item), quantity});
    if (!counted) co_return counted.error();
    co_return *updated;
  }

  Cache& cache_;
  Database& database_;
  bool shares_get_inventory_;
};

}  // namespace

StrategyEntry write_through_textbook() {
  return {.name = "write-through-textbook",
          .summary = "UPDATE without a guard, then DECR; always says yes",
          .anomaly = "oversells: negative stock; cache drifts, negative keys",
          .check_constraint = false,
          .options = {{"reader",
                       std::string("shared"),
                       "how pages read: shared (GET, SELECT, SETEX 300) or raw (GET alone)",
                       {"shared", "raw"}}},
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<WriteThroughTextbook>(stores, options);
          }};
}

}  // namespace doorbuster
