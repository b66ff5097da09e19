// No stock is left that a buyer who was told "sold out" would have taken. Only refusals after which
// nothing was returned to stock count: what is left now was there then. Who came before the last
// return was refused rightly for all that can be known, and where its time cannot be told,
// everybody was. A refusal for another reason (a limit, busy) claims nothing about stock and does
// not count. A buyer who wanted more than what is left was refused rightly. All of an item's stock
// that is left counts, not just what the refused would have taken: who else would have come is not
// known.
#include "audit/invariants.h"

namespace doorbuster {

Finding no_undersell(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    const Record* refused = item.smallest_sold_out;
    if (refused == nullptr || item.truth.left < refused->quantity) continue;
    evidence.add(item.truth.left, [&] {
      return fmt::format(
          "item {}: {} left at the end, yet buyer {} (order {}), who wanted {}, was told it is "
          "sold out",
          number(item.truth.item), units(item.truth.left), number(refused->buyer),
          number(refused->key), refused->quantity);
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
