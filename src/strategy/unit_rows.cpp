// unit-rows: one row for each unit; a buyer takes free ones that nobody else is just taking.
//
//   buy:  UPDATE units ... FROM (SELECT q free units FOR UPDATE SKIP LOCKED), with the order row
//         q rows -> sold
//         fewer: none left, or all held by others -> once more without SKIP LOCKED, which waits
//   view: SELECT count(*) of the free units
//
// Safe: a unit's row is sold once. No hot row: buyers do not wait for each other until the last
// units. Without the second look (recheck = false) it says sold out while the last units are held
// by buyers whose transactions then fail, and they stay unsold: SKIP LOCKED gives an inconsistent
// view (PostgreSQL documentation, SELECT, "The Locking Clause"). Costs: a row a unit, counting them
// for each page, a second statement for each buyer after the sell-out.
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class UnitRows final : public Strategy {
 public:
  UnitRows(Stores stores, const Options& options)
      : database_(stores.database), recheck_(option<bool>(options, "recheck")) {}

  Task<StockView> view(ItemId item) override {
    const auto free = co_await database_(ReadUnits{item});
    if (!free) co_return free.error();
    if (!*free) co_return StockView{{}, Source::database, {}};
    co_return StockView{(*free)->quantity, Source::database, {}};
  }

  Task<Purchase> buy(Order order) override {
    const auto taken = co_await database_(TakeUnits{order, true});
    if (!taken && may_be_placed(order, taken)) co_return co_await look_up(database_, order);
    if (!taken) co_return taken.error();
    if (taken->rows > 0) co_return Purchase{Outcome::sold, {}};
    if (!recheck_) co_return co_await sold_out_unless_placed(database_, order);

    const auto waited = co_await database_(TakeUnits{order, false});
    if (may_be_placed(order, waited)) co_return co_await look_up(database_, order);
    if (!waited) co_return waited.error();
    co_return Purchase{waited->rows > 0 ? Outcome::sold : Outcome::sold_out, {}};
  }

 private:
  Database& database_;
  bool recheck_;
};

}  // namespace

StrategyEntry unit_rows() {
  return {
      .name = "unit-rows",
      .summary = "one row a unit, taken with SKIP LOCKED; looks again before saying sold out",
      .anomaly = "",
      .check_constraint = true,
      .options =
          {{"recheck",
            true,
            "on 0 rows, ask once more and wait; without it there are false sold-outs",
            {},
            {{false,
              "it undersells: while others hold the last units it says sold out, and they may "
              "give up"}}}},
      .lay_out = [](const Options&, Stocking& stocking) { stocking.layout = StockLayout::units; },
      .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<UnitRows>(stores, options);
      }};
}

}  // namespace doorbuster
