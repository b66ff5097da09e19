// The accounts of gates (base/gate_account.h) as the rows of a history file: a row a gate, and a
// row a pending reservation. Plain values.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "history/ground_truth.h"

namespace doorbuster {

struct GateRow {
  ItemId item{};
  std::optional<Quantity> left;
  Quantity settled = 0;
  std::optional<Version> sequence;
};
// As files of version 1 have it.
struct GateRowOfVersion1 {
  ItemId item{};
  std::optional<Quantity> left;
  Quantity settled = 0;
};

struct ReservationRow {
  ItemId item{};
  OrderKey key{};
  Quantity quantity = 1;
  Duration age{};
};

inline std::vector<GateRow> gate_rows(const std::vector<ItemTruth>& items) {
  std::vector<GateRow> rows;
  for (const ItemTruth& item : items) {
    if (item.gate)
      rows.push_back({item.item, item.gate->left, item.gate->settled, item.gate->sequence});
  }
  return rows;
}

inline std::vector<ReservationRow> reservation_rows(const std::vector<ItemTruth>& items) {
  std::vector<ReservationRow> rows;
  for (const ItemTruth& item : items) {
    if (!item.gate) continue;
    for (const Reservation& pending : item.gate->pending) {
      rows.push_back({item.item, pending.order.key, pending.order.quantity, pending.age});
    }
  }
  return rows;
}

// False: a row of an item that is not there, or a reservation at no gate. `items` ascend.
inline bool put_gates(const std::vector<GateRow>& gates,
                      const std::vector<ReservationRow>& reservations,
                      std::vector<ItemTruth>& items) {
  const auto find = [&](ItemId item) -> ItemTruth* {
    const auto found = std::ranges::lower_bound(items, item, {}, &ItemTruth::item);
    return found != items.end() && found->item == item ? &*found : nullptr;
  };
  for (const GateRow& row : gates) {
    ItemTruth* item = find(row.item);
    if (item == nullptr || item->gate) return false;
    item->gate = GateAccount{
        .left = row.left, .settled = row.settled, .pending = {}, .sequence = row.sequence};
  }
  for (const ReservationRow& row : reservations) {
    ItemTruth* item = find(row.item);
    if (item == nullptr || !item->gate) return false;
    Reservation pending;
    pending.order.key = row.key;
    pending.order.item = row.item;
    pending.order.quantity = row.quantity;
    pending.age = row.age;
    item->gate->pending.push_back(pending);
  }
  return true;
}

}  // namespace doorbuster
