// Once a purchase of q units was told "sold out", no purchase of q or more that began later is told
// yes, unless units may have been returned to stock in between. Needs no order of changes: the two
// answers alone cannot both be.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "audit/properties.h"
#include "base/sort_indices.h"

namespace doorbuster {
namespace {

using Position = OperationIndex::Position;

// When units were surely put back by, for each moment that returns may have begun by.
class Returns {
 public:
  explicit Returns(const ItemHistory& history) {
    const JudgedHistory& all = history.index.history();
    const auto last = std::max(all.last_return, all.last_gate_return);
    if (last) add({Instant::min(), *last});  // when the others were is not told
    for (const Position position : history.operations()) {
      const Operation& operation = history.at(position);
      if (operation.kind == OperationKind::release &&
          (operation.outcome == Answer::ok || operation.outcome == Answer::unknown)) {
        add({operation.started, operation.finished});
      }
    }
    const StockTimeline& stock = history.stock;
    for (StockTimeline::Index k = 1;
         stock.order_known() && !stock.falling() && k <= stock.changes(); ++k) {
      if (stock.stock(k) <= stock.stock(k - 1)) continue;
      if (stock.operation(k) == OperationIndex::kNowhere) {
        add({});
      } else if (history.at(stock.operation(k)).kind != OperationKind::release) {
        add(history.index.effect(history.at(stock.operation(k))));
      }
    }
    std::sort(returns_.begin(), returns_.end(),
              [](const Interval& a, const Interval& b) { return a.from < b.from; });
    for (std::size_t i = 1; i < returns_.size(); ++i) {
      returns_[i].until = std::max(returns_[i].until, returns_[i - 1].until);
    }
  }

  // The latest end of a return that may have begun by `moment`.
  Instant until(Instant moment) const {
    const auto after = std::upper_bound(returns_.begin(), returns_.end(), moment,
                                        [](Instant m, const Interval& r) { return m < r.from; });
    return after == returns_.begin() ? Instant::min() : (after - 1)->until;
  }

 private:
  void add(Interval interval) { returns_.push_back(interval); }
  std::vector<Interval> returns_;
};

// Of the refusals seen so far, those that began after a moment: who wanted the fewest units. A
// Fenwick tree over the refusals by start, from the last to the first.
class Refusals {
 public:
  Refusals(const ItemHistory& history, std::vector<Position> by_start)
      : history_(history), by_start_(std::move(by_start)), tree_(by_start_.size() + 1, kNone) {}

  void see(std::size_t rank) {
    const Position position = by_start_[rank];
    for (std::size_t i = by_start_.size() - rank; i < tree_.size(); i += i & (~i + 1)) {
      if (tree_[i] == kNone || wanted(position) < wanted(tree_[i])) tree_[i] = position;
    }
  }

  std::optional<Position> smallest_begun_after(Instant moment) const {
    const auto first = std::upper_bound(
        by_start_.begin(), by_start_.end(), moment,
        [&](Instant m, Position position) { return m < history_.at(position).started; });
    Position smallest = kNone;
    for (auto i = static_cast<std::size_t>(by_start_.end() - first); i > 0; i -= i & (~i + 1)) {
      if (tree_[i] == kNone) continue;
      if (smallest == kNone || wanted(tree_[i]) < wanted(smallest)) smallest = tree_[i];
    }
    return smallest == kNone ? std::nullopt : std::optional(smallest);
  }

  std::span<const Position> by_start() const { return by_start_; }

 private:
  static constexpr Position kNone = OperationIndex::kNowhere;
  std::int32_t wanted(Position position) const { return history_.at(position).quantity; }

  const ItemHistory& history_;
  std::vector<Position> by_start_;
  std::vector<Position> tree_;
};

Violation witness(const ItemHistory& history, const Operation& refused, const Operation& sold) {
  return {
      .item = history.item.id,
      .operations = {sold.op, refused.op},
      .from = 1,
      .to = 0,
      .sentence = fmt::format(
          "{} wanted {} and was told 'sold out' by {}; {} began later, at {}, wanted {} and was "
          "told yes; nothing was returned to stock in between",
          named(refused), refused.quantity, moment(refused.finished), named(sold),
          moment(history.index.effect(sold).from), sold.quantity)};
}

}  // namespace

void no_sale_after_sold_out(const ItemHistory& history, Violations& violations) {
  std::vector<Position> refusals, sales;
  for (const Position position : history.operations()) {
    const Operation& operation = history.at(position);
    if (told_sold_out(operation)) refusals.push_back(position);
    if (operation.kind == OperationKind::buy && operation.outcome == Answer::ok) {
      sales.push_back(position);
    }
  }
  if (refusals.empty() || sales.empty()) return;
  const Returns returns(history);
  Refusals seen(history, std::move(refusals));
  std::vector<std::uint32_t> by_end(seen.by_start().size());
  for (std::uint32_t rank = 0; rank < by_end.size(); ++rank) by_end[rank] = rank;
  sort_indices(std::span(by_end), [&](std::uint32_t rank) {
    return since_start(history.at(seen.by_start()[rank]).finished).count();
  });
  const auto began = [&](Position position) {
    return history.index.effect(history.at(position)).from;
  };
  sort_indices(std::span(sales),
               [&](Position position) { return since_start(began(position)).count(); });
  auto next = by_end.begin();
  for (const Position position : sales) {
    const Operation& sold = history.at(position);
    while (next != by_end.end() && history.at(seen.by_start()[*next]).finished < began(position)) {
      seen.see(*next++);
    }
    const auto refused = seen.smallest_begun_after(returns.until(sold.finished));
    if (refused && history.at(*refused).quantity <= sold.quantity) {
      violations.add([&] { return witness(history, history.at(*refused), sold); });
    }
  }
}

}  // namespace doorbuster
