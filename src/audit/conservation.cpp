// Of every item: units in stock at the start = units left + units in holds that stand + units in
// confirmed orders. Finds the overwrites, the sales that moved no stock and the returns of what was
// not there, all of which the stock row alone hides. Absolute for each item, so that one item's
// surplus never hides another's want. Of units that are gone it names who may have them: a hold in
// Redis alone leaves no reservation that no_leaked_units could count when its client dies.
#include <cstdlib>

#include "audit/invariants.h"

namespace doorbuster {
namespace {

// Who took units and was never heard of again, of those who asked for this item.
std::string unheard_of(const Accounts& accounts, ItemId item) {
  std::int64_t count = 0;
  const Record* first = nullptr;
  for (const PurchaseAccount& purchase : accounts.purchases()) {
    const Record* record = purchase.record;
    if (record == nullptr || record->item != item || !purchase.rows.empty()) continue;
    if (!record->sent || record->outcome != Outcome::unknown) continue;
    if (count++ == 0) first = record;
  }
  if (count == 0) return "";
  return fmt::format("; {} without an answer and without an order, the first {} of buyer {}",
                     counted(count, "purchase"), number(first->key), number(first->buyer));
}

}  // namespace

Finding conservation(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    const Quantity found = item.truth.left + item.truth.held + item.sold;
    const Quantity error = found - item.truth.initial;
    if (error == 0) continue;
    evidence.add(std::abs(error), [&] {
      return fmt::format(
          "item {}: {} at the start, but {} left{} + {} in confirmed orders = {}: {} {}{}",
          number(item.truth.item), units(item.truth.initial), item.truth.left,
          item.truth.held == 0 ? "" : fmt::format(" + {} held", item.truth.held), item.sold, found,
          units(std::abs(error)),
          error > 0 ? "sold without leaving the stock" : "gone from the stock without an order",
          error > 0 ? "" : unheard_of(accounts, item.truth.item));
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
