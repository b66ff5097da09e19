// No view shows stock that was surely overwritten before the view began. Of the states with the
// value shown, the latest that the view can have seen counts (the benefit of the doubt). A view may
// be stale where that state was possibly overwritten before the view began.
#include <fmt/format.h>

#include "audit/properties.h"

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

}  // namespace

void no_stale_reads(const ItemHistory& history, Violations& violations) {
  const bool decided = each_observation(
      history, shows_stock, [&](OperationIndex::Position position, Index lb, Index ub) {
        const Operation& view = history.at(position);
        const auto seen = history.stock.latest(view, ub);
        if (!seen || *seen == ub) return;
        if (*seen < lb) {
          violations.add([&] { return witness(history, view, *seen, lb); });
        } else if (history.stock.pre(*seen + 1) < view.started) {
          violations.may_be();
        }
      });
  if (!decided && any_operation(history, shows_stock)) {
    violations.undecided(history, history.stock.why_not());
  }
}

}  // namespace doorbuster
