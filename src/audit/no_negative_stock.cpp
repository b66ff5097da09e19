// No stock row is below zero at the end. Counts items.
#include "audit/invariants.h"

namespace doorbuster {

Finding no_negative_stock(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    if (item.truth.left >= 0) continue;
    evidence.add(1, [&] {
      return fmt::format("item {}: the stock row is at {} at the end", number(item.truth.item),
                         item.truth.left);
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
