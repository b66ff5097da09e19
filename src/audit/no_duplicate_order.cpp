// A purchase has at most one order, however often it was tried and under however many keys: each
// row beyond the first counts.
#include "audit/invariants.h"

namespace doorbuster {

Finding no_duplicate_order(const Accounts& accounts) {
  Evidence evidence;
  for (const PurchaseAccount& purchase : accounts.purchases()) {
    if (purchase.rows.size() < 2) continue;
    evidence.add(static_cast<std::int64_t>(purchase.rows.size()) - 1, [&] {
      const OrderRow& row = *purchase.rows.front();
      const bool one_key = purchase.rows.back()->key == row.key;
      return fmt::format("order {} of buyer {} (item {}) stands there {} times{}", number(row.key),
                         number(row.buyer), number(row.item), purchase.rows.size(),
                         one_key ? "" : ", for each attempt had a key of its own");
    });
  }
  return std::move(evidence).finding("order");
}

}  // namespace doorbuster
