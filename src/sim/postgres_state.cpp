#include "sim/postgres_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace doorbuster {
namespace {

Error duplicate_key(OrderKey key) {
  return Error(Store::postgres, Cause::duplicate_key, true, "23505",
               fmt::format("order key {} was used before", number(key)));
}

Error check_violation(ItemId item) {
  return Error(Store::postgres, Cause::refused_by_server, true, "23514",
               fmt::format("the stock of item {} would be negative, which its check constraint "
                           "forbids",
                           number(item)));
}

PostgresState::Execution answered(Result<DatabaseReply> reply) {
  return {PostgresState::Progress::answered, std::move(reply)};
}

}  // namespace

void PostgresState::stock(const Stocking& stocking) {
  check_constraint_ = stocking.check_constraint;
  items_.clear();
  rows_.clear();
  keys_.clear();
  orders_.clear();
  called_.clear();
  for (const StockedItem& stocked : stocking.items) {
    CHECK(!rows_.contains(stocked.item), "item {} is stocked twice", number(stocked.item));
    items_.push_back(stocked.item);
    Row& row = rows_[stocked.item];
    row.stock.quantity = stocked.quantity;
    row.initial = stocked.quantity;
  }
}

PostgresState::Row* PostgresState::find(ItemId item) {
  const auto found = rows_.find(item);
  return found == rows_.end() ? nullptr : &found->second;
}

std::optional<Stock> PostgresState::row(ItemId item) const {
  const auto found = rows_.find(item);
  if (found == rows_.end()) return std::nullopt;
  return found->second.stock;
}

const Order* PostgresState::order_of(const DatabaseOperation& operation) {
  if (const auto* take = std::get_if<TakeIfAvailable>(&operation)) return &take->order;
  if (const auto* insert = std::get_if<InsertOrder>(&operation)) return &insert->order;
  return nullptr;
}

std::optional<PostgresState::Update> PostgresState::update_of(const DatabaseOperation& operation) {
  Update update;
  Quantity taken = 0;
  if (const auto* take = std::get_if<TakeIfAvailable>(&operation)) {
    update = {take->order.item, take->order.quantity, true, 0};
    taken = take->order.quantity;
  } else if (const auto* guarded = std::get_if<DecrementGuarded>(&operation)) {
    update = {guarded->item, guarded->quantity, true, 0};
    taken = guarded->quantity;
  } else if (const auto* unguarded = std::get_if<DecrementUnguarded>(&operation)) {
    update.item = unguarded->item;
    taken = unguarded->quantity;
  } else if (const auto* write = std::get_if<WriteStock>(&operation)) {
    update.item = write->item;
    update.becomes = write->quantity;
    return update;
  } else {
    return std::nullopt;
  }
  if (const Row* row = find(update.item)) update.becomes = row->stock.quantity - taken;
  return update;
}

DatabaseReply PostgresState::nothing_changed(const DatabaseOperation& operation) {
  if (std::holds_alternative<TakeIfAvailable>(operation)) return std::optional<Stock>();
  return RowCount{0};
}

PostgresState::Execution PostgresState::execute(Transaction transaction,
                                                const DatabaseOperation& operation) {
  if (const auto* read = std::get_if<ReadStock>(&operation)) {
    return answered(DatabaseReply(row(read->item)));
  }
  const std::optional<Update> update = update_of(operation);
  if (update) {
    if (auto ended = take_row(transaction, operation, *update)) return *std::move(ended);
  }
  if (const Order* order = order_of(operation)) {
    auto ended = take_key(transaction, order->key);
    // An error rolls the update back with it.
    if (ended && ended->progress == Progress::answered && update) release(*find(update->item));
    if (ended) return *std::move(ended);
  }
  return {Progress::locked, std::nullopt};
}

std::optional<PostgresState::Execution> PostgresState::take_row(Transaction transaction,
                                                                const DatabaseOperation& operation,
                                                                const Update& update) {
  Row* row = find(update.item);
  if (row == nullptr) return answered(nothing_changed(operation));
  if (row->holder == transaction) return std::nullopt;  // it came back from waiting for a key
  if (update.guarded && row->stock.quantity < update.least) {
    if (!row->holder) call_next(*row);  // it may have been called, and takes nothing
    return answered(nothing_changed(operation));
  }
  if (row->holder) {
    row->waiting.push_back(transaction);
    return Execution{Progress::waiting, std::nullopt};
  }
  if (check_constraint_ && update.becomes < 0) {
    call_next(*row);
    return answered(check_violation(update.item));
  }
  row->holder = transaction;
  return std::nullopt;
}

std::optional<PostgresState::Execution> PostgresState::take_key(Transaction transaction,
                                                                OrderKey key) {
  KeyState& state = keys_[key];
  if (state.committed) return answered(duplicate_key(key));
  if (state.holder && state.holder != transaction) {
    state.waiting.push_back(transaction);
    return Execution{Progress::waiting, std::nullopt};
  }
  state.holder = transaction;
  return std::nullopt;
}

Result<DatabaseReply> PostgresState::commit(Transaction transaction,
                                            const DatabaseOperation& operation) {
  const std::optional<Update> update = update_of(operation);
  std::optional<Version> version;
  DatabaseReply reply = Done{};
  if (update) {
    Row* row = find(update->item);
    CHECK(row != nullptr && row->holder == transaction, "a commit without its row lock");
    row->stock = {update->becomes, row->stock.version + 1};
    version = row->stock.version;
    reply = RowCount{1};
    if (std::holds_alternative<TakeIfAvailable>(operation)) reply = std::optional(row->stock);
    release(*row);
  }
  if (const Order* order = order_of(operation)) {
    KeyState& state = keys_[order->key];
    CHECK(state.holder == transaction, "a commit without its key");
    state.committed = true;
    state.holder.reset();
    called_.insert(called_.end(), state.waiting.begin(), state.waiting.end());
    state.waiting.clear();
    orders_.push_back({order->key, order->buyer, order->item, order->quantity, version});
  }
  return reply;
}

void PostgresState::release(Row& row) {
  row.holder.reset();
  call_next(row);
}

void PostgresState::call_next(Row& row) {
  if (row.waiting.empty()) return;
  called_.push_back(row.waiting.front());
  row.waiting.pop_front();
}

std::optional<PostgresState::Transaction> PostgresState::called() {
  if (called_.empty()) return std::nullopt;
  const Transaction next = called_.front();
  called_.pop_front();
  return next;
}

GroundTruth PostgresState::truth() const {
  GroundTruth truth;
  for (const ItemId item : items_) {
    const Row& row = rows_.at(item);
    truth.items.push_back({item, row.initial, row.stock.quantity, std::nullopt});
  }
  truth.orders = orders_;
  std::sort(truth.orders.begin(), truth.orders.end(),
            [](const OrderRow& a, const OrderRow& b) { return a.key < b.key; });
  return truth;
}

}  // namespace doorbuster
