// linearizable_stock where nobody wrote down in which order the stock changed. Exact where every
// purchase is of one unit and nothing was returned: a view of v says that exactly g = S0 - v units
// went before it, so that the g-th sale (slot g) is at or before its end and the next at or after
// its start. Slots have release times and deadlines that rise with g, a sale fits a contiguous
// range of slots, and the earliest deadline first finds a matching if there is one: of all sales
// that were told yes into slots, and of all slots that an answer needs with sales told yes or not
// answered. Where each exists one that does both exists (Mendelsohn and Dulmage). A sale that tells
// what it left has its slot given. Of the views a slot keeps the two that bound it most. With other
// quantities the question is strongly NP-hard: only
// what no order at all allows is found, and the rest is undecided.
#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "audit/observer.h"

namespace doorbuster {
namespace {

using Position = OperationIndex::Position;
using Slot = std::uint32_t;  // from 1

// Who bounds a slot, and when: for a witness.
struct Bound {
  Instant at;
  OperationId op = kNoOperation;
  BuyerId buyer{};
};

struct Sale {
  Slot first = 1;  // of the free slots that it fits
  Slot last = 0;
  Position position = 0;
  bool certain = false;
};

class BlackBox final : public Observer {
 public:
  BlackBox(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations), initial_(history.item.truth->initial) {
    over_ = !take_purchases();
  }

  void see(const Observation& observation) override {
    const Operation& view = observation.operation;
    if (over_ || !observation.view() || view.value == kNoStock) return;
    const std::int64_t gone = initial_ - view.value;
    if (gone < 0 || gone > initial_) {
      over_ = true;
      return accuse(view, fmt::format("showed {}, which the stock never was", view.value));
    }
    need(gone, view);
    if (gone > slots_) return;  // more than can have gone: finish() says so
    const auto slot = static_cast<Slot>(gone);
    ends_by(slot, view);
    if (slot < slots_) begins_after(slot + 1, view);
  }

  void finish() override {
    if (over_) return;
    if (!of_one_unit_) {
      return violations_.undecided(
          history_, history_.stock.why_not() + ", and purchases are of several units");
    }
    const auto sales = static_cast<std::int64_t>(certain_.size() + unknown_.size() + given_.size());
    if (needed_ > sales) {
      return accuse(neediest_, fmt::format("needs {} units gone before it, and only {} purchases "
                                           "can have taken one",
                                           needed_, sales));
    }
    if (!order_slots() || !place_given()) return;
    number_free_slots();
    if (!place_certain()) return;
    fill_needed();
  }

 private:
  void accuse(const Operation& operation, std::string_view why) {
    violations_.add([&] {
      return Violation{
          .item = history_.item.id,
          .operations = {operation.op},
          .from = 1,
          .to = 0,
          .sentence = fmt::format("{}, between {} and {}, {}", named(operation),
                                  moment(operation.started), moment(operation.finished), why)};
    });
  }
  void accuse(Position position, std::string_view why) { accuse(history_.at(position), why); }

  // This answer needs so many units gone before it.
  void need(std::int64_t gone, const Operation& answer) {
    if (gone <= needed_) return;
    needed_ = gone;
    neediest_ = answer;
  }

  // The sale of this slot is at or before the answer's end, or at or after its start.
  void ends_by(Slot slot, const Operation& answer) {
    Bound& bound = deadline_[slot];
    if (answer.finished < bound.at) bound = {answer.finished, answer.op, answer.buyer};
  }
  void begins_after(Slot slot, const Operation& answer) {
    Bound& bound = release_[slot];
    if (answer.started > bound.at) bound = {answer.started, answer.op, answer.buyer};
  }

  // False: one of them is accused.
  bool take_purchases() {
    std::int64_t promised = 0;
    for (const Position position : history_.operations()) {
      const Operation& operation = history_.at(position);
      if (operation.outcome == Answer::ok) {
        promised += operation.quantity;
        if (promised > initial_) {
          accuse(position,
                 fmt::format("was told yes; that makes {} units of {}", promised, initial_));
          return false;
        }
      }
      if (operation.outcome == Answer::ok || operation.outcome == Answer::unknown) {
        of_one_unit_ = of_one_unit_ && operation.quantity == 1;
      }
      if (!take(position)) return false;
    }
    const auto sales = static_cast<std::int64_t>(certain_.size() + unknown_.size() + given_.size());
    if (of_one_unit_) slots_ = static_cast<Slot>(std::min(initial_, sales));
    release_.assign(slots_ + 2, {Instant::min()});
    deadline_.assign(slots_ + 2, {kNever});
    bound_slots();
    return true;
  }

  bool take(Position position) {
    const Operation& operation = history_.at(position);
    if (operation.outcome == Answer::sold_out) {
      refusals_.push_back(position);
      need(gone_before(operation), operation);
    } else if (operation.outcome == Answer::unknown) {
      unknown_.push_back(position);
    } else if (operation.outcome == Answer::ok && operation.value != kNoStock) {
      const std::int64_t gone = initial_ - operation.value;
      if (gone < 1 || gone > initial_) {
        accuse(position, fmt::format("left {}, which no sale does", operation.value));
        return false;
      }
      need(gone, operation);
      given_.push_back(position);
    } else if (operation.outcome == Answer::ok) {
      certain_.push_back(position);
    }
    return true;
  }

  // At least, where so many were refused.
  std::int64_t gone_before(const Operation& refusal) const {
    return std::max<std::int64_t>(0, initial_ - refusal.quantity + 1);
  }

  void bound_slots() {
    for (const Position position : refusals_) {
      const Operation& refusal = history_.at(position);
      const std::int64_t gone = gone_before(refusal);
      if (gone > 0 && gone <= slots_) ends_by(static_cast<Slot>(gone), refusal);
    }
    for (const Position position : given_) {
      const Operation& sale = history_.at(position);
      const std::int64_t slot = initial_ - sale.value;
      if (slot > slots_) continue;
      begins_after(static_cast<Slot>(slot), sale);
      ends_by(static_cast<Slot>(slot), sale);
    }
  }

  bool order_slots() {
    for (Slot slot = 1; slot <= slots_; ++slot) {
      if (release_[slot - 1].at > release_[slot].at) release_[slot] = release_[slot - 1];
    }
    for (Slot slot = slots_; slot > 1; --slot) {
      if (deadline_[slot].at < deadline_[slot - 1].at) deadline_[slot - 1] = deadline_[slot];
    }
    for (Slot slot = 1; slot <= slots_; ++slot) {
      if (release_[slot].at <= deadline_[slot].at) continue;
      accuse_slot(slot);
      return false;
    }
    return true;
  }

  // Two answers alone contradict each other: who had seen fewer units gone, later, and who more.
  void accuse_slot(Slot slot) {
    const Bound &less = release_[slot], &more = deadline_[slot];
    violations_.add([&] {
      return Violation{.item = history_.item.id,
                       .operations = {less.op, more.op},
                       .from = 1,
                       .to = 0,
                       .sentence = fmt::format(
                           "the answer of {} needs {} units gone by {}; {}, which began later, "
                           "at {}, was answered with fewer gone",
                           named(more.op, more.buyer), slot, moment(more.at),
                           named(less.op, less.buyer), moment(less.at))};
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
      sale.first = static_cast<Slot>(
          std::ranges::lower_bound(begin, end, operation.started, {}, &Bound::at) - begin + 1);
      const auto released = release_.begin() + 1;
      sale.last = static_cast<Slot>(std::ranges::upper_bound(released, released + slots_,
                                                             operation.finished, {}, &Bound::at) -
                                    released);
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
  std::int64_t initial_;
  bool over_ = false;        // nothing more is to be found
  bool of_one_unit_ = true;  // else only what no order at all allows is found
  std::int64_t needed_ = 0;  // slots that must be filled
  Operation neediest_;       // whose answer needs so many
  Slot slots_ = 0, needed_free_ = 0;
  std::vector<Position> refusals_, given_, certain_, unknown_;
  std::vector<Bound> release_, deadline_;  // of slot 1..slots_
  std::vector<bool> given_slot_;
};

std::string why_undecided(const ItemHistory& history) {
  const std::string& why = history.stock.why_not();
  if (history.item.truth == nullptr) return why;
  if (history.index.history().last_return || history.item.truth->held > 0) {
    return why + ", and units were held or returned";
  }
  for (const Position position : history.operations()) {
    const Operation& operation = history.at(position);
    if (operation.kind == OperationKind::release &&
        (operation.outcome == Answer::ok || operation.outcome == Answer::unknown)) {
      return why + ", and units were returned";
    }
    if (history.index.retried(operation)) return why + ", and purchases were tried again";
  }
  return "";
}

}  // namespace

std::unique_ptr<Observer> linearizable_black_box(const ItemHistory& history,
                                                 Violations& violations) {
  const std::string why = why_undecided(history);
  if (why.empty()) return std::make_unique<BlackBox>(history, violations);
  violations.undecided(history, why);
  return nullptr;
}

}  // namespace doorbuster
