// No view shows stock that the database cannot have had by the view's end: a state that comes about
// later only, or none that there ever was. What a cache or a gate decides before the database knows
// of it runs ahead by design; then this is a figure, and no fault.
#include <fmt/format.h>

#include "audit/observer.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;

Violation witness(const ItemHistory& history, const Operation& view, Index ub) {
  Violation violation{
      .item = history.item.id, .operations = {view.op}, .from = 1, .to = 0, .sentence = {}};
  const auto later = history.stock.earliest(view, ub + 1);
  if (!later) {
    violation.sentence =
        fmt::format("{} showed {}, which the stock never was", named(view), shown(view));
    return violation;
  }
  violation.from = ub + 1;
  violation.to = *later;
  const Index late = proof_of_not_begun(history, *later);
  const Operation& change = history.at(history.stock.operation(late));
  violation.operations.push_back(change.op);
  violation.sentence = fmt::format(
      "{} showed {} by {}; the stock was {} only after {}, which made version {}, began at {}",
      named(view), shown(view), moment(view.finished), state(history, *later), named(change),
      history.stock.version(late), moment(history.stock.pre(late)));
  return violation;
}

void judge_being_ahead(const ItemHistory& history, const Observation& view,
                       Violations& violations) {
  if (view.seen) return;
  violations.add([&] { return witness(history, view.operation, view.ub); });
}

}  // namespace

std::unique_ptr<Observer> no_read_ahead(const ItemHistory& history, Violations& violations) {
  return observer_of_views(history, violations, judge_being_ahead);
}

}  // namespace doorbuster
