// A simulated PostgreSQL and its clients. The server has a few cores; a statement waits for a
// connection of its client (in turn), travels, waits for a core, is executed, may wait for a lock,
// commits while it holds its locks, and its reply travels back. Any number of clients share one
// server. The scheduler outlives the server, the server and the clients the last step. One thread.
#pragma once

#include <memory>
#include <vector>

#include "measure/histogram.h"
#include "sim/postgres_state.h"
#include "sim/scheduler.h"
#include "sim/service_model.h"
#include "store/database.h"
#include "store/trouble.h"

namespace doorbuster {

struct DatabaseClient {
  int client = 0;       // as a Chooser and a trace name it
  int connections = 0;  // of its pool; zero: as many as it likes
  int depth = 1;        // statements in flight on a connection
  Duration timeout{};   // of one statement, waiting for a connection included; zero: none
  // How long each statement waited for a connection; those in a transaction have theirs. May be
  // null.
  Histogram* pool_wait = nullptr;
};

class SimulatedPostgres {
 public:
  SimulatedPostgres(Scheduler& scheduler, ServiceModel model = {}, std::uint64_t seed = 1);
  SimulatedPostgres(const SimulatedPostgres&) = delete;
  SimulatedPostgres& operator=(const SimulatedPostgres&) = delete;
  ~SimulatedPostgres();

  // Lays the tables out anew, at once. REQUIRES: no statement in flight
  void stock(const Stocking& stocking);
  // What the tables hold now; items as they were stocked, `cached` left empty.
  GroundTruth truth() const;
  std::optional<Stock> row(ItemId item) const;

  // While any of them holds its clients' pools hand out no connection, and statements wait;
  // transactions that have one go on. They must live until others are given, or none.
  void freeze_pools_while(std::vector<const StrikeWindow*> windows);

  class Engine;
  Engine& engine() { return *engine_; }

 private:
  std::unique_ptr<Engine> engine_;
};

std::unique_ptr<Database> simulated_database(SimulatedPostgres& server, DatabaseClient client = {});

}  // namespace doorbuster
