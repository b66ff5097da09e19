#include "sim/hold_table.h"

#include "base/check.h"

namespace doorbuster {

void HoldTable::clear() {
  rows_.clear();
  standing_.clear();
}

HoldTable::Row* HoldTable::find(OrderKey key) {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

std::optional<HoldState> HoldTable::state(OrderKey key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end() || !found->second.committed) return std::nullopt;
  return found->second.state;
}

HoldTable::Row& HoldTable::insert(const Order& order, Transaction inserter) {
  const auto [row, made] = rows_.try_emplace(order.key);
  CHECK(made, "a second hold under the key {}", number(order.key));
  row->second.order = order;
  row->second.holder = inserter;
  return row->second;
}

void HoldTable::place(Row& row, Version version, Instant now, Duration lasts) {
  row.version = version;
  row.placed = now;
  row.expires = now + lasts;
  row.committed = true;
  standing_.emplace(row.expires, row.order.key);
}

void HoldTable::move_to(Row& row, HoldState state) {
  if (row.state == HoldState::held) standing_.erase({row.expires, row.order.key});
  row.state = state;
}

std::vector<HoldTable::Row*> HoldTable::overdue(Instant now, std::int64_t most) {
  std::vector<Row*> found;
  for (const auto& [expires, key] : standing_) {
    if (expires > now || static_cast<std::int64_t>(found.size()) >= most) break;
    Row& row = rows_.at(key);
    if (!row.holder) found.push_back(&row);
  }
  return found;
}

Quantity HoldTable::units_held(ItemId item) const {
  Quantity units = 0;
  for (const auto& [expires, key] : standing_) {
    const Order& order = rows_.at(key).order;
    if (order.item == item) units += order.quantity;
  }
  return units;
}

}  // namespace doorbuster
