// No view shows stock that was surely overwritten before the view began. Of the states with the
// value shown, the latest that the view can have seen counts (the benefit of the doubt). A view may
// be stale where that state was possibly overwritten before the view began.
#include <fmt/format.h>

#include "audit/observer.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;

Violation witness(const ItemHistory& history, const Operation& view, Index seen, Index lb) {
  const Index proof = proof_of_done(history, seen + 1);
  const Operation& change = history.at(history.stock.operation(proof));
  return {.item = history.item.id,
          .operations = {view.op, change.op},
          .from = seen + 1,
          .to = lb,
          .sentence = fmt::format(
              "{} began at {} and showed {}, which the stock last was at version {}; but {}, so "
              "that it surely was {} before the view began: {} ms too old",
              named(view), moment(view.started), shown(view), history.stock.version(seen),
              done_by(history, seen + 1), state(history, lb),
              to_millis(view.started - history.stock.suf(seen + 1)))};
}

void judge_staleness(const ItemHistory& history, const Observation& view, Violations& violations) {
  if (!view.seen || *view.seen == view.ub) return;
  const Operation& operation = view.operation;
  if (*view.seen < view.lb) {
    violations.add([&] { return witness(history, operation, *view.seen, view.lb); });
  } else if (history.stock.pre(*view.seen + 1) < operation.started) {
    violations.may_be();
  }
}

}  // namespace

std::unique_ptr<Observer> no_stale_reads(const ItemHistory& history, Violations& violations) {
  return observer_of_views(history, violations, judge_staleness);
}

}  // namespace doorbuster
