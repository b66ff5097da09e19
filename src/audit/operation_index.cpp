#include "audit/operation_index.h"

#include <algorithm>

#include "base/check.h"
#include "base/sort_indices.h"

namespace doorbuster {
namespace {

// Where there is a gate nobody tells whether the answer was its own or the database's.
bool bounds_its_effect(const Operation& operation, const OperationIndex::Item& item) {
  return operation.outcome == Answer::ok && operation.source != AnswerSource::gate &&
         operation.source != AnswerSource::cache &&
         (item.truth == nullptr || !item.truth->gate.has_value());
}

}  // namespace

OperationIndex::OperationIndex(const JudgedHistory& history) : history_(history) {
  CHECK(history.operations.size() < kNowhere, "{} operations", history.operations.size());
  find_items();
  place_operations();
  place_orders();
  find_retries();
}

void OperationIndex::find_items() {
  std::vector<ItemId> ids;
  const auto add = [&](ItemId id) {
    if (ids.empty() || ids.back() != id) ids.push_back(id);
    if (ids.size() < 1'000'000) return;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  };
  for (const ItemTruth& item : history_.items) add(item.item);
  for (const StockChange& change : history_.stock_log) add(change.item);
  for (const GateChange& change : history_.gate_log) add(change.item);
  for (const PlacedOrder& order : history_.orders) add(order.item);
  for (const Operation& operation : history_.operations) {
    if (operation.kind != OperationKind::view) add(operation.item);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const ItemId id : ids) {
    items_.emplace_back();
    items_.back().id = id;
  }
  for (const ItemTruth& item : history_.items) items_[rank(item.item)].truth = &item;
}

std::size_t OperationIndex::rank(ItemId item) const {
  const auto found = std::lower_bound(items_.begin(), items_.end(), item,
                                      [](const Item& a, ItemId id) { return a.id < id; });
  return static_cast<std::size_t>(found - items_.begin());
}

void OperationIndex::place_operations() {
  std::vector<std::size_t> begins(items_.size() + 1);
  for (const Operation& operation : history_.operations) {
    if (operation.kind != OperationKind::view) ++begins[rank(operation.item) + 1];
  }
  for (std::size_t i = 0; i < items_.size(); ++i) begins[i + 1] += begins[i];
  by_item_.resize(begins.back());
  std::vector<std::size_t> next = begins;
  for (Position p = 0; p < history_.operations.size(); ++p) {
    if (at(p).kind != OperationKind::view) by_item_[next[rank(at(p).item)]++] = p;
  }
  auto change = history_.stock_log.begin();
  auto gate_change = history_.gate_log.begin();
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const std::span mine = std::span(by_item_).subspan(begins[i], begins[i + 1] - begins[i]);
    sort_indices(mine, [this](Position p) { return since_start(at(p).started).count(); });
    items_[i].operations = mine;
    const auto first = change;
    while (change != history_.stock_log.end() && change->item == items_[i].id) ++change;
    items_[i].log = {first, change};
    const auto granted = gate_change;
    while (gate_change != history_.gate_log.end() && gate_change->item == items_[i].id) {
      ++gate_change;
    }
    items_[i].gate_log = {granted, gate_change};
  }
}

void OperationIndex::place_orders() {
  const auto& orders = history_.orders;
  for (Position p = 0; p < orders.size(); ++p) {
    if (orders[p].version == kNoVersion) {
      items_[rank(orders[p].item)].every_order_has_version = false;
    } else {
      orders_by_item_.push_back(p);
    }
  }
  sort_indices(std::span(orders_by_item_), [&](Position p) {
    return (static_cast<std::int64_t>(orders[p].item) << 32) | orders[p].version;
  });
  auto order = orders_by_item_.begin();
  for (Item& item : items_) {
    const auto first = order;
    while (order != orders_by_item_.end() && orders[*order].item == item.id) ++order;
    item.orders = {first, order};
  }
}

void OperationIndex::find_retries() {
  for (const Operation& operation : history_.operations) {
    if (operation.attempt > 1 && operation.key != kNoKey) {
      retries_.push_back({.key = operation.key, .effect = {.from = kNever, .until = kNever}});
    }
  }
  if (retries_.empty()) return;
  const auto by_key = [](const Retry& a, const Retry& b) { return a.key < b.key; };
  std::sort(retries_.begin(), retries_.end(), by_key);
  retries_.erase(std::unique(retries_.begin(), retries_.end(),
                             [](const Retry& a, const Retry& b) { return a.key == b.key; }),
                 retries_.end());
  for (const Operation& operation : history_.operations) {
    const Retry* known = retry_of(operation);
    if (known == nullptr) continue;
    Retry& retry = retries_[static_cast<std::size_t>(known - retries_.data())];
    retry.effect.from = std::min(retry.effect.from, operation.started);
    if (bounds_its_effect(operation, items_[rank(operation.item)])) {
      retry.effect.until = std::min(retry.effect.until, operation.finished);
    }
  }
}

const OperationIndex::Retry* OperationIndex::retry_of(const Operation& operation) const {
  if (retries_.empty() || operation.kind != OperationKind::buy || operation.key == kNoKey) {
    return nullptr;
  }
  const auto found =
      std::lower_bound(retries_.begin(), retries_.end(), operation.key,
                       [](const Retry& retry, OrderKey key) { return retry.key < key; });
  return found != retries_.end() && found->key == operation.key ? &*found : nullptr;
}

OperationIndex::Position OperationIndex::find(OperationId op) const {
  if (op == kNoOperation) return kNowhere;
  const auto& all = history_.operations;
  // Most often the operations are numbered from 0 without a gap.
  const auto guess = static_cast<std::size_t>(op);
  if (guess < all.size() && all[guess].op == op) return static_cast<Position>(guess);
  const auto found = std::lower_bound(all.begin(), all.end(), op,
                                      [](const Operation& a, OperationId id) { return a.op < id; });
  if (found == all.end() || found->op != op) return kNowhere;
  return static_cast<Position>(found - all.begin());
}

Interval OperationIndex::effect(const Operation& operation) const {
  if (const Retry* retry = retry_of(operation)) return retry->effect;
  return {.from = operation.started,
          .until = bounds_its_effect(operation, items_[rank(operation.item)]) ? operation.finished
                                                                              : kNever};
}

}  // namespace doorbuster
