#include "sim/postgres_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace doorbuster {
namespace {

Error check_violation(ItemId item) {
  return Error(Store::postgres, Cause::refused_by_server, true, "23514",
               fmt::format("the stock of item {} would be negative, which its check constraint "
                           "forbids",
                           number(item)));
}

PostgresState::Execution answered(Result<DatabaseReply> reply) {
  return {PostgresState::Progress::answered, std::move(reply)};
}

ItemId item_of(const DatabaseOperation& operation) {
  return std::visit(
      [](const auto& op) {
        if constexpr (requires { op.order; }) {
          return op.order.item;
        } else if constexpr (requires { op.item; }) {
          return op.item;
        } else {
          return ItemId{};
        }
      },
      operation);
}

Quantity taken_by(const DatabaseOperation& operation) {
  return std::visit(
      [](const auto& op) -> Quantity {
        if constexpr (requires { op.order; }) {
          return op.order.quantity;
        } else if constexpr (requires { op.quantity; }) {
          return op.quantity;
        } else {
          return 0;
        }
      },
      operation);
}

}  // namespace

Error PostgresState::duplicate_key(OrderKey key) {
  return Error(Store::postgres, Cause::duplicate_key, true, "23505",
               fmt::format("order key {} was used before", number(key)));
}

void PostgresState::stock(const Stocking& stocking) {
  CHECK(stocking.buckets >= 1, "a shop of {} buckets", stocking.buckets);
  check_constraint_ = stocking.check_constraint;
  log_changes_ = stocking.log_changes;
  log_.clear();
  items_.clear();
  shelf_.clear();
  keys_.clear();
  orders_.clear();
  outbox_.clear();
  holds_.clear();
  called_.clear();
  open_.clear();
  awaited_.clear();
  for (const StockedItem& stocked : stocking.items) {
    CHECK(!shelf_.contains(stocked.item), "item {} is stocked twice", number(stocked.item));
    items_.push_back(stocked.item);
    Item& item = shelf_[stocked.item];
    item.initial = stocked.quantity;
    switch (stocking.layout) {
      case StockLayout::row:
        item.row.stock.quantity = stocked.quantity;
        break;
      case StockLayout::buckets:
        item.buckets.resize(static_cast<std::size_t>(stocking.buckets));
        for (Quantity i = 0; i < stocking.buckets; ++i) {
          item.buckets[static_cast<std::size_t>(i)].stock.quantity =
              stocked.quantity / stocking.buckets + (i < stocked.quantity % stocking.buckets);
        }
        break;
      case StockLayout::units:
        if (stocked.quantity > 0) {
          item.units = Units{};  // clang 14 finds no emplace() for a nested type
          item.units->free = stocked.quantity;
        }
        break;
    }
  }
}

PostgresState::Item* PostgresState::find(ItemId item) {
  const auto found = shelf_.find(item);
  return found == shelf_.end() ? nullptr : &found->second;
}

const PostgresState::Item* PostgresState::find(ItemId item) const {
  const auto found = shelf_.find(item);
  return found == shelf_.end() ? nullptr : &found->second;
}

Quantity PostgresState::Units::locked() const {
  Quantity sum = 0;
  for (const Hold& hold : holds) sum += hold.quantity;
  return sum;
}

Quantity PostgresState::Units::held(Transaction transaction) const {
  const auto hold = std::ranges::find(holds, transaction, &Hold::transaction);
  return hold == holds.end() ? 0 : hold->quantity;
}

bool PostgresState::Update::guards_hold() const {
  return (!least || row->stock.quantity >= *least) &&
         (!version || row->stock.version == *version) && (!fence || row->fence <= *fence);
}

const Order* PostgresState::order_of(const DatabaseOperation& operation) {
  return std::visit(
      [](const auto& op) -> const Order* {
        if constexpr (requires { op.order; }) {
          return &op.order;
        } else {
          return nullptr;
        }
      },
      operation);
}

std::optional<PostgresState::Update> PostgresState::update_of(const DatabaseOperation& operation) {
  if (std::holds_alternative<InsertOrder>(operation) ||
      std::holds_alternative<TakeUnits>(operation) ||
      std::holds_alternative<MarkRelayed>(operation)) {
    return std::nullopt;
  }
  Update update;
  if (const auto* bucket = std::get_if<TakeFromBucket>(&operation)) {
    Item* item = find(bucket->order.item);
    const auto index = static_cast<std::size_t>(bucket->bucket);
    if (item != nullptr && index < item->buckets.size()) update.row = &item->buckets[index];
  } else if (Item* item = find(item_of(operation))) {
    update.row = &item->row;
  }
  if (update.row == nullptr) return update;
  if (const auto* write = std::get_if<WriteStock>(&operation)) {
    update.becomes = write->quantity;
    return update;
  }
  if (const auto* returned = std::get_if<ReturnUnits>(&operation)) {
    update.becomes = update.row->stock.quantity + returned->quantity;
    return update;
  }
  const Quantity taken = taken_by(operation);
  update.becomes = update.row->stock.quantity - taken;
  if (!std::holds_alternative<DecrementUnguarded>(operation)) update.least = taken;
  if (const auto* take = std::get_if<TakeAtVersion>(&operation)) update.version = take->version;
  if (const auto* take = std::get_if<TakeFenced>(&operation)) update.fence = take->fence;
  if (const auto* take = std::get_if<TakeUnderLock>(&operation)) {
    update.under_lock = true;
    update.waits_for_lock = take->waits;
  }
  return update;
}

DatabaseReply PostgresState::nothing_changed(const DatabaseOperation& operation) {
  return std::visit(
      [](const auto& op) { return DatabaseReply(typename std::decay_t<decltype(op)>::Reply{}); },
      operation);
}

PostgresState::Execution PostgresState::execute(Transaction transaction,
                                                const DatabaseOperation& operation, Instant now) {
  if (auto answer = read(operation, now)) return answered(*std::move(answer));
  if (auto execution = execute_on_holds(transaction, operation, now)) return *std::move(execution);
  if (const auto* batch = std::get_if<TakeBatch>(&operation)) {
    return execute_batch(transaction, *batch);
  }
  if (const auto* mark = std::get_if<MarkRelayed>(&operation)) {
    if (outbox_.news_up_to(mark->item, mark->version) == 0)
      return answered(DatabaseReply(RowCount{}));
  }
  if (const auto* units = std::get_if<TakeUnits>(&operation)) {
    if (auto ended = take_units(transaction, *units)) return *std::move(ended);
  }
  if (const auto update = update_of(operation)) {
    if (auto ended = take_row(transaction, operation, *update)) return *std::move(ended);
  }
  if (const Order* order = order_of(operation)) {
    const bool holds = std::holds_alternative<TakeHold>(operation);
    auto ended = holds ? take_hold_key(transaction, *order) : take_key(transaction, order->key);
    if (ended && ended->progress == Progress::answered) roll_back(transaction, operation);
    if (ended) return *std::move(ended);
  }
  return {Progress::locked, std::nullopt};
}

std::optional<PostgresState::Execution> PostgresState::take_row(Transaction transaction,
                                                                const DatabaseOperation& operation,
                                                                const Update& update) {
  Row* row = update.row;
  if (row == nullptr) return answered(nothing_changed(operation));
  if (row->holder == transaction) return std::nullopt;  // it came back from waiting for a key
  const bool shut = update.under_lock && row->advisory && row->advisory != transaction;
  if ((shut && !update.waits_for_lock) || !update.guards_hold()) {
    if (row->advisory == transaction) row->advisory.reset();
    if (!row->holder) call_next(row->waiting);  // it may have been called, and takes nothing
    return answered(nothing_changed(operation));
  }
  if (update.under_lock && !shut) row->advisory = transaction;
  if (row->holder || shut) {
    row->waiting.push_back(transaction);
    return Execution{Progress::waiting, std::nullopt};
  }
  if (check_constraint_ && update.becomes < 0) {
    call_next(row->waiting);
    return answered(check_violation(item_of(operation)));
  }
  row->holder = transaction;
  return std::nullopt;
}

std::optional<PostgresState::Execution> PostgresState::take_units(Transaction transaction,
                                                                  const TakeUnits& operation) {
  Item* item = find(operation.order.item);
  if (item == nullptr || !item->units) return answered(DatabaseReply(RowCount{0}));
  Units& units = *item->units;
  if (units.held(transaction) > 0) return std::nullopt;  // it came back from waiting for a key
  const Quantity locked = units.locked();
  if (!operation.skip_locked && locked > 0) {
    units.waiting.push_back(transaction);
    return Execution{Progress::waiting, std::nullopt};
  }
  const Quantity found = std::min(units.free - locked, operation.order.quantity);
  if (found == 0) {
    if (locked == 0) call_next(units.waiting);  // it may have been called, and takes nothing
    return answered(DatabaseReply(RowCount{0}));
  }
  units.holds.push_back({transaction, found});
  // Too few are locked all the same, until its end.
  if (found < operation.order.quantity) return Execution{Progress::locked, std::nullopt};
  return std::nullopt;
}

std::optional<PostgresState::Execution> PostgresState::take_key(Transaction transaction,
                                                                OrderKey key) {
  awaited_.erase(transaction);  // it may have been called
  KeyState& state = keys_[key];
  if (state.order) return answered(duplicate_key(key));
  if (state.holder && state.holder != transaction) {
    // Only here one statement waits while it holds something that a transaction may wait for.
    if (deadlocks(transaction, &state)) return answered(deadlock());
    awaited_.insert_or_assign(transaction, &state);
    state.waiting.push_back(transaction);
    return Execution{Progress::waiting, std::nullopt};
  }
  state.holder = transaction;
  return std::nullopt;
}

// An error rolls everything back that the statement did before.
void PostgresState::roll_back(Transaction transaction, const DatabaseOperation& operation) {
  if (const auto update = update_of(operation)) release(*update->row);
  if (const auto* take = std::get_if<TakeUnits>(&operation)) {
    release(*find(take->order.item)->units, transaction);
  }
}

Result<DatabaseReply> PostgresState::commit(Transaction transaction,
                                            const DatabaseOperation& operation, Instant now) {
  if (const auto* mark = std::get_if<MarkRelayed>(&operation)) {
    return DatabaseReply(outbox_.mark_relayed(mark->item, mark->version));
  }
  if (auto reply = commit_on_holds(transaction, operation, now)) return *std::move(reply);
  if (const auto* batch = std::get_if<TakeBatch>(&operation)) {
    return commit_batch(transaction, *batch);
  }
  DatabaseReply reply = Done{};
  std::optional<Version> version;
  if (const auto update = update_of(operation)) {
    Row* row = update->row;
    CHECK(row != nullptr && row->holder == transaction, "a commit without its row lock");
    change(item_of(operation), *row, {update->becomes, row->stock.version + 1});
    if (update->fence) row->fence = *update->fence;
    if (std::holds_alternative<TakeWithOutbox>(operation)) {
      outbox_.append(item_of(operation), row->stock, now);
    }
    const bool orders_sales = !std::holds_alternative<TakeFromBucket>(operation);
    if (orders_sales) version = row->stock.version;
    reply = RowCount{1};
    if (!std::holds_alternative<ReturnUnits>(operation)) reply = std::optional(row->stock);
    release(*row);
  }
  if (const auto* take = std::get_if<TakeUnits>(&operation)) {
    Units& units = *find(take->order.item)->units;
    CHECK(units.held(transaction) > 0, "a commit without its units");
    const bool enough = units.held(transaction) == take->order.quantity;
    release(units, transaction);
    if (!enough) return DatabaseReply(RowCount{0});
    units.free -= take->order.quantity;
    reply = RowCount{1};
  }
  if (const auto* hold = std::get_if<TakeHold>(&operation)) {
    HoldTable::Row& placed = *holds_.find(hold->order.key);
    holds_.place(placed, *version, now, hold->lasts);
    release(placed);
  } else if (const Order* order = order_of(operation)) {
    write_order(transaction, *order, version);
  }
  return reply;
}

// As a trigger on the item's own row would log it, which buckets have none of.
void PostgresState::change(ItemId item, Row& row, Stock becomes) {
  if (log_changes_ && &row == &find(item)->row) {
    log_.push_back({.item = item,
                    .version = static_cast<std::int32_t>(becomes.version),
                    .before = static_cast<std::int32_t>(row.stock.quantity),
                    .after = static_cast<std::int32_t>(becomes.quantity)});
  }
  row.stock = becomes;
}

void PostgresState::write_order(Transaction transaction, const Order& order,
                                std::optional<Version> version) {
  KeyState& state = keys_[order.key];
  CHECK(state.holder == transaction, "a commit without its key");
  state.order = orders_.size();
  state.holder.reset();
  called_.insert(called_.end(), state.waiting.begin(), state.waiting.end());
  state.waiting.clear();
  orders_.push_back({order.key, order.buyer, order.item, order.quantity, version});
}

void PostgresState::release(Row& row) {
  if (row.advisory == row.holder) row.advisory.reset();
  row.holder.reset();
  call_next(row.waiting);
}

void PostgresState::release(Units& units, Transaction transaction) {
  std::erase_if(units.holds,
                [&](const Units::Hold& hold) { return hold.transaction == transaction; });
  call_next(units.waiting);
}

void PostgresState::call_next(std::deque<Transaction>& waiting) {
  if (waiting.empty()) return;
  called_.push_back(waiting.front());
  waiting.pop_front();
}

std::optional<PostgresState::Transaction> PostgresState::called() {
  if (called_.empty()) return std::nullopt;
  const Transaction next = called_.front();
  called_.pop_front();
  return next;
}

}  // namespace doorbuster
