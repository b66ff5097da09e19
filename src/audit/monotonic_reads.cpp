// The views of one buyer never go back in time: for each a state with the value shown can be chosen
// so that no view has an earlier state than one that ended before it began. The least choice that
// is possible leaves the most room to the later views, so it exists where any choice does. How old
// the states are is another matter (no_stale_reads); a view of what cannot have been yet is left
// out (no_read_ahead).
#include <fmt/format.h>

#include <queue>
#include <unordered_map>
#include <vector>

#include "audit/observer.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;

struct PlacedView {
  Operation view;
  Index state = 0;
  friend bool operator>(const PlacedView& a, const PlacedView& b) {
    return a.view.finished > b.view.finished;
  }
};

Violation witness(const ItemHistory& history, const Operation& view, const PlacedView& before,
                  Index seen) {
  const Operation& earlier = before.view;
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

class Sessions final : public Observer {
 public:
  Sessions(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations) {}

  void see(const Observation& observation) override {
    if (!observation.view()) return;
    const Operation& view = observation.operation;
    end_those_before(view.started);
    if (!observation.seen) return;
    const auto floor = floors_.find(view.buyer);
    const Index from = floor == floors_.end() ? 0 : floor->second.state;
    const auto least = history_.stock.earliest(view, from);
    if (least && *least <= observation.ub) return open_.push({view, *least});
    violations_.add([&] { return witness(history_, view, floor->second, *observation.seen); });
  }

 private:
  void end_those_before(Instant start) {
    for (; !open_.empty() && open_.top().view.finished < start; open_.pop()) {
      const PlacedView& ended = open_.top();
      PlacedView& floor = floors_[ended.view.buyer];
      if (ended.state >= floor.state) floor = ended;
    }
  }

  const ItemHistory& history_;
  Violations& violations_;
  std::priority_queue<PlacedView, std::vector<PlacedView>, std::greater<>>
      open_;                                        // all buyers' together
  std::unordered_map<BuyerId, PlacedView> floors_;  // of each, the latest state that he surely saw
};

}  // namespace

std::unique_ptr<Observer> monotonic_reads(const ItemHistory& history, Violations& violations) {
  if (!history.stock.order_known()) {
    return undecided_views(history, violations, history.stock.why_not());
  }
  return std::make_unique<Sessions>(history, violations);
}

}  // namespace doorbuster
