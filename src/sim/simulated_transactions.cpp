// Interactive transactions as a client's pool has them: each has a connection for itself, until it
// ends or its client gives it up.
#include <utility>

#include "sim/postgres_engine.h"

namespace doorbuster {

// As the client's own pool refuses it, before anything is sent.
std::optional<Error> SimulatedPostgres::Engine::refusal(const DatabasePool& pool,
                                                        const DatabaseOperation& operation) const {
  const auto transaction = transaction_of(operation);
  if (std::holds_alternative<Begin>(operation) && pool.settings.depth > 1) {
    return no_transactions_here();
  }
  if (!transaction) return std::nullopt;
  const auto open = open_.find(*transaction);
  if (open == open_.end() || open->second.given_up) return no_such_transaction();
  return std::nullopt;
}

void SimulatedPostgres::Engine::execute_in(std::uint32_t id) {
  Statement& statement = statements_[id];
  PostgresState::Execution execution = state_.execute_in(id, statement.operation);
  call_waiters();
  if (execution.reply) return finish(id, *std::move(execution.reply));
  const Open& open = open_.at(*transaction_of(statement.operation));
  if (open.lock_timeout == Duration{}) return;
  const auto stop_waiting = [](void* self, std::uint64_t which) {
    static_cast<Engine*>(self)->lock_timed_out(static_cast<std::uint32_t>(which));
  };
  statement.lock_timeout =
      scheduler_.park(scheduler_.now() + open.lock_timeout, statement.pool->settings.client,
                      StepKind::timeout, name_of(statement.operation), {stop_waiting, this, id});
}

void SimulatedPostgres::Engine::lock_timed_out(std::uint32_t id) {
  finish(id, state_.give_up(id, *transaction_of(statements_[id].operation)));
}

// After a statement was answered: whether its connection remains its transaction's.
bool SimulatedPostgres::Engine::stays_pinned(const Statement& statement) {
  auto transaction = transaction_of(statement.operation);
  if (const auto* begin = std::get_if<Begin>(&statement.operation)) {
    transaction = std::get<TransactionId>(**statement.reply);
    open_[*transaction] = {statement.pool, statement.connection, begin->lock_timeout, {}, false};
  }
  if (!transaction) return false;
  if (std::holds_alternative<Commit>(statement.operation) ||
      std::holds_alternative<Rollback>(statement.operation)) {
    open_.erase(*transaction);
    return false;
  }
  if (statement.completer.abandoned()) {  // nobody heard it: the client closed the connection
    roll_back(*transaction);
    return false;
  }
  const Duration patience = statement.pool->settings.timeout;
  if (patience == Duration{}) return true;
  const auto end = [](void* self, std::uint64_t which) {
    static_cast<Engine*>(self)->end_idle(TransactionId{static_cast<std::int64_t>(which)});
  };
  open_.at(*transaction).idle = scheduler_.park(
      scheduler_.now() + patience, statement.pool->settings.client, StepKind::timeout,
      "idle_in_transaction", {end, this, static_cast<std::uint64_t>(*transaction)});
  return true;
}

// After a statement's time was up: the pool opens the connection anew at once. The server goes on
// with the statement, and finds out after it that nobody is there.
void SimulatedPostgres::Engine::give_up(std::uint32_t id) {
  Statement& statement = statements_[id];
  open_.at(*transaction_of(statement.operation)).given_up = true;
  DatabasePool& pool = *statement.pool;
  const std::size_t connection = std::exchange(statement.connection, kNone);
  pool.connections[connection].sent.clear();
  pool.idle.push_back(connection);
  send_waiting(pool);
}

// The server's idle_in_transaction_session_timeout; the pool opens the connection anew.
void SimulatedPostgres::Engine::end_idle(TransactionId id) {
  const Open open = open_.at(id);
  roll_back(id);
  open.pool->idle.push_back(open.connection);
  send_waiting(*open.pool);
}

void SimulatedPostgres::Engine::roll_back(TransactionId id) {
  open_.erase(id);
  state_.execute_in(0, Rollback{id});
  call_waiters();
}

}  // namespace doorbuster
