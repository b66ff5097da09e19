// What can be read of the simulated PostgreSQL: all of it committed.
#include <algorithm>

#include "sim/postgres_state.h"

namespace doorbuster {

std::optional<Stock> PostgresState::row(ItemId item) const {
  const Item* found = find(item);
  if (found == nullptr) return std::nullopt;
  return found->row.stock;
}

std::optional<Stock> PostgresState::sum_of_buckets(ItemId item) const {
  const Item* found = find(item);
  if (found == nullptr || found->buckets.empty()) return std::nullopt;
  Stock sum;
  for (const Row& bucket : found->buckets) sum.quantity += bucket.stock.quantity;
  return sum;
}

std::optional<Stock> PostgresState::free_units(ItemId item) const {
  const Item* found = find(item);
  if (found == nullptr || !found->units) return std::nullopt;
  return Stock{found->units->free, 0};
}

std::optional<Order> PostgresState::order(OrderKey key) const {
  const auto found = keys_.find(key);
  if (found == keys_.end() || !found->second.order) return std::nullopt;
  const OrderRow& row = orders_[*found->second.order];
  return Order{row.key, row.buyer, row.item, row.quantity};
}

// A consistent read is of what is committed, and waits for nobody.
std::optional<DatabaseReply> PostgresState::read(const DatabaseOperation& operation,
                                                 Instant now) const {
  if (const auto* stock = std::get_if<ReadStock>(&operation)) return row(stock->item);
  if (const auto* buckets = std::get_if<ReadBuckets>(&operation)) {
    return sum_of_buckets(buckets->item);
  }
  if (const auto* units = std::get_if<ReadUnits>(&operation)) return free_units(units->item);
  if (const auto* find_order = std::get_if<FindOrder>(&operation)) return order(find_order->key);
  if (std::holds_alternative<ReadOutbox>(operation)) return outbox_.read(now);
  if (const auto* find_hold = std::get_if<FindHold>(&operation))
    return holds_.state(find_hold->key);
  if (std::holds_alternative<CountHolds>(operation)) return RowCount{holds_.standing()};
  return std::nullopt;
}

GroundTruth PostgresState::truth() const {
  GroundTruth truth;
  for (const ItemId id : items_) {
    const Item& item = shelf_.at(id);
    Quantity left = item.row.stock.quantity;
    for (const Row& bucket : item.buckets) left += bucket.stock.quantity;
    if (item.units) left += item.units->free;
    truth.items.push_back({id, item.initial, left, std::nullopt, holds_.units_held(id)});
  }
  truth.stock_log = log_;
  std::ranges::stable_sort(truth.stock_log, {}, &StockChange::item);
  truth.orders = orders_;
  std::sort(truth.orders.begin(), truth.orders.end(),
            [](const OrderRow& a, const OrderRow& b) { return a.key < b.key; });
  return truth;
}

}  // namespace doorbuster
