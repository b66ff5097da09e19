#include "audit/accounts.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "base/order.h"

namespace doorbuster {

const OrderRow* PurchaseAccount::own_row() const {
  if (record == nullptr) return nullptr;
  for (const OrderRow* row : rows) {
    if (row->buyer == record->buyer && row->item == record->item &&
        row->quantity == record->quantity && attempt_of(row->key) < record->keys) {
      return row;
    }
  }
  return nullptr;
}

bool PurchaseAccount::has_row(OrderKey under) const {
  return std::any_of(rows.begin(), rows.end(),
                     [under](const OrderRow* row) { return row->key == under; });
}

Accounts::Accounts(const History& history, const GroundTruth& truth) {
  join_purchases(history, truth);
  open_accounts(history, truth);
}

void Accounts::join_purchases(const History& history, const GroundTruth& truth) {
  std::vector<const Record*> records;
  records.reserve(history.size());
  for (const Record& record : history) records.push_back(&record);
  std::stable_sort(records.begin(), records.end(),
                   [](const Record* a, const Record* b) { return a->key < b->key; });
  rows_.reserve(truth.orders.size());
  for (const OrderRow& row : truth.orders) rows_.push_back(&row);
  std::stable_sort(rows_.begin(), rows_.end(), [](const OrderRow* a, const OrderRow* b) {
    return std::pair(first_key(a->key), a->key) < std::pair(first_key(b->key), b->key);
  });

  purchases_.reserve(std::max(records.size(), rows_.size()));
  auto record = records.begin();
  auto row = rows_.begin();
  while (record != records.end() || row != rows_.end()) {
    PurchaseAccount purchase;
    const bool asked =
        record != records.end() && (row == rows_.end() || (*record)->key <= first_key((*row)->key));
    purchase.key = asked ? (*record)->key : first_key((*row)->key);
    if (asked) purchase.record = *record++;
    // A second record of one key is no purchase of its own: it keeps its place, without rows.
    const auto first = row;
    while (row != rows_.end() && first_key((*row)->key) == purchase.key) ++row;
    purchase.rows = {first, row};
    purchases_.push_back(purchase);
  }
}

void Accounts::open_accounts(const History& history, const GroundTruth& truth) {
  std::vector<ItemId> ids;
  for (const ItemTruth& item : truth.items) ids.push_back(item.item);
  for (const OrderRow& row : truth.orders) ids.push_back(row.item);
  for (const Record& record : history) ids.push_back(record.item);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  items_.resize(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) items_[i].truth.item = ids[i];

  for (const ItemTruth& item : truth.items) account(item.item).truth = item;
  for (const OrderRow* row : rows_) {
    ItemAccount& of = account(row->item);
    of.sold += row->quantity;
    of.rows.push_back(row);
  }
  const auto last_return = std::max(truth.last_return, truth.last_gate_return);
  for (const Record& record : history) {
    ItemAccount& of = account(record.item);
    if (record.outcome == Outcome::sold) {
      of.acknowledged += record.quantity;
      of.acknowledgements.push_back(&record);
    }
    const bool nothing_came_back = !last_return || record.started > *last_return;
    if (record.outcome == Outcome::sold_out && nothing_came_back &&
        (of.smallest_sold_out == nullptr || record.quantity < of.smallest_sold_out->quantity)) {
      of.smallest_sold_out = &record;
    }
  }
  for (ItemAccount& item : items_) order_rows(item);
}

void Accounts::order_rows(ItemAccount& item) const {
  std::sort(item.acknowledgements.begin(), item.acknowledgements.end(),
            [](const Record* a, const Record* b) {
              return std::tie(a->finished, a->key) < std::tie(b->finished, b->key);
            });
  item.rows_by_version = std::all_of(item.rows.begin(), item.rows.end(),
                                     [](const OrderRow* row) { return row->version.has_value(); });
  if (item.rows_by_version) {
    std::stable_sort(item.rows.begin(), item.rows.end(), [](const OrderRow* a, const OrderRow* b) {
      return *a->version < *b->version;
    });
    return;
  }
  std::vector<std::pair<Instant, const OrderRow*>> timed;
  timed.reserve(item.rows.size());
  for (const OrderRow* row : item.rows) timed.emplace_back(answered(*row), row);
  std::stable_sort(timed.begin(), timed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < timed.size(); ++i) item.rows[i] = timed[i].second;
}

ItemAccount& Accounts::account(ItemId item) {
  const auto found =
      std::lower_bound(items_.begin(), items_.end(), item,
                       [](const ItemAccount& a, ItemId id) { return a.truth.item < id; });
  CHECK(found != items_.end() && found->truth.item == item, "item {} has no account", number(item));
  return *found;
}

const PurchaseAccount* Accounts::purchase(OrderKey key) const {
  const OrderKey first = first_key(key);
  const auto found =
      std::lower_bound(purchases_.begin(), purchases_.end(), first,
                       [](const PurchaseAccount& a, OrderKey wanted) { return a.key < wanted; });
  return found != purchases_.end() && found->key == first ? &*found : nullptr;
}

Instant Accounts::answered(const OrderRow& row) const {
  const PurchaseAccount* found = purchase(row.key);
  CHECK(found != nullptr, "order {} has no account", number(row.key));
  return found->record == nullptr ? kNever : found->record->finished;
}

}  // namespace doorbuster
