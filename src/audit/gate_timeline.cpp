// The counter of a gate over the trial, by the gate's own log. Its numbers are given in the step
// that changes the counter, so they are its order, and each change was made between the moments at
// which it was asked for and answered. A change that nobody was answered is missing. The state
// after one that is missing alone is what the next found before it; the states within two or more
// are not known, and then nothing is: no order is better than a guess.
#include <fmt/format.h>

#include "audit/stock_timeline.h"

namespace doorbuster {

StockTimeline StockTimeline::of_gate(const OperationIndex::Item& item) {
  StockTimeline made;
  made.item_ = item.id;
  std::vector<Interval> effects;
  made.take_gate_log(item, effects);
  if (made.order_known()) made.end_gate_log(item, effects);
  if (!made.order_known()) return made;
  made.bound(effects);
  if (!made.falling_) made.index_values();
  return made;
}

void StockTimeline::take_gate_log(const OperationIndex::Item& item,
                                  std::vector<Interval>& effects) {
  const bool counted =
      item.truth != nullptr && item.truth->gate.has_value() && item.truth->gate->sequence;
  if (item.truth == nullptr || (!counted && item.gate_log.empty())) {
    why_not_ = "the gate decides who buys, and the order of its answers is not known";
    return;
  }
  stock_ = {static_cast<std::int32_t>(item.truth->initial)};
  operation_ = {OperationIndex::kNowhere};
  const auto add = [&](std::int32_t after, const Interval& effect) {
    falling_ = falling_ && after <= stock_.back();
    stock_.push_back(after);
    operation_.push_back(OperationIndex::kNowhere);
    effects.push_back(effect);
  };
  for (const GateChange& change : item.gate_log) {
    const std::int64_t missing = std::int64_t{change.sequence} - 1 - changes();
    if (missing > 1) {
      why_not_ = fmt::format("the changes {} to {} of its gate are by nobody known", changes() + 1,
                             change.sequence - 1);
    } else if (missing < 0) {
      why_not_ = fmt::format("its gate gave the number {} twice: it lost what it had counted",
                             change.sequence);
    } else if (missing == 0 && change.before != stock_.back()) {
      why_not_ = fmt::format("its gate had {} before change {}, after {}", change.before,
                             change.sequence, stock_.back());
    }
    if (!order_known()) return;
    if (missing == 1) {
      ++unattributed_;
      add(change.before, {});
    }
    add(change.after, {.from = change.asked, .until = change.answered});
  }
}

// What the gate says at rest tells whether its last changes are in the log.
void StockTimeline::end_gate_log(const OperationIndex::Item& item, std::vector<Interval>& effects) {
  if (!item.truth->gate || !item.truth->gate->sequence || !item.truth->gate->left) {
    why_not_ = "its gate was not read at rest: its last changes may be missing";
    return;
  }
  const auto left = static_cast<std::int32_t>(*item.truth->gate->left);
  const std::int64_t missing = *item.truth->gate->sequence - changes();
  if (missing > 1) {
    why_not_ = fmt::format("the changes {} to {} of its gate are by nobody known", changes() + 1,
                           *item.truth->gate->sequence);
  } else if (missing < 0) {
    why_not_ = fmt::format("its gate counted {} changes, and {} were told: it lost some",
                           *item.truth->gate->sequence, changes());
  } else if (missing == 1) {
    ++unattributed_;
    falling_ = falling_ && left <= stock_.back();
    stock_.push_back(left);
    operation_.push_back(OperationIndex::kNowhere);
    effects.emplace_back();
  } else if (left != stock_.back()) {
    why_not_ =
        fmt::format("its gate has {} at rest, and its last change left {}", left, stock_.back());
  }
}

}  // namespace doorbuster
