// Whoever was told "sold" has an order: a row with his key that is for him, for that item and for
// that many units.
#include "audit/invariants.h"

namespace doorbuster {

Finding no_lost_order(const Accounts& accounts) {
  Evidence evidence;
  for (const PurchaseAccount& purchase : accounts.purchases()) {
    const Record* record = purchase.record;
    if (record == nullptr || record->outcome != Outcome::sold) continue;
    if (purchase.own_row() != nullptr) continue;
    evidence.add(1, [&] {
      std::string instead = "there is no such order";
      if (!purchase.rows.empty()) {
        const OrderRow& row = *purchase.rows.front();
        instead = fmt::format("the order of that key is {} of item {} for buyer {}",
                              units(row.quantity), number(row.item), number(row.buyer));
      }
      return fmt::format("buyer {} was told at {:.3f} s to have {} of item {} (order {}), and {}",
                         number(record->buyer), to_seconds(since_start(record->finished)),
                         units(record->quantity), number(record->item), number(record->key),
                         instead);
    });
  }
  return std::move(evidence).finding("order");
}

}  // namespace doorbuster
