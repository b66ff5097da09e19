// Interactive transactions of the simulated PostgreSQL: locks that are held over several
// statements, waits that may end in a deadlock, and an end that makes all visible or nothing.
#include <algorithm>

#include "base/check.h"
#include "sim/postgres_state.h"

namespace doorbuster {
namespace {

Error refused(const char* code, std::string message) {
  return Error(Store::postgres, Cause::refused_by_server, true, code, std::move(message));
}

PostgresState::Execution said(Result<DatabaseReply> reply) {
  return {PostgresState::Progress::answered, std::move(reply)};
}

}  // namespace

PostgresState::Transaction PostgresState::holder_of(TransactionId transaction) {
  return kInteractive | static_cast<Transaction>(transaction);
}

PostgresState::Execution PostgresState::execute_in(Transaction statement,
                                                   const DatabaseOperation& operation) {
  if (std::holds_alternative<Begin>(operation)) {
    const TransactionId id{++begun_};
    open_[id];
    return said(DatabaseReply(id));
  }
  const TransactionId id = *transaction_of(operation);
  const auto found = open_.find(id);
  if (found == open_.end()) return said(no_such_transaction());
  Open& open = found->second;
  awaited_.erase(holder_of(id));
  if (std::holds_alternative<Rollback>(operation)) {
    end(id, false);
    return said(DatabaseReply(Done{}));
  }
  if (open.aborted) {
    if (std::holds_alternative<Commit>(operation)) end(id, false);
    return said(refused("25P02", "the transaction is aborted: roll it back"));
  }
  if (std::holds_alternative<Commit>(operation)) {
    end(id, true);
    return said(DatabaseReply(Done{}));
  }
  Execution execution;
  if (const auto* lock = std::get_if<LockStock>(&operation)) {
    execution = lock_in(statement, open, *lock);
  } else if (const auto* take = std::get_if<TakeIn>(&operation)) {
    execution = take_in(statement, open, *take);
  } else {
    execution = insert_in(statement, open, std::get<InsertOrderIn>(operation));
  }
  if (execution.reply && !execution.reply->ok()) open.aborted = true;
  return execution;
}

PostgresState::Execution PostgresState::lock_in(Transaction statement, Open& open,
                                                const LockStock& operation) {
  Item* item = find(operation.item);
  if (item == nullptr) return said(DatabaseReply(std::optional<Stock>{}));
  Row& row = item->row;
  const Transaction self = holder_of(operation.transaction);
  if (row.holder == self) return said(DatabaseReply(row.pending));
  if (row.holder) {
    if (operation.nowait) {
      return said(refused("55P03", "could not obtain the lock on the row"));
    }
    if (deadlocks(self, &row)) return said(deadlock());
    row.waiting.push_back(statement);
    awaited_.insert_or_assign(self, &row);
    return {Progress::waiting, std::nullopt};
  }
  row.holder = self;
  row.pending = row.stock;
  open.locked.push_back(operation.item);
  return said(DatabaseReply(row.pending));
}

// An UPDATE takes the lock by itself, where no SELECT FOR UPDATE did before.
PostgresState::Execution PostgresState::take_in(Transaction statement, Open& open,
                                                const TakeIn& operation) {
  Execution locked = lock_in(statement, open, {operation.transaction, operation.item});
  Item* item = find(operation.item);
  if (item == nullptr || item->row.holder != holder_of(operation.transaction)) return locked;
  Stock& stock = *item->row.pending;
  if (check_constraint_ && stock.quantity < operation.quantity) {
    return said(
        refused("23514", "the stock would be negative, which its check constraint forbids"));
  }
  stock = {stock.quantity - operation.quantity, stock.version + 1};
  open.changed.push_back({operation.item, stock});
  return said(DatabaseReply(item->row.pending));
}

PostgresState::Execution PostgresState::insert_in(Transaction statement, Open& open,
                                                  const InsertOrderIn& operation) {
  KeyState& key = keys_[operation.order.key];
  const Transaction self = holder_of(operation.transaction);
  if (key.order || key.holder == self) {
    return said(duplicate_key(operation.order.key));
  }
  if (key.holder) {
    if (deadlocks(self, &key)) return said(deadlock());
    key.waiting.push_back(statement);
    awaited_.insert_or_assign(self, &key);
    return {Progress::waiting, std::nullopt};
  }
  key.holder = self;
  open.placed.push_back(operation);
  return said(DatabaseReply(Done{}));
}

Error PostgresState::deadlock() { return refused("40P01", "deadlock detected"); }

void PostgresState::end(TransactionId transaction, bool commit) {
  const Open open = std::move(open_.at(transaction));
  open_.erase(transaction);
  if (commit) {
    for (const Open::Change& made : open.changed) {
      change(made.item, find(made.item)->row, made.becomes);
    }
  }
  for (const ItemId id : open.locked) {
    Row& row = find(id)->row;
    row.pending.reset();
    release(row);
  }
  for (const InsertOrderIn& placed : open.placed) {
    if (commit) {
      write_order(holder_of(transaction), placed.order, placed.version);
      continue;
    }
    KeyState& key = keys_[placed.order.key];
    key.holder.reset();
    called_.insert(called_.end(), key.waiting.begin(), key.waiting.end());
    key.waiting.clear();
  }
}

Result<DatabaseReply> PostgresState::give_up(Transaction statement, TransactionId transaction) {
  const auto waits = awaited_.find(holder_of(transaction));
  CHECK(waits != awaited_.end(), "gave up what it did not wait for");
  std::visit([&](auto* thing) { std::erase(thing->waiting, statement); }, waits->second);
  awaited_.erase(waits);
  open_.at(transaction).aborted = true;
  return refused("55P03", "canceling statement due to lock timeout");
}

std::optional<PostgresState::Transaction> PostgresState::holder(const Awaited& awaited) {
  return std::visit([](const auto* thing) { return thing->holder; }, awaited);
}

bool PostgresState::deadlocks(Transaction self, const Awaited& awaited) const {
  std::optional<Transaction> next = holder(awaited);
  while (next && *next != self) {
    const auto waits = awaited_.find(*next);
    next = waits == awaited_.end() ? std::nullopt : holder(waits->second);
  }
  return next.has_value();
}

}  // namespace doorbuster
