// read-then-write: look whether there is enough, then write. The positive control of the harness:
// it must oversell, or the load is too light to show anything.
//
//   stock = SELECT quantity;  if stock >= q:  UPDATE SET quantity = stock - q;  INSERT order
//
// Allows the lost update: two buyers read 1, both write 0, two orders for one unit. The stock
// column ends at 0 and looks right; only the order rows tell. With write = "decrement" the UPDATE
// is relative and still unguarded: the column ends below zero instead.
#include "strategy/database_view.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class ReadThenWrite final : public Strategy {
 public:
  ReadThenWrite(Stores stores, const Options& options)
      : database_(stores.database),
        writes_computed_value_(option<std::string>(options, "write") == "computed") {}

  Task<StockView> view(ItemId item) override { return view_from_database(database_, item); }

  Task<Purchase> buy(Order order) override {
    const auto stock = co_await database_(ReadStock{order.item});
    if (!stock) co_return stock.error();
    if (!*stock || (*stock)->quantity < order.quantity) co_return Purchase{Outcome::sold_out, {}};

    const auto written = co_await write(order, (*stock)->quantity);
    if (!written) co_return certainly_no_sale(written.error());

    const auto placed = co_await database_(InsertOrder{order});
    if (!placed) co_return placed.error();
    co_return Purchase{Outcome::sold, *written};
  }

 private:
  Task<std::optional<Stock>> write(Order order, Quantity seen) {
    if (!writes_computed_value_) {
      co_return co_await database_(DecrementUnguarded{order.item, order.quantity});
    }
    co_return co_await database_(WriteStock{order.item, seen - order.quantity});
  }

  Database& database_;
  bool writes_computed_value_;
};

}  // namespace

StrategyEntry read_then_write() {
  return {
      .name = "read-then-write",
      .summary = "reads the stock, then writes what it computed; the control that must oversell",
      .anomaly = "oversells: lost update",
      .check_constraint = false,
      .options = {{"write",
                   std::string("computed"),
                   "the UPDATE writes the computed value, or decrements without a guard",
                   {"computed", "decrement"}}},
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<ReadThenWrite>(stores, options);
      }};
}

}  // namespace doorbuster
