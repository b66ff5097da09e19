// SimulatedStores: one simulated Redis and one simulated PostgreSQL on a scheduler, with a cache, a
// database and a clock for each client that asks. What tests and simulated runs stand on.
//
//   Scripted script;
//   Scheduler scheduler(script);
//   SimulatedStores stores(scheduler);
//   stores.postgres.stock({.items = {{ItemId{1}, 10}}});
//   SimulatedClient& first = stores.client(1);
//   scope.spawn(buyer(first.cache(), first.database(), first.clock()));
//   scheduler.run();
//
// The scheduler outlives it; tasks that are suspended in it may be destroyed before or after.
#pragma once

#include <map>
#include <memory>

#include "sim/simulated_cache.h"
#include "sim/simulated_database.h"
#include "sim/virtual_clock.h"

namespace doorbuster {

class SimulatedClient {
 public:
  SimulatedClient(SimulatedRedis& redis, SimulatedPostgres& postgres, Scheduler& scheduler,
                  CacheClient cache, DatabaseClient database)
      : cache_(simulated_cache(redis, cache)),
        database_(simulated_database(postgres, database)),
        clock_(scheduler, database.client) {}

  Cache& cache() { return *cache_; }
  Database& database() { return *database_; }
  VirtualClock& clock() { return clock_; }

 private:
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<Database> database_;
  VirtualClock clock_;
};

struct SimulatedStores {
  explicit SimulatedStores(Scheduler& on, ServiceModel model = {}, std::uint64_t seed = 1)
      : scheduler(on),
        redis(on, model, stream_seed(seed, 1, 0)),
        postgres(on, model, stream_seed(seed, 2, 0)) {}

  // Made at the first call, with the plain settings: no timeout, no pool limit.
  SimulatedClient& client(int number) {
    auto& client = clients_[number];
    if (client == nullptr) {
      CacheClient cache;
      cache.client = number;
      DatabaseClient database;
      database.client = number;
      client = std::make_unique<SimulatedClient>(redis, postgres, scheduler, cache, database);
    }
    return *client;
  }

  Scheduler& scheduler;
  SimulatedRedis redis;
  SimulatedPostgres postgres;

 private:
  std::map<int, std::unique_ptr<SimulatedClient>> clients_;
};

}  // namespace doorbuster
