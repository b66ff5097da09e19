// The engine of the simulated PostgreSQL: what becomes of a statement, from its asking to its
// reply, and whose the connections are meanwhile. Internal to sim/; see sim/simulated_database.h.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "sim/simulated_database.h"
#include "sim/slab.h"

namespace doorbuster {

// The connections of one client, and who waits for one, in turn.
struct DatabasePool {
  struct Connection {
    std::deque<std::uint32_t> sent;  // in the order in which its backend serves them
  };
  DatabaseClient settings;
  std::vector<Connection> connections;
  std::vector<std::size_t> idle;  // with one statement a connection
  std::deque<std::uint32_t> waiting;
};

class SimulatedPostgres::Engine {
 public:
  Engine(Scheduler& scheduler, ServiceModel model, std::uint64_t seed)
      : scheduler_(scheduler), model_(model), random_(seed) {
    CHECK(model.cores >= 1, "a simulated PostgreSQL with {} cores", model.cores);
    core_free_.assign(static_cast<std::size_t>(model.cores), kRunStart);
  }

  PostgresState& state() { return state_; }
  std::size_t in_flight() const { return statements_.size(); }

  void ask(DatabasePool& pool, DatabaseOperation operation, Completer<DatabaseReply> completer);
  void freeze_while(std::vector<const StrikeWindow*> windows) { freezes_ = std::move(windows); }

 private:
  struct Statement {
    DatabaseOperation operation;
    DatabasePool* pool = nullptr;
    Completer<DatabaseReply> completer;
    std::optional<Result<DatabaseReply>> reply;
    Scheduler::StepId timeout;
    Scheduler::StepId lock_timeout;  // of its wait for a lock inside a transaction
    Instant asked{};
    std::size_t connection = kNone;  // until it is sent, and once its transaction was given up
    bool arrived = false;
  };
  // An interactive transaction, and the connection that it has for itself.
  struct Open {
    DatabasePool* pool = nullptr;
    std::size_t connection = 0;
    Duration lock_timeout{};
    Scheduler::StepId idle;
    bool given_up = false;  // its client closed the connection under a statement
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  static std::size_t free_connection(DatabasePool& pool);
  void send(std::uint32_t id, std::size_t connection);
  void begin(std::uint32_t id, Instant arrived);
  void arrive(std::uint32_t id);
  void execute(std::uint32_t id);
  void commit(std::uint32_t id);
  void execute_in(std::uint32_t id);
  void lock_timed_out(std::uint32_t id);
  std::optional<Error> refusal(const DatabasePool& pool, const DatabaseOperation& operation) const;
  bool stays_pinned(const Statement& statement);
  void give_up(std::uint32_t id);
  void end_idle(TransactionId id);
  void roll_back(TransactionId id);
  void call_waiters();
  void finish(std::uint32_t id, Result<DatabaseReply> reply);
  void deliver(std::uint32_t id);
  void time_out(std::uint32_t id);
  void send_waiting(DatabasePool& pool);
  bool frozen() const;
  void thaw_later(DatabasePool& pool);
  void glance_later();
  void thaw();

  Scheduler::StepId park(Instant due, StepKind kind, std::uint32_t id);
  void happen(StepKind kind, std::uint32_t id);

  Scheduler& scheduler_;
  ServiceModel model_;
  Random random_;
  PostgresState state_;
  Slab<Statement> statements_;
  std::unordered_map<TransactionId, Open> open_;  // looked up, never iterated
  std::vector<Instant> core_free_;
  std::vector<const StrikeWindow*> freezes_;
  std::vector<DatabasePool*> frozen_;  // in which somebody waits for the end of a freeze
};

}  // namespace doorbuster
