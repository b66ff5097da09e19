// The judges of what buyers were shown. An observer sees the observations of one item one after the
// other, in order of their starts, as a history streams from disk, and keeps of the views no more
// than those under way: what it takes of memory grows with the purchases and the buyers, never with
// the views. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "audit/properties.h"

namespace doorbuster {

// A view that shows stock, or a purchase that was told "sold out".
struct Observation {
  using Index = StockTimeline::Index;

  const Operation& operation;
  // The states that it can have seen. Where log and operations contradict each other, lb > ub;
  // where the order of changes is not known, both are 0.
  Index lb = 0, ub = 0;
  // Of a view: the latest state, up to ub, that it can speak of.
  std::optional<Index> seen = {};

  bool view() const { return operation.kind == OperationKind::view; }
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void see(const Observation& observation) = 0;
  virtual void finish() {}  // there are no more
};

// Each view for itself.
using JudgeView = void (*)(const ItemHistory&, const Observation& view, Violations&);
std::unique_ptr<Observer> observer_of_views(const ItemHistory& history, Violations& violations,
                                            JudgeView judge);

// Where nothing can be said: undecided for this reason as soon as there is a view.
std::unique_ptr<Observer> undecided_views(const ItemHistory& history, Violations& violations,
                                          std::string why);

// The states that an item's operations can have seen, one after the other by their starts.
class Sight {
 public:
  using Index = StockTimeline::Index;

  explicit Sight(const StockTimeline& stock) : stock_(stock) {}

  Observation observe(const Operation& operation) {
    if (!stock_.order_known()) return {.operation = operation};
    while (lb_ < stock_.changes() && stock_.suf(lb_ + 1) < operation.started) ++lb_;
    // Ends lie near each other as starts do: from the last one it is a few steps.
    while (ub_ < stock_.changes() && stock_.pre(ub_ + 1) <= operation.finished) ++ub_;
    while (ub_ > 0 && stock_.pre(ub_) > operation.finished) --ub_;
    Observation made{.operation = operation, .lb = lb_, .ub = ub_};
    if (made.view()) made.seen = stock_.latest(operation, ub_);
    return made;
  }

 private:
  const StockTimeline& stock_;
  Index lb_ = 0, ub_ = 0;
};

}  // namespace doorbuster
