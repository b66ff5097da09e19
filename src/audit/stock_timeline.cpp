#include "audit/stock_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

#include "base/sort_indices.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;

// The first index in [from, end) that is not `before`, looking near `from` first.
template <class Before>
Index gallop(Index from, Index end, Before before) {
  Index low = from, step = 1;
  while (low < end && before(low)) {
    const Index next = end - low > step ? low + step : end;
    if (next == end || !before(next)) {
      Index high = next;
      ++low;
      while (low < high) {
        const Index middle = low + (high - low) / 2;
        if (before(middle)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
    low = next;
    step *= 2;
  }
  return low;
}

}  // namespace

StockTimeline::StockTimeline(const OperationIndex& index, const OperationIndex::Item& item)
    : item_(item.id) {
  if (item.truth == nullptr) {
    why_not_ = fmt::format("item {} is not among the items", number(item.id));
    return;
  }
  stock_ = {static_cast<std::int32_t>(item.truth->initial)};
  operation_ = {OperationIndex::kNowhere};
  if (!index.history().stock_log.empty()) {
    take_log(index, item);
  } else {
    take_orders(index, item);
  }
  if (order_known()) check_whole(item);
  if (!order_known()) return;
  std::vector<Interval> effects(stock_.size() - 1);
  for (Index k = 1; k <= changes(); ++k) {
    if (operation_[k] != OperationIndex::kNowhere) {
      effects[k - 1] = index.effect(index.at(operation_[k]));
    }
  }
  bound(effects);
  find_changes_of(index);
  if (!falling_) index_values();
}

void StockTimeline::add(const OperationIndex& index, std::int64_t version, std::int32_t after,
                        OperationId op) {
  if (changes() == 0) base_version_ = version - 1;
  if (version != base_version_ + changes() + 1) {
    why_not_ = fmt::format("version {} of its stock follows version {}", version,
                           base_version_ + changes());
    return;
  }
  falling_ = falling_ && after <= stock_.back();
  Position position = index.find(op);
  if (position != OperationIndex::kNowhere) {
    const Operation& operation = index.at(position);
    if (operation.kind == OperationKind::view || operation.item != item_) {
      position = OperationIndex::kNowhere;
    }
  }
  if (position == OperationIndex::kNowhere) ++unattributed_;
  stock_.push_back(after);
  operation_.push_back(position);
}

void StockTimeline::take_log(const OperationIndex& index, const OperationIndex::Item& item) {
  stock_.reserve(item.log.size() + 1);
  operation_.reserve(item.log.size() + 1);
  auto order = item.orders.begin();
  const auto& orders = index.history().orders;
  for (const StockChange& change : item.log) {
    if (change.before != stock_.back()) {
      why_not_ = fmt::format("its log has {} before version {}, after {}", change.before,
                             change.version, stock_.back());
      return;
    }
    OperationId op = change.op;
    while (order != item.orders.end() && orders[*order].version < change.version) ++order;
    if (op == kNoOperation && order != item.orders.end() &&
        orders[*order].version == change.version) {
      op = orders[*order].op;
    }
    add(index, change.version, change.after, op);
    if (!order_known()) return;
  }
}

// A purchase carries the version that it made: the orders are the log, where nothing else changed
// the stock.
void StockTimeline::take_orders(const OperationIndex& index, const OperationIndex::Item& item) {
  if (!item.every_order_has_version) {
    why_not_ = "it has no log of its stock, and its orders carry no version";
    return;
  }
  const auto returns = [&](Position position) {
    const Operation& operation = index.at(position);
    return operation.kind == OperationKind::release &&
           (operation.outcome == Answer::ok || operation.outcome == Answer::unknown);
  };
  if (index.history().last_return || std::ranges::any_of(item.operations, returns)) {
    why_not_ = "it has no log of its stock, and its orders do not show what was returned";
    return;
  }
  const auto& orders = index.history().orders;
  for (const Position position : item.orders) {
    const PlacedOrder& order = orders[position];
    add(index, order.version, stock_.back() - order.quantity, order.op);
    if (!order_known()) return;
  }
}

void StockTimeline::check_whole(const OperationIndex::Item& item) {
  if (stock_.back() != item.truth->left) {
    why_not_ =
        fmt::format("{} was left at the end, but {} leave {}", item.truth->left,
                    item.log.empty() ? "its orders" : "the changes in its log", stock_.back());
  }
}

void StockTimeline::bound(const std::vector<Interval>& effects) {
  pre_.resize(stock_.size(), Instant::min());
  suf_.resize(stock_.size(), kNever);
  for (Index k = 1; k < stock_.size(); ++k) {
    pre_[k] = std::max(pre_[k - 1], effects[k - 1].from);
    suf_[k] = effects[k - 1].until;
  }
  for (auto k = static_cast<Index>(stock_.size() - 1); k > 1; --k) {
    suf_[k - 1] = std::min(suf_[k - 1], suf_[k]);
  }
}

void StockTimeline::find_changes_of(const OperationIndex& index) {
  by_operation_.reserve(changes() - unattributed_);
  for (Index k = 1; k <= changes(); ++k) {
    if (operation_[k] == OperationIndex::kNowhere) continue;
    by_operation_.push_back(k);
    const Operation& operation = index.at(operation_[k]);
    if (index.retried(operation)) by_retried_key_.emplace_back(operation.key, k);
  }
  sort_indices(std::span(by_operation_), [this](Index k) { return std::int64_t{operation_[k]}; });
  std::sort(by_retried_key_.begin(), by_retried_key_.end());
}

Index StockTimeline::change_of(const OperationIndex& index, Position position) const {
  const auto found = std::lower_bound(by_operation_.begin(), by_operation_.end(), position,
                                      [this](Index k, Position p) { return operation_[k] < p; });
  if (found != by_operation_.end() && operation_[*found] == position) return *found;
  const Operation& operation = index.at(position);
  if (by_retried_key_.empty() || !index.retried(operation)) return 0;
  const auto intent = std::lower_bound(by_retried_key_.begin(), by_retried_key_.end(),
                                       std::pair<OrderKey, Index>(operation.key, 0));
  return intent != by_retried_key_.end() && intent->first == operation.key ? intent->second : 0;
}

Index StockTimeline::surely_done_before(Instant start) const {
  return static_cast<Index>(std::lower_bound(suf_.begin() + 1, suf_.end(), start) - suf_.begin() -
                            1);
}

Index StockTimeline::possibly_done_by(Instant end) const {
  return static_cast<Index>(std::upper_bound(pre_.begin() + 1, pre_.end(), end) - pre_.begin() - 1);
}

std::optional<Index> StockTimeline::named(const Operation& seen) const {
  const std::int64_t k = seen.version - base_version_;
  if (k < 0 || k > changes()) return {};
  const auto state = static_cast<Index>(k);
  if (seen.value != kNoStock && stock_[state] != seen.value) return {};
  return state;
}

std::optional<Index> StockTimeline::latest(const Operation& seen, Index most) const {
  if (seen.version != kNoVersion) {
    const auto state = named(seen);
    return state && *state <= most ? state : std::nullopt;
  }
  if (falling_) {
    const Index below =
        gallop(0, most + 1, [&](Index back) { return stock_[most - back] < seen.value; });
    if (below > most || stock_[most - below] != seen.value) return {};
    return most - below;
  }
  const auto after =
      std::upper_bound(by_value_.begin(), by_value_.end(), most, [&](Index wanted, Index state) {
        return stock_[state] != seen.value ? stock_[state] > seen.value : state > wanted;
      });
  if (after == by_value_.begin() || stock_[*(after - 1)] != seen.value) return {};
  return *(after - 1);
}

std::optional<Index> StockTimeline::earliest(const Operation& seen, Index least) const {
  if (seen.version != kNoVersion) {
    const auto state = named(seen);
    return state && *state >= least ? state : std::nullopt;
  }
  const auto states = static_cast<Index>(stock_.size());
  if (falling_) {
    const Index found = gallop(least, states, [&](Index k) { return stock_[k] > seen.value; });
    if (found >= states || stock_[found] != seen.value) return {};
    return found;
  }
  const auto found =
      std::lower_bound(by_value_.begin(), by_value_.end(), least, [&](Index state, Index wanted) {
        return stock_[state] != seen.value ? stock_[state] < seen.value : state < wanted;
      });
  if (found == by_value_.end() || stock_[*found] != seen.value) return {};
  return *found;
}

void StockTimeline::index_values() {
  by_value_.resize(stock_.size());
  for (Index k = 0; k < stock_.size(); ++k) by_value_[k] = k;
  sort_indices(std::span(by_value_), [this](Index k) { return std::int64_t{stock_[k]}; });
  const std::size_t leaves = std::bit_ceil(stock_.size());
  least_.assign(2 * leaves, std::numeric_limits<std::int32_t>::max());
  most_.assign(2 * leaves, std::numeric_limits<std::int32_t>::min());
  std::copy(stock_.begin(), stock_.end(), least_.begin() + static_cast<std::ptrdiff_t>(leaves));
  std::copy(stock_.begin(), stock_.end(), most_.begin() + static_cast<std::ptrdiff_t>(leaves));
  for (std::size_t node = leaves - 1; node > 0; --node) {
    least_[node] = std::min(least_[2 * node], least_[2 * node + 1]);
    most_[node] = std::max(most_[2 * node], most_[2 * node + 1]);
  }
}

std::optional<Index> StockTimeline::next_below(std::int32_t quantity, Index from) const {
  const auto states = static_cast<Index>(stock_.size());
  if (falling_) {
    const Index found = gallop(from, states, [&](Index k) { return stock_[k] >= quantity; });
    return found < states ? std::optional(found) : std::nullopt;
  }
  // Up and to the right until a subtree has one, then down to its first.
  const std::size_t leaves = least_.size() / 2;
  std::size_t node = leaves + from;
  while (least_[node] >= quantity) {
    while (node > 1 && node % 2 == 1) node /= 2;
    if (node <= 1) return {};
    ++node;
  }
  while (node < leaves) node = least_[2 * node] < quantity ? 2 * node : 2 * node + 1;
  return static_cast<Index>(node - leaves);
}

std::int32_t StockTimeline::least_stock(Index from, Index to) const {
  if (falling_) return stock_[to];
  std::int32_t least = stock_[from];
  const std::size_t leaves = least_.size() / 2;
  for (std::size_t a = leaves + from, b = leaves + to + 1; a < b; a /= 2, b /= 2) {
    if (a % 2 == 1) least = std::min(least, least_[a++]);
    if (b % 2 == 1) least = std::min(least, least_[--b]);
  }
  return least;
}

std::int32_t StockTimeline::most_stock(Index from, Index to) const {
  if (falling_) return stock_[from];
  std::int32_t most = stock_[from];
  const std::size_t leaves = most_.size() / 2;
  for (std::size_t a = leaves + from, b = leaves + to + 1; a < b; a /= 2, b /= 2) {
    if (a % 2 == 1) most = std::max(most, most_[a++]);
    if (b % 2 == 1) most = std::max(most, most_[--b]);
  }
  return most;
}

}  // namespace doorbuster
