#include "strategy/open_purchase.h"

#include "strategy/order_key.h"

namespace doorbuster {
namespace {

// The stock that is left, or nothing when there is too little.
Task<std::optional<Stock>> take_in(Database& database, TransactionId in, Order order,
                                   RowLock lock) {
  if (lock != RowLock::none) {
    const auto locked = co_await database(LockStock{in, order.item, lock == RowLock::nowait});
    if (!locked) co_return locked.error();
    if (!*locked || (*locked)->quantity < order.quantity) co_return std::optional<Stock>{};
  }
  const auto left = co_await database(TakeIn{in, order.item, order.quantity});
  if (!left || !*left) co_return left;
  const Version version = (*left)->version;
  const auto placed = co_await database(InsertOrderIn{in, order, version});
  if (!placed) co_return placed.error();
  co_return left;
}

}  // namespace

Task<OpenPurchase> purchase_in(Database& database, TransactionId in, Order order, RowLock lock) {
  const auto taken = co_await take_in(database, in, order, lock);
  if (taken && *taken) co_return OpenPurchase{in, true, {Outcome::sold, **taken}};
  (void)co_await database(Rollback{in});
  if (may_be_placed(order, taken)) {
    const auto found = co_await look_up(database, order);
    if (!found) co_return found.error();
    co_return OpenPurchase{in, false, *found};
  }
  if (!taken) co_return taken.error();
  co_return OpenPurchase{in, false, {Outcome::sold_out, {}}};
}

}  // namespace doorbuster
