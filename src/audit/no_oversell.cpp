// Of no item are more units in confirmed orders than there were in stock. From the database alone;
// the stock row proves nothing: under an unguarded write it stays positive while orders pile up.
#include <algorithm>

#include "audit/invariants.h"

namespace doorbuster {
namespace {

// The order at which the sum of units first passed the stock. REQUIRES: there is one
const OrderRow& first_too_many(const ItemAccount& item) {
  Quantity sold = 0;
  const auto found = std::find_if(item.rows.begin(), item.rows.end(), [&](const OrderRow* row) {
    return (sold += row->quantity) > item.truth.initial;
  });
  return found == item.rows.end() ? *item.rows.back() : **found;
}

}  // namespace

Finding no_oversell(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    const Quantity surplus = item.sold - item.truth.initial;
    if (surplus <= 0) continue;
    evidence.add(surplus, [&] {
      const OrderRow& row = first_too_many(item);
      return fmt::format(
          "item {}: {} in {}, {} in stock at the start: {} too many; the first "
          "order too many, {}, is order {} of buyer {}",
          number(item.truth.item), units(item.sold),
          counted(std::ssize(item.rows), "confirmed order"), item.truth.initial, surplus,
          item.rows_by_version ? "in the order of the stock's versions"
                               : "in the order buyers were answered",
          number(row.key), number(row.buyer));
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
