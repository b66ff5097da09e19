// linearizable_stock where nobody wrote down in which order the stock changed. Exact where every
// purchase is of one unit and nothing was returned: a view of v says that exactly g = S0 - v units
// went before it, so that the g-th sale (slot g) is at or before its end and the next at or after
// its start. Slots have release times and deadlines that rise with g, a sale fits a contiguous
// range of slots, and the earliest deadline first finds a matching if there is one: of all sales
// that were told yes into slots, and of all slots that an answer needs with sales told yes or not
// answered. Where each exists one that does both exists (Mendelsohn and Dulmage). A sale that tells
// what it left has its slot given. With other quantities the question is strongly NP-hard: only
// what no order at all allows is found, and the rest is undecided.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <queue>

#include "audit/properties.h"
#include "audit/sort_indices.h"

namespace doorbuster {
namespace {

using Position = OperationIndex::Position;
using Slot = std::uint32_t;  // from 1

struct Sale {
  Slot first = 1;  // of the free slots that it fits
  Slot last = 0;
  Position position = 0;
  bool certain = false;
};

class BlackBox {
 public:
  BlackBox(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations) {}

  void judge() {
    if (history_.item.truth == nullptr) return undecided(history_.stock.why_not());
    if (history_.index.history().last_return || history_.item.truth->held > 0) {
      return undecided(history_.stock.why_not() + ", and units were held or returned");
    }
    initial_ = history_.item.truth->initial;
    if (!take_answers()) return;
    const auto sales = static_cast<std::int64_t>(certain_.size() + unknown_.size() + given_.size());
    if (needed_ > sales) {
      return accuse(neediest_, fmt::format("needs {} units gone before it, and only {} purchases "
                                           "can have taken one",
                                           needed_, sales));
    }
    slots_ = static_cast<Slot>(std::min(initial_, sales));
    if (!bound_slots() || !place_given()) return;
    number_free_slots();
    if (!place_certain()) return;
    fill_needed();
  }

 private:
  void undecided(std::string_view why) { violations_.undecided(history_, why); }

  void accuse(Position position, std::string_view why) {
    violations_.add([&] {
      const Operation& operation = history_.at(position);
      return Violation{
          .item = history_.item.id,
          .operations = {operation.op},
          .from = 1,
          .to = 0,
          .sentence = fmt::format("{}, between {} and {}, {}", named(operation),
                                  moment(operation.started), moment(operation.finished), why)};
    });
  }

  // True where the rest is of one unit each.
  bool take_answers() {
    std::int64_t promised = 0;
    bool ones = true;
    for (const Position position : history_.operations()) {
      const Operation& operation = history_.at(position);
      const bool may_change =
          operation.kind != OperationKind::view &&
          (operation.outcome == Answer::ok || operation.outcome == Answer::unknown);
      if (operation.kind == OperationKind::release && may_change) {
        undecided(history_.stock.why_not() + ", and units were returned");
        return false;
      }
      if (history_.index.retried(operation)) {
        undecided(history_.stock.why_not() + ", and purchases were tried again");
        return false;
      }
      ones = ones && (!may_change || operation.quantity == 1);
      if (may_change && operation.outcome == Answer::ok) {
        promised += operation.quantity;
        if (promised > initial_) {
          accuse(position,
                 fmt::format("was told yes; that makes {} units of {}", promised, initial_));
          return false;
        }
      }
      if (!take(position, operation)) return false;
    }
    if (!ones) undecided(history_.stock.why_not() + ", and purchases are of several units");
    return ones;
  }

  bool take(Position position, const Operation& operation) {
    std::int64_t gone = -1;
    if (operation.kind == OperationKind::view) {
      if (operation.outcome != Answer::ok || operation.value == kNoStock) return true;
      gone = initial_ - operation.value;
      if (gone < 0 || gone > initial_) {
        accuse(position, fmt::format("showed {}, which the stock never was", operation.value));
        return false;
      }
      answers_.push_back(position);
    } else if (operation.outcome == Answer::sold_out) {
      gone = std::max<std::int64_t>(0, initial_ - operation.quantity + 1);
      answers_.push_back(position);
    } else if (operation.outcome == Answer::unknown) {
      unknown_.push_back(position);
    } else if (operation.outcome == Answer::ok && operation.value != kNoStock) {
      gone = initial_ - operation.value;
      if (gone < 1 || gone > initial_) {
        accuse(position, fmt::format("left {}, which no sale does", operation.value));
        return false;
      }
      given_.push_back(position);
    } else if (operation.outcome == Answer::ok) {
      certain_.push_back(position);
    }
    if (gone > needed_) {
      needed_ = gone;
      neediest_ = position;
    }
    return true;
  }

  bool bound_slots() {
    release_.assign(slots_ + 2, Instant::min());
    deadline_.assign(slots_ + 2, kNever);
    for (const Position position : answers_) {
      const Operation& answer = history_.at(position);
      const bool refused = told_sold_out(answer);
      const std::int64_t gone = refused ? std::max<std::int64_t>(0, initial_ - answer.quantity + 1)
                                        : initial_ - answer.value;
      const auto slot = static_cast<Slot>(gone);
      if (slot > 0) deadline_[slot] = std::min(deadline_[slot], answer.finished);
      if (!refused && slot < slots_) {
        release_[slot + 1] = std::max(release_[slot + 1], answer.started);
      }
    }
    for (const Position position : given_) {
      const Operation& sale = history_.at(position);
      const auto slot = static_cast<Slot>(initial_ - sale.value);
      release_[slot] = std::max(release_[slot], sale.started);
      deadline_[slot] = std::min(deadline_[slot], sale.finished);
    }
    for (Slot slot = 1; slot <= slots_; ++slot) {
      release_[slot] = std::max(release_[slot], release_[slot - 1]);
    }
    for (Slot slot = slots_; slot > 1; --slot) {
      deadline_[slot - 1] = std::min(deadline_[slot - 1], deadline_[slot]);
    }
    for (Slot slot = 1; slot <= slots_; ++slot) {
      if (release_[slot] <= deadline_[slot]) continue;
      accuse_slot(slot);
      return false;
    }
    return true;
  }

  // Two answers alone contradict each other: who had seen fewer units gone, later, and who more.
  void accuse_slot(Slot slot) {
    const Instant late = release_[slot], early = deadline_[slot];
    Position started = neediest_, ended = neediest_;
    for (const auto* some : {&answers_, &given_}) {
      for (const Position position : *some) {
        if (history_.at(position).started == late) started = position;
        if (history_.at(position).finished == early) ended = position;
      }
    }
    violations_.add([&] {
      const Operation& less = history_.at(started);
      const Operation& more = history_.at(ended);
      return Violation{.item = history_.item.id,
                       .operations = {less.op, more.op},
                       .from = 1,
                       .to = 0,
                       .sentence = fmt::format(
                           "the answer of {} needs {} units gone by {}; {}, which began later, "
                           "at {}, was answered with fewer gone",
                           named(more), slot, moment(early), named(less), moment(late))};
    });
  }

  bool place_given() {
    given_slot_.assign(slots_ + 2, false);
    for (const Position position : given_) {
      const auto slot = static_cast<Slot>(initial_ - history_.at(position).value);
      if (given_slot_[slot]) {
        accuse(position, fmt::format("left {}, as another sale did", history_.at(position).value));
        return false;
      }
      given_slot_[slot] = true;
    }
    return true;
  }

  // From here on slots are those that no sale was given.
  void number_free_slots() {
    Slot free = 0;
    needed_free_ = 0;
    for (Slot slot = 1; slot <= slots_; ++slot) {
      if (given_slot_[slot]) continue;
      ++free;
      release_[free] = release_[slot];
      deadline_[free] = deadline_[slot];
      if (slot <= needed_) needed_free_ = free;
    }
    slots_ = free;
  }

  std::vector<Sale> sales_of(bool unknown_too) const {
    std::vector<Sale> sales;
    const auto add = [&](Position position, bool certain) {
      const Operation& operation = history_.at(position);
      const auto begin = deadline_.begin() + 1, end = begin + slots_;
      Sale sale;
      sale.position = position;
      sale.certain = certain;
      sale.first = static_cast<Slot>(std::lower_bound(begin, end, operation.started) - begin) + 1;
      const auto released = release_.begin() + 1;
      sale.last = static_cast<Slot>(
          std::upper_bound(released, released + slots_, operation.finished) - released);
      sales.push_back(sale);
    };
    for (const Position position : certain_) add(position, true);
    if (unknown_too) {
      for (const Position position : unknown_) add(position, false);
    }
    std::sort(sales.begin(), sales.end(),
              [](const Sale& a, const Sale& b) { return a.first < b.first; });
    return sales;
  }

  struct LaterLast {
    bool operator()(const Sale& a, const Sale& b) const { return a.last > b.last; }
  };
  using Heap = std::priority_queue<Sale, std::vector<Sale>, LaterLast>;

  bool place_certain() {
    const std::vector<Sale> sales = sales_of(false);
    Heap open;
    auto next = sales.begin();
    for (Slot slot = 1; slot <= slots_ + 1; ++slot) {
      for (; next != sales.end() && next->first <= slot; ++next) open.push(*next);
      if (open.empty()) continue;
      if (open.top().last < slot) {
        accuse(open.top().position, "was told yes, yet no unit is left for it in its time");
        return false;
      }
      open.pop();
    }
    return true;
  }

  void fill_needed() {
    const std::vector<Sale> sales = sales_of(true);
    Heap open;
    auto next = sales.begin();
    for (Slot slot = 1; slot <= needed_free_; ++slot) {
      for (; next != sales.end() && next->first <= slot; ++next) open.push(*next);
      while (!open.empty() && open.top().last < slot) open.pop();
      if (open.empty()) {
        return accuse(neediest_, fmt::format("needs {} units gone before it; the purchases that "
                                             "began in time cannot have taken them",
                                             needed_));
      }
      open.pop();
    }
  }

  const ItemHistory& history_;
  Violations& violations_;
  std::int64_t initial_ = 0;
  std::int64_t needed_ = 0;  // slots that must be filled
  Position neediest_ = 0;    // whose answer needs so many
  Slot slots_ = 0, needed_free_ = 0;
  std::vector<Position> answers_, given_, certain_, unknown_;
  std::vector<Instant> release_, deadline_;  // of slot 1..slots_
  std::vector<bool> given_slot_;
};

}  // namespace

void linearizable_black_box(const ItemHistory& history, Violations& violations) {
  BlackBox(history, violations).judge();
}

}  // namespace doorbuster
