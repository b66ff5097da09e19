// The views of one buyer never go back in time: for each a state with the value shown can be chosen
// so that no view has an earlier state than one that ended before it began. The least choice that
// is possible leaves the most room to the later views, so it exists where any choice does. How old
// the states are is another matter (no_stale_reads); a view of what cannot have been yet is left
// out (no_read_ahead).
#include <fmt/format.h>

#include <algorithm>

#include "audit/properties.h"
#include "audit/sessions.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;
using Position = OperationIndex::Position;

struct Seen {
  Instant ended;
  Index state;
  Position position;
};

Violation witness(const ItemHistory& history, const Operation& view, const Seen& before,
                  Index seen) {
  const Operation& earlier = history.at(before.position);
  return {.item = history.item.id,
          .operations = {view.op, earlier.op},
          .from = seen + 1,
          .to = before.state,
          .sentence = fmt::format(
              "{} showed {} by {}, the stock at version {} at the earliest; {}, of the same buyer, "
              "began at {} and showed {}, which the stock last was at version {}, before it",
              named(earlier), shown(earlier), moment(earlier.finished),
              history.stock.version(before.state), named(view), moment(view.started), shown(view),
              history.stock.version(seen))};
}

class Session {
 public:
  Session(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations) {}

  void judge(std::span<const Position> views) {
    open_.clear();
    Seen floor{Instant::min(), 0, OperationIndex::kNowhere};
    for (const Position position : views) {
      const Operation& view = history_.at(position);
      while (!open_.empty() && open_.front().ended < view.started) {
        std::pop_heap(open_.begin(), open_.end(), kEndsLater);
        if (open_.back().state >= floor.state) floor = open_.back();
        open_.pop_back();
      }
      const Index ub = history_.stock.possibly_done_by(view.finished);
      const auto last = history_.stock.latest(view, ub);
      if (!last) continue;
      const auto least = history_.stock.earliest(view, floor.state);
      if (least && *least <= ub) {
        open_.push_back({view.finished, *least, position});
        std::push_heap(open_.begin(), open_.end(), kEndsLater);
        continue;
      }
      violations_.add([&] { return witness(history_, view, floor, *last); });
    }
  }

 private:
  const ItemHistory& history_;
  Violations& violations_;
  static constexpr auto kEndsLater = [](const Seen& a, const Seen& b) { return a.ended > b.ended; };
  std::vector<Seen> open_;  // a heap: the view that ends first is in front
};

}  // namespace

void monotonic_reads(const ItemHistory& history, Violations& violations) {
  if (!any_operation(history, shows_stock)) return;
  if (!history.stock.order_known()) {
    return violations.undecided(history, history.stock.why_not());
  }
  Session session(history, violations);
  each_session(
      history, [&](Position position) { return shows_stock(history.at(position)); },
      [&](std::span<const Position> views) { session.judge(views); });
}

}  // namespace doorbuster
