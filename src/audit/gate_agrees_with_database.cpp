// The gate's own identity: what it was loaded with = left + reserved + settled; and its sales are
// the database's: settled, or reserved with an order row of that key that was not settled yet, is
// what the item's order rows have. Both errors count, absolute for each item. Units that leaked
// break neither: they are reserved (no_leaked_units).
#include <cstdlib>

#include "audit/invariants.h"

namespace doorbuster {

Finding gate_agrees_with_database(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    if (!item.truth.gate) continue;
    const GateAccount& gate = *item.truth.gate;
    Quantity reserved = 0, sold = gate.settled;
    for (const Reservation& pending : gate.pending) {
      reserved += pending.order.quantity;
      const PurchaseAccount* purchase = accounts.purchase(pending.order.key);
      if (purchase != nullptr && purchase->has_row(pending.order.key))
        sold += pending.order.quantity;
    }
    const Quantity accounted = gate.left.value_or(0) + reserved + gate.settled;
    const Quantity missing = std::abs(accounted - item.truth.initial);
    const Quantity apart = std::abs(sold - item.sold);
    if (missing + apart == 0) continue;
    evidence.add(missing + apart, [&] {
      return fmt::format(
          "item {}: the gate was loaded with {} and has {}, {} reserved and {} sold; it counts {} "
          "with an order, the database has {}",
          number(item.truth.item), units(item.truth.initial),
          gate.left ? fmt::format("{} left", *gate.left) : "lost its counter", reserved,
          gate.settled, units(sold), item.sold);
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
