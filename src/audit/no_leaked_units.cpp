// No unit stays reserved at the gate that will be neither sold nor given back: its key has no
// order row, and its buyer was not told "sold" without any (then it is a promise, and the lost
// order counts); who has his order under another key was promised that one. Counted from the
// reservations that are pending at rest, never by subtraction, so that each has its owner.
#include "audit/invariants.h"

namespace doorbuster {
namespace {

std::string owner(const PurchaseAccount* purchase) {
  if (purchase == nullptr || purchase->record == nullptr) return "nobody in the history";
  const Record& record = *purchase->record;
  return fmt::format("buyer {} ({})", number(record.buyer), to_string(record.outcome));
}

}  // namespace

Finding no_leaked_units(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    if (!item.truth.gate) continue;
    for (const Reservation& pending : item.truth.gate->pending) {
      const PurchaseAccount* purchase = accounts.purchase(pending.order.key);
      const bool ordered = purchase != nullptr && purchase->has_row(pending.order.key);
      const bool promised = purchase != nullptr && purchase->record != nullptr &&
                            purchase->record->outcome == Outcome::sold && purchase->rows.empty();
      if (ordered || promised) continue;
      evidence.add(pending.order.quantity, [&] {
        return fmt::format(
            "item {}: {} reserved for order {} of {} since {:.3f} s, and nobody will buy or return "
            "{}",
            number(item.truth.item), units(pending.order.quantity), number(pending.order.key),
            owner(purchase), to_seconds(pending.age), pending.order.quantity == 1 ? "it" : "them");
      });
    }
  }
  return std::move(evidence).finding("reservation");
}

}  // namespace doorbuster
