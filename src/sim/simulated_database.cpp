#include "sim/simulated_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/completion.h"
#include "sim/postgres_engine.h"

namespace doorbuster {
namespace {

constexpr Duration kGlanceAtFreeze = 1ms;  // between two looks whether a freeze is over

}  // namespace

Scheduler::StepId SimulatedPostgres::Engine::park(Instant due, StepKind kind, std::uint32_t id) {
  const auto run = [](void* self, std::uint64_t what) {
    static_cast<Engine*>(self)->happen(static_cast<StepKind>(what >> 32),
                                       static_cast<std::uint32_t>(what));
  };
  const Statement& statement = statements_[id];
  return scheduler_.park(due, statement.pool->settings.client, kind, name_of(statement.operation),
                         {run, this, std::uint64_t{static_cast<unsigned char>(kind)} << 32 | id});
}

void SimulatedPostgres::Engine::happen(StepKind kind, std::uint32_t id) {
  switch (kind) {
    case StepKind::arrive:
      return arrive(id);
    case StepKind::execute:
    case StepKind::recheck:
      return execute(id);
    case StepKind::commit:
      return commit(id);
    case StepKind::timeout:
      return time_out(id);
    default:
      return statements_[id].reply ? deliver(id) : execute(id);
  }
}

void SimulatedPostgres::Engine::ask(DatabasePool& pool, DatabaseOperation operation,
                                    Completer<DatabaseReply> completer) {
  if (auto refused = refusal(pool, operation)) return completer.complete(*std::move(refused));
  const std::uint32_t id = statements_.insert({});
  Statement& asked = statements_[id];
  asked.operation = operation;
  asked.pool = &pool;
  asked.completer = std::move(completer);
  asked.asked = scheduler_.now();
  if (pool.settings.timeout > Duration{}) {
    asked.timeout = park(asked.asked + pool.settings.timeout, StepKind::timeout, id);
  }
  if (const auto transaction = transaction_of(operation)) {
    const Open& open = open_.at(*transaction);
    scheduler_.cancel(open.idle);
    return send(id, open.connection);
  }
  const bool in_turn = pool.waiting.empty() && !frozen();
  const std::size_t connection = in_turn ? free_connection(pool) : kNone;
  if (connection == kNone) {
    pool.waiting.push_back(id);
    if (frozen()) thaw_later(pool);
  } else {
    send(id, connection);
  }
}

// The connection with the fewest statements in flight; kNone when all are full. A pool without a
// limit grows.
std::size_t SimulatedPostgres::Engine::free_connection(DatabasePool& pool) {
  std::size_t best = kNone;
  if (pool.settings.depth == 1 && !pool.idle.empty()) {
    best = pool.idle.back();
    pool.idle.pop_back();
  } else if (pool.settings.depth > 1) {
    auto least = static_cast<std::size_t>(pool.settings.depth);
    for (std::size_t i = 0; i < pool.connections.size() && least > 0; ++i) {
      if (pool.connections[i].sent.size() >= least) continue;
      best = i;
      least = pool.connections[i].sent.size();
    }
  }
  if (best != kNone || pool.settings.connections > 0) return best;
  pool.connections.emplace_back();
  return pool.connections.size() - 1;
}

void SimulatedPostgres::Engine::send(std::uint32_t id, std::size_t connection) {
  Statement& statement = statements_[id];
  DatabasePool& pool = *statement.pool;
  if (pool.settings.pool_wait != nullptr && !transaction_of(statement.operation)) {
    pool.settings.pool_wait->record(scheduler_.now() - statement.asked);
  }
  statement.connection = connection;
  pool.connections[connection].sent.push_back(id);
  const Instant arrived = scheduler_.now() + model_.one_way();
  // With one statement a connection all travel alike and begin as they arrive, so the core that
  // serves this one is known now. Behind others in a pipeline it is not.
  if (pool.settings.depth == 1) {
    begin(id, arrived);
  } else {
    park(arrived, StepKind::arrive, id);
  }
}

void SimulatedPostgres::Engine::arrive(std::uint32_t id) {
  statements_[id].arrived = true;
  const auto& sent = statements_[id].pool->connections[statements_[id].connection].sent;
  const auto self = std::find(sent.begin(), sent.end(), id);
  const bool next = self == sent.begin() || statements_[*(self - 1)].reply.has_value();
  if (next) begin(id, scheduler_.now());
}

void SimulatedPostgres::Engine::begin(std::uint32_t id, Instant arrived) {
  Instant& core = *std::min_element(core_free_.begin(), core_free_.end());
  core = std::max(core, arrived) + model_.draw(model_.postgres_service, random_);
  park(core, model_.fused ? StepKind::deliver : StepKind::execute, id);
}

void SimulatedPostgres::Engine::execute(std::uint32_t id) {
  const DatabaseOperation& operation = statements_[id].operation;
  if (std::holds_alternative<Commit>(operation) && !model_.fused) {
    park(scheduler_.now() + model_.draw(model_.postgres_commit, random_), StepKind::commit, id);
    return;
  }
  if (is_interactive(operation)) return execute_in(id);
  PostgresState::Execution execution = state_.execute(id, operation, scheduler_.now());
  switch (execution.progress) {
    case PostgresState::Progress::answered:
      finish(id, *std::move(execution.reply));
      break;
    case PostgresState::Progress::locked:
      if (model_.fused) return commit(id);
      park(scheduler_.now() + model_.draw(model_.postgres_commit, random_), StepKind::commit, id);
      break;
    case PostgresState::Progress::waiting:
      break;
  }
  call_waiters();
}

void SimulatedPostgres::Engine::commit(std::uint32_t id) {
  if (is_interactive(statements_[id].operation)) return execute_in(id);
  Result<DatabaseReply> reply = state_.commit(id, statements_[id].operation, scheduler_.now());
  call_waiters();
  finish(id, std::move(reply));
}

void SimulatedPostgres::Engine::call_waiters() {
  while (const auto called = state_.called()) {
    scheduler_.cancel(statements_[*called].lock_timeout);
    park(scheduler_.now(), StepKind::recheck, *called);
  }
}

void SimulatedPostgres::Engine::finish(std::uint32_t id, Result<DatabaseReply> reply) {
  Statement& statement = statements_[id];
  statement.reply.emplace(std::move(reply));
  if (statement.pool->settings.depth > 1) {
    auto& sent = statement.pool->connections[statement.connection].sent;
    // The backend goes on with the next of its pipeline; the client counts this one until its
    // reply is there.
    const auto next = std::find(sent.begin(), sent.end(), id) + 1;
    if (next != sent.end() && statements_[*next].arrived) begin(*next, scheduler_.now());
  }
  if (model_.fused) return deliver(id);
  park(scheduler_.now() + model_.one_way(), StepKind::deliver, id);
}

void SimulatedPostgres::Engine::deliver(std::uint32_t id) {
  Statement statement = statements_.take(id);
  scheduler_.cancel(statement.timeout);
  const bool connected = statement.connection != kNone;
  if (connected) {
    auto& sent = statement.pool->connections[statement.connection].sent;
    sent.erase(std::find(sent.begin(), sent.end(), id));
  }
  if (!stays_pinned(statement) && connected) {
    if (statement.pool->settings.depth == 1) statement.pool->idle.push_back(statement.connection);
    send_waiting(*statement.pool);
  }
  statement.completer.complete(*std::move(statement.reply));
}

void SimulatedPostgres::Engine::send_waiting(DatabasePool& pool) {
  while (!pool.waiting.empty()) {
    const std::uint32_t next = pool.waiting.front();
    if (statements_[next].completer.abandoned()) {  // its client was destroyed; nothing was sent
      pool.waiting.pop_front();
      scheduler_.cancel(statements_.take(next).timeout);
      continue;
    }
    if (frozen()) return thaw_later(pool);
    const std::size_t connection = free_connection(pool);
    if (connection == kNone) return;
    pool.waiting.pop_front();
    send(next, connection);
  }
}

bool SimulatedPostgres::Engine::frozen() const {
  return std::ranges::any_of(
      freezes_, [this](const StrikeWindow* window) { return window->holds(scheduler_.now()); });
}

// The end of a freeze may yet change: whoever ends the run ends it too.
void SimulatedPostgres::Engine::thaw_later(DatabasePool& pool) {
  if (std::ranges::find(frozen_, &pool) != frozen_.end()) return;
  frozen_.push_back(&pool);
  if (frozen_.size() == 1) glance_later();
}

void SimulatedPostgres::Engine::glance_later() {
  const auto glance = [](void* self, std::uint64_t) { static_cast<Engine*>(self)->thaw(); };
  scheduler_.park(scheduler_.now() + kGlanceAtFreeze, 0, StepKind::sleep, "thaw",
                  {glance, this, 0});
}

void SimulatedPostgres::Engine::thaw() {
  if (frozen()) return glance_later();
  for (DatabasePool* const pool : std::exchange(frozen_, {})) send_waiting(*pool);
}

void SimulatedPostgres::Engine::time_out(std::uint32_t id) {
  Statement& statement = statements_[id];
  const bool sent = statement.connection != kNone;
  const bool read = access_of(statement.operation) == Access::read;
  Error error(Store::postgres, Cause::timed_out, !sent || read, "",
              fmt::format("{} {} in time", name_of(statement.operation),
                          sent ? "got no reply" : "got no connection"));
  Completer<DatabaseReply> completer = std::move(statement.completer);
  if (transaction_of(statement.operation)) {
    give_up(id);
  } else if (!sent) {
    auto& waiting = statement.pool->waiting;
    waiting.erase(std::find(waiting.begin(), waiting.end(), id));
    statements_.take(id);
  }
  // What was sent goes on: it may commit after its client gave up.
  completer.complete(std::move(error));
}

namespace {

class SimulatedDatabase : public Database {
 public:
  SimulatedDatabase(SimulatedPostgres::Engine& engine, DatabaseClient client) : engine_(engine) {
    CHECK(client.connections >= 0 && client.depth >= 1, "a pool of {} connections, {} deep",
          client.connections, client.depth);
    pool_.settings = client;
    pool_.connections.resize(static_cast<std::size_t>(client.connections));
    for (std::size_t i = pool_.connections.size(); i > 0; --i) pool_.idle.push_back(i - 1);
  }

  Task<DatabaseReply> execute(DatabaseOperation operation) override {
    Completion<DatabaseReply> answer;
    engine_.ask(pool_, operation, answer.completer());
    co_return co_await answer;
  }

 private:
  SimulatedPostgres::Engine& engine_;
  DatabasePool pool_;
};

}  // namespace

SimulatedPostgres::SimulatedPostgres(Scheduler& scheduler, ServiceModel model, std::uint64_t seed)
    : engine_(std::make_unique<Engine>(scheduler, model, seed)) {}
SimulatedPostgres::~SimulatedPostgres() = default;

void SimulatedPostgres::stock(const Stocking& stocking) {
  CHECK(engine_->in_flight() == 0, "stocked with {} statements in flight", engine_->in_flight());
  engine_->state().stock(stocking);
}

GroundTruth SimulatedPostgres::truth() const { return engine_->state().truth(); }

void SimulatedPostgres::freeze_pools_while(std::vector<const StrikeWindow*> windows) {
  engine_->freeze_while(std::move(windows));
}

std::optional<Stock> SimulatedPostgres::row(ItemId item) const {
  return engine_->state().row(item);
}

std::unique_ptr<Database> simulated_database(SimulatedPostgres& server, DatabaseClient client) {
  return std::make_unique<SimulatedDatabase>(server.engine(), client);
}

}  // namespace doorbuster
