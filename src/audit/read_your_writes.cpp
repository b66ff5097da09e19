// A view that began after its own buyer was told of a purchase (or a return) shows a state in which
// that has happened: not only states before it have the value shown.
#include <fmt/format.h>

#include <algorithm>

#include "audit/properties.h"
#include "audit/sessions.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;
using Position = OperationIndex::Position;

struct OwnChange {
  Instant told;
  Index change;
  Position position;
};

Violation witness(const ItemHistory& history, const Operation& view, const OwnChange& own,
                  Index seen) {
  const Operation& change = history.at(own.position);
  return {
      .item = history.item.id,
      .operations = {view.op, change.op},
      .from = seen + 1,
      .to = own.change,
      .sentence = fmt::format(
          "{} was told of its change, version {}, by {}; {}, of the same buyer, began at {} and "
          "showed {}, which the stock last was at version {}, before it",
          named(change), history.stock.version(own.change), moment(own.told), named(view),
          moment(view.started), shown(view), history.stock.version(seen))};
}

class Session {
 public:
  Session(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations) {}

  void judge(std::span<const Position> session) {
    own_.clear();
    for (const Position position : session) {
      const Operation& operation = history_.at(position);
      if (!changed_stock(operation)) continue;
      const Index change = history_.stock.change_of(history_.index, position);
      if (change > 0) own_.push_back({operation.finished, change, position});
    }
    if (own_.empty()) return;
    std::sort(own_.begin(), own_.end(),
              [](const OwnChange& a, const OwnChange& b) { return a.told < b.told; });
    auto next = own_.begin();
    const OwnChange* latest = nullptr;
    for (const Position position : session) {
      const Operation& view = history_.at(position);
      for (; next != own_.end() && next->told < view.started; ++next) {
        if (latest == nullptr || next->change > latest->change) latest = &*next;
      }
      if (latest == nullptr || !shows_stock(view)) continue;
      const Index ub = history_.stock.possibly_done_by(view.finished);
      const auto seen = history_.stock.latest(view, ub);
      if (seen && *seen < latest->change) {
        violations_.add([&] { return witness(history_, view, *latest, *seen); });
      }
    }
  }

 private:
  const ItemHistory& history_;
  Violations& violations_;
  std::vector<OwnChange> own_;
};

}  // namespace

void read_your_writes(const ItemHistory& history, Violations& violations) {
  const auto of_a_session = [](const Operation& operation) {
    return shows_stock(operation) || changed_stock(operation);
  };
  if (!any_operation(history, shows_stock) || !any_operation(history, changed_stock)) return;
  if (!history.stock.order_known()) {
    return violations.undecided(history, history.stock.why_not());
  }
  // Who bought nothing has nothing of his own to see.
  Session session(history, violations);
  each_session(
      history, [&](Position position) { return of_a_session(history.at(position)); },
      [&](std::span<const Position> positions) { session.judge(positions); });
}

}  // namespace doorbuster
