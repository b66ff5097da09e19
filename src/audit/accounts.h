// A trial's history and ground truth joined, once for all judges: by item, and by the keys of a
// purchase. Points into both, which must outlive it and stay as they are. O(n log n) to make.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "history/ground_truth.h"
#include "history/record.h"

namespace doorbuster {

struct ItemAccount {
  ItemTruth truth;    // of an item that the truth does not have: nothing initial, nothing left
  Quantity sold = 0;  // units in its rows
  Quantity acknowledged = 0;          // units that buyers were told they have
  std::vector<const OrderRow*> rows;  // by version where each has one, else as answered
  bool rows_by_version = false;
  std::vector<const Record*> acknowledgements;  // as answered
  // Of those told "sold out" who came after the last return to stock: who wanted the fewest units.
  const Record* smallest_sold_out = nullptr;
};

// All that stands under the keys of one purchase: one key, unless its buyer made the mistake to try
// again under others.
struct PurchaseAccount {
  OrderKey key{};                         // the first
  const Record* record = nullptr;         // nothing: nobody asked for it
  std::span<const OrderRow* const> rows;  // most often none or one

  // The row that is this purchase's own: of its buyer, item and quantity.
  const OrderRow* own_row() const;
  bool has_row(OrderKey under) const;  // under that very key
};

class Accounts {
 public:
  Accounts(const History& history, const GroundTruth& truth);
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  std::span<const ItemAccount> items() const { return items_; }              // ascending by item
  std::span<const PurchaseAccount> purchases() const { return purchases_; }  // ascending by key
  // The one that the key, of any attempt, is of. Nothing stands under its keys: nullptr.
  const PurchaseAccount* purchase(OrderKey key) const;

 private:
  void join_purchases(const History& history, const GroundTruth& truth);
  void open_accounts(const History& history, const GroundTruth& truth);
  void order_rows(ItemAccount& account) const;
  ItemAccount& account(ItemId item);
  Instant answered(const OrderRow& row) const;

  std::vector<const OrderRow*> rows_;  // ascending by key
  std::vector<PurchaseAccount> purchases_;
  std::vector<ItemAccount> items_;
};

}  // namespace doorbuster
