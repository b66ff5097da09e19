#include "audit/surroundings.h"

#include <algorithm>
#include <span>
#include <utility>

namespace doorbuster {
namespace {

constexpr std::size_t kNeighbours = 6;
constexpr std::size_t kChanges = 8;

const Operation* find(const JudgedHistory& history, OperationId op) {
  const auto found = std::ranges::lower_bound(history.operations, op, {}, &Operation::op);
  return found != history.operations.end() && found->op == op ? &*found : nullptr;
}

std::span<const StockChange> changes_between(const JudgedHistory& history,
                                             const Violation& violation) {
  const auto& log = history.stock_log;
  const auto begin = std::ranges::lower_bound(log, violation.item, {}, &StockChange::item);
  const auto end = std::ranges::upper_bound(log, violation.item, {}, &StockChange::item);
  const std::span of_item(begin, end);
  if (violation.from > violation.to || violation.from == 0 || violation.to > of_item.size()) {
    return {};
  }
  return of_item.subspan(violation.from - 1, violation.to - violation.from + 1);
}

class Neighbourhood {
 public:
  Neighbourhood(const JudgedHistory& history, const Violation& violation)
      : history_(history), changes_(changes_between(history, violation)) {
    made_.item = violation.item;
    for (const OperationId op : violation.operations) {
      if (const Operation* operation = find(history, op)) show(*operation, true);
    }
  }

  std::optional<Surroundings> gather() && {
    if (made_.operations.empty()) return {};
    measure();
    add_neighbours();
    for (const HistoryFault& fault : history_.faults) {
      if (fault.overlaps(made_.from, made_.to)) made_.faults.push_back(fault);
    }
    std::ranges::sort(made_.operations, {}, [](const Surroundings::Shown& shown) {
      return std::pair(shown.operation.started, shown.operation.op);
    });
    const auto first = changes_.first(std::min(changes_.size(), kChanges));
    made_.changes.assign(first.begin(), first.end());
    made_.more_changes = changes_.size() - first.size();
    if (!changes_.empty()) made_.last_version = changes_.back().version;
    return std::move(made_);
  }

 private:
  void show(const Operation& operation, bool accused) {
    made_.operations.push_back({operation, accused});
  }
  bool shown(const Operation& operation) const {
    return std::ranges::any_of(made_.operations, [&](const Surroundings::Shown& each) {
      return each.operation.op == operation.op;
    });
  }
  bool under_way(const Operation& operation) const {
    return operation.started <= made_.to && operation.finished >= made_.from;
  }

  void measure() {
    made_.from = kNever;
    made_.to = Instant::min();
    for (const auto& [operation, accused] : made_.operations) {
      made_.from = std::min(made_.from, operation.started);
      made_.to =
          std::max(made_.to, operation.finished == kNever ? operation.started : operation.finished);
    }
    made_.to = std::max(made_.to, made_.from + 1us);
  }

  // Those that made the changes between, then others of the item.
  void add_neighbours() {
    const std::size_t limit = made_.operations.size() + kNeighbours;
    for (const StockChange& change : changes_) {
      const Operation* by = find(history_, change.op);
      if (made_.operations.size() >= limit - kNeighbours / 2) break;
      if (by != nullptr && under_way(*by) && !shown(*by)) show(*by, false);
    }
    for (const Operation& operation : history_.operations) {
      if (made_.operations.size() == limit) return;
      if (operation.item == made_.item && under_way(operation) && !shown(operation)) {
        show(operation, false);
      }
    }
  }

  const JudgedHistory& history_;
  std::span<const StockChange> changes_;
  Surroundings made_;
};

}  // namespace

std::optional<Surroundings> surroundings_of(const JudgedHistory& history,
                                            const Violation& violation) {
  return Neighbourhood(history, violation).gather();
}

}  // namespace doorbuster
