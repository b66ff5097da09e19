// Of no item were buyers told that they have more units than there were in stock, whatever the
// database holds: a promise that no order row stands behind was made all the same.
#include <algorithm>

#include "audit/invariants.h"

namespace doorbuster {
namespace {

const Record& first_promise_too_many(const ItemAccount& item) {
  Quantity promised = 0;
  const auto found = std::find_if(
      item.acknowledgements.begin(), item.acknowledgements.end(),
      [&](const Record* record) { return (promised += record->quantity) > item.truth.initial; });
  return found == item.acknowledgements.end() ? *item.acknowledgements.back() : **found;
}

}  // namespace

Finding no_oversold_promise(const Accounts& accounts) {
  Evidence evidence;
  for (const ItemAccount& item : accounts.items()) {
    const Quantity surplus = item.acknowledged - item.truth.initial;
    if (surplus <= 0) continue;
    evidence.add(surplus, [&] {
      const Record& record = first_promise_too_many(item);
      return fmt::format(
          "item {}: buyers were told they have {}, {} in stock at the start: {} too many; the "
          "first promise too many went to buyer {} (order {}) at {:.3f} s",
          number(item.truth.item), units(item.acknowledged), item.truth.initial, surplus,
          number(record.buyer), number(record.key), to_seconds(since_start(record.finished)));
    });
  }
  return std::move(evidence).finding("item");
}

}  // namespace doorbuster
