#include "audit/gate_divergence.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace doorbuster {
namespace {

struct Granted {
  OrderKey key{};
  std::int32_t sequence = 0;
};

// An order in both logs, with what places it in each.
struct Both {
  std::int32_t sequence = 0;
  std::int32_t version = kNoVersion;
};

// Grants that were not given back, the last of each order, by key.
std::vector<Granted> standing(std::span<const GateChange> log) {
  std::vector<const GateChange*> changes;
  changes.reserve(log.size());
  for (const GateChange& change : log) changes.push_back(&change);
  std::ranges::stable_sort(changes, {}, &GateChange::key);
  std::vector<Granted> grants;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const bool last = i + 1 == changes.size() || changes[i + 1]->key != changes[i]->key;
    if (last && changes[i]->is_grant()) grants.push_back({changes[i]->key, changes[i]->sequence});
  }
  return grants;
}

bool counted_at_rest(const OperationIndex::Item& item) {
  return item.truth != nullptr && item.truth->gate.has_value() && item.truth->gate->sequence;
}

std::int64_t unknown_changes(const OperationIndex::Item& item) {
  std::int64_t known = 0, last = 0;
  for (const GateChange& change : item.gate_log) {
    if (change.sequence != last) ++known;
    last = change.sequence;
  }
  if (counted_at_rest(item)) last = *item.truth->gate->sequence;
  return std::max(std::int64_t{0}, last - known);
}

void compare_orders(std::vector<Both>& both, GateDivergence& sum) {
  sum.orders_in_both += static_cast<std::int64_t>(both.size());
  if (std::ranges::any_of(both, [](const Both& each) { return each.version == kNoVersion; })) {
    sum.displaced.reset();
    sum.greatest_displacement.reset();
  }
  if (!sum.displaced) return;
  std::ranges::sort(both, {}, &Both::version);
  std::vector<std::size_t> by_gate(both.size());
  for (std::size_t i = 0; i < both.size(); ++i) by_gate[i] = i;
  std::ranges::sort(by_gate, {}, [&](std::size_t i) { return both[i].sequence; });
  for (std::size_t place = 0; place < by_gate.size(); ++place) {
    const std::int64_t by =
        std::abs(static_cast<std::int64_t>(place) - static_cast<std::int64_t>(by_gate[place]));
    *sum.displaced += by > 0 ? 1 : 0;
    *sum.greatest_displacement = std::max(*sum.greatest_displacement, by);
  }
}

// `orders` are the item's.
void add(const OperationIndex::Item& item, std::span<const PlacedOrder* const> orders,
         GateDivergence& sum) {
  const std::vector<Granted> grants = standing(item.gate_log);
  std::vector<bool> has_row(grants.size());
  std::vector<Both> both;
  for (const PlacedOrder* order : orders) {
    const auto found = std::ranges::lower_bound(grants, order->key, {}, &Granted::key);
    if (found == grants.end() || found->key != order->key) {
      ++sum.rows_without_grant;
      continue;
    }
    const auto place = static_cast<std::size_t>(found - grants.begin());
    if (has_row[place]) continue;  // its second row: a duplicate order, and no divergence
    has_row[place] = true;
    both.push_back({found->sequence, order->version});
  }
  sum.granted_without_row += std::ranges::count(has_row, false);
  sum.unknown_changes += unknown_changes(item);
  compare_orders(both, sum);
}

}  // namespace

std::optional<GateDivergence> divergence_of(std::span<const ItemHistory> items) {
  std::optional<GateDivergence> sum;
  std::vector<const PlacedOrder*> orders;
  for (const ItemHistory& history : items) {
    if (!counted_at_rest(history.item) && history.item.gate_log.empty()) continue;
    if (!sum) {
      sum.emplace();
      for (const PlacedOrder& order : history.index.history().orders) orders.push_back(&order);
      std::ranges::stable_sort(orders, {}, &PlacedOrder::item);
    }
    const auto begin = std::ranges::lower_bound(orders, history.item.id, {}, &PlacedOrder::item);
    const auto end = std::ranges::upper_bound(orders, history.item.id, {}, &PlacedOrder::item);
    add(history.item, {begin, end}, *sum);
  }
  return sum;
}

}  // namespace doorbuster
