// A purchase of q units is told "sold out" only where stock was below q at some moment that it can
// have looked. It surely was not where the least stock over all states that the purchase can have
// seen is q or more; it possibly was not where the greatest is.
#include <fmt/format.h>

#include <algorithm>

#include "audit/properties.h"

namespace doorbuster {
namespace {

Violation witness(const ItemHistory& history, const Operation& refused, StockTimeline::Index from,
                  StockTimeline::Index to) {
  Violation violation{.item = history.item.id,
                      .operations = {refused.op},
                      .from = from + 1,
                      .to = to,
                      .sentence = {}};
  const auto least = history.stock.least_stock(from, to);
  violation.sentence = fmt::format(
      "{} wanted {} and was told 'sold out' between {} and {}; in every state that it can have "
      "seen, from {} to {}, at least {} stood in stock",
      named(refused), refused.quantity, moment(refused.started), moment(refused.finished),
      state(history, from), state(history, to), least);
  return violation;
}

}  // namespace

void no_false_sold_out(const ItemHistory& history, Violations& violations) {
  if (decided_at_a_gate(history) && any_operation(history, told_sold_out)) {
    return violations.undecided(history, kDecidedAtAGate);
  }
  const bool decided = each_observation(
      history, told_sold_out,
      [&](OperationIndex::Position position, StockTimeline::Index lb, StockTimeline::Index ub) {
        const Operation& refused = history.at(position);
        const auto from = std::min(lb, ub), to = std::max(lb, ub);
        if (history.stock.least_stock(from, to) >= refused.quantity) {
          violations.add([&] { return witness(history, refused, from, to); });
        } else if (history.stock.most_stock(from, to) >= refused.quantity) {
          violations.may_be();
        }
      });
  if (!decided && any_operation(history, told_sold_out)) {
    violations.undecided(history, history.stock.why_not());
  }
}

}  // namespace doorbuster
