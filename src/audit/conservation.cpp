// Of every item: units in stock at the start = units left + units in holds that stand + units in
// confirmed orders. Finds the overwrites, the sales that moved no stock and the returns of what was
// not there, all of which the stock row alone hides. Absolute for each item, so that one item's
// surplus never hides another's want.
#include <cstdlib>

#include "audit/invariants.h"

namespace doorbuster {

Finding conservation(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    const Quantity found = item.truth.left + item.truth.held + item.sold;
    const Quantity error = found - item.truth.initial;
    if (error == 0) continue;
    evidence.add(std::abs(error), [&] {
      return fmt::format(
          "item {}: {} at the start, but {} left{} + {} in confirmed orders = {}: {} {}",
          number(item.truth.item), units(item.truth.initial), item.truth.left,
          item.truth.held == 0 ? "" : fmt::format(" + {} held", item.truth.held), item.sold, found,
          units(std::abs(error)),
          error > 0 ? "sold without leaving the stock" : "gone from the stock without an order");
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
