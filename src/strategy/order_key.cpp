#include "strategy/order_key.h"

namespace doorbuster {

Task<Purchase> look_up(Database& database, Order order) {
  const auto found = co_await database(FindOrder{order.key});
  if (!found) co_return found.error().as_indefinite();
  co_return Purchase{*found ? Outcome::sold : Outcome::sold_out, {}};
}

Task<Purchase> sold_out_unless_placed(Database& database, Order order,
                                      std::optional<Stock> at_gate) {
  if (order.repeats > 0) co_return co_await look_up(database, order);
  co_return Purchase{Outcome::sold_out, {}, false, at_gate};
}

}  // namespace doorbuster
