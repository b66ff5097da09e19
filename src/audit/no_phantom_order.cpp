// Nobody who was told a definite no has an order, and no order stands there that nobody asked for.
// An order of a purchase without an answer is none: it may have been sold, and was. So is one of a
// buyer who left before an answer came to what he had sent.
#include "audit/invariants.h"

namespace doorbuster {
namespace {

bool may_have_an_order(const Record& record) {
  return record.outcome == Outcome::sold || record.outcome == Outcome::unknown ||
         (record.outcome == Outcome::abandoned && record.sent);
}

std::string answer(const Record& record) {
  if (record.outcome == Outcome::abandoned && record.finished != kNever) {
    return fmt::format("who never paid for what was held ({})", to_string(record.outcome));
  }
  switch (record.outcome) {
    case Outcome::abandoned:
    case Outcome::deterred:
    case Outcome::dropped:
      return fmt::format("whose purchase was never sent ({})", to_string(record.outcome));
    default:
      return fmt::format("who was told a definite no ({}) at {:.3f} s", to_string(record.outcome),
                         to_seconds(since_start(record.finished)));
  }
}

}  // namespace

Finding no_phantom_order(const Accounts& accounts) {
  Evidence evidence;
  for (const PurchaseAccount& purchase : accounts.purchases()) {
    if (purchase.rows.empty()) continue;
    const Record* record = purchase.record;
    const OrderRow& row = *purchase.rows.front();
    if (record != nullptr && may_have_an_order(*record) && purchase.own_row() != nullptr) continue;
    evidence.add(1, [&] {
      const std::string what =
          fmt::format("order {} ({} of item {}) stands for buyer {}", number(row.key),
                      units(row.quantity), number(row.item), number(row.buyer));
      if (record == nullptr) return what + ", and nobody placed an order of that key";
      if (may_have_an_order(*record)) {
        return fmt::format("{}, yet that key is of buyer {}, who wanted {} of item {}", what,
                           number(record->buyer), units(record->quantity), number(record->item));
      }
      return fmt::format("{}, {}", what, answer(*record));
    });
  }
  return std::move(evidence).finding("order");
}

}  // namespace doorbuster
