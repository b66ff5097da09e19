// What a reader of the cache is shown at rest, if anything, is what the database has. Counts units
// of drift, absolute for each item.
#include <cstdlib>

#include "audit/invariants.h"

namespace doorbuster {

Finding cache_agrees_with_database(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    if (!item.truth.cached || *item.truth.cached == item.truth.left) continue;
    const Quantity drift = std::abs(*item.truth.cached - item.truth.left);
    evidence.add(drift, [&] {
      return fmt::format("item {}: the cache shows {} at rest, the database has {} left: {} apart",
                         number(item.truth.item), *item.truth.cached, item.truth.left,
                         units(drift));
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
