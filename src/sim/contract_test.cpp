#include "store/contract.h"

#include <gtest/gtest.h>

#include "base/task_scope.h"
#include "sim/simulated_stores.h"

namespace doorbuster {
namespace {

void run_all(Scheduler& scheduler, std::vector<Task<Done>> tasks) {
  TaskScope scope;
  for (Task<Done>& task : tasks) scope.spawn(std::move(task));
  while (scope.alive() > 0 && scheduler.step()) {
  }
  CHECK(scope.alive() == 0, "{} tasks wait for what never comes", scope.alive());
}

ServiceModel some_model() {
  ServiceModel model;
  model.redis_service = 10us;
  model.postgres_service = 60us;
  model.postgres_commit = 200us;
  model.cores = 2;
  model.network = 30us;
  model.sigma = 0.5;
  return model;
}

class CacheBench {
 public:
  Cache& cache() { return stores_.client(1).cache(); }
  void run(std::vector<Task<Done>> tasks) { run_all(scheduler_, std::move(tasks)); }
  void pass_time(Duration time) { scheduler_.run_until(scheduler_.now() + time); }

 protected:
  explicit CacheBench(ServiceModel model) : stores_(scheduler_, model) {}

 private:
  Scheduler scheduler_;
  SimulatedStores stores_;
};

struct InstantCache : CacheBench {
  static constexpr const char* kName = "Simulated";
  InstantCache() : CacheBench({}) {}
};
struct TimedCache : CacheBench {
  static constexpr const char* kName = "SimulatedWithServiceTimes";
  TimedCache() : CacheBench(some_model()) {}
};

using Caches = testing::Types<InstantCache, TimedCache>;
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, CacheContract, Caches, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, GateContract, Caches, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, QueueContract, Caches, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, GateLogContract, Caches, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, OrderContract, Caches, ContractName);

// A database of two clients; their statements interleave as the scheduler says.
class DatabaseBench {
 public:
  static constexpr int kClients = 2;
  Database& database(int client) { return *databases_[static_cast<std::size_t>(client)]; }
  Database& impatient() { return *databases_.back(); }
  void stock(const Stocking& stocking) { server_.stock(stocking); }
  GroundTruth truth() { return server_.truth(); }
  void run(std::vector<Task<Done>> tasks) { run_all(*scheduler_, std::move(tasks)); }

 protected:
  DatabaseBench(std::unique_ptr<Scheduler> scheduler, ServiceModel model, int connections,
                int depth)
      : scheduler_(std::move(scheduler)), server_(*scheduler_, model) {
    for (int i = 0; i < kClients; ++i) {
      DatabaseClient client;
      client.client = i;
      client.connections = connections;
      client.depth = depth;
      databases_.push_back(simulated_database(server_, client));
    }
    DatabaseClient impatient;
    impatient.client = kClients;
    impatient.connections = 2;
    impatient.timeout = 300ms;
    databases_.push_back(simulated_database(server_, impatient));
  }

 private:
  std::unique_ptr<Scheduler> scheduler_;
  SimulatedPostgres server_;
  std::vector<std::unique_ptr<Database>> databases_;
};

struct InstantDatabase : DatabaseBench {
  static constexpr const char* kName = "Simulated";
  InstantDatabase() : DatabaseBench(std::make_unique<Scheduler>(), {}, 0, 1) {}
};
struct PooledDatabase : DatabaseBench {
  static constexpr const char* kName = "SimulatedWithServiceTimes";
  PooledDatabase() : DatabaseBench(std::make_unique<Scheduler>(), some_model(), 4, 1) {}
};
struct PipelinedDatabase : DatabaseBench {
  static constexpr const char* kName = "SimulatedWithAPipeline";
  PipelinedDatabase() : DatabaseBench(std::make_unique<Scheduler>(), some_model(), 2, 8) {}
};
struct FusedDatabase : DatabaseBench {
  static constexpr const char* kName = "SimulatedFused";
  static ServiceModel model() {
    ServiceModel fused;
    fused.fused = true;
    return fused;
  }
  FusedDatabase() : DatabaseBench(std::make_unique<Scheduler>(), model(), 0, 1) {}
};
struct Disorder {
  RandomOrder order{7};
};
struct DisorderedDatabase : private Disorder, DatabaseBench {
  static constexpr const char* kName = "SimulatedInRandomOrder";
  DisorderedDatabase() : DatabaseBench(std::make_unique<Scheduler>(order), {}, 3, 2) {}
};

using Databases = testing::Types<InstantDatabase, PooledDatabase, PipelinedDatabase, FusedDatabase,
                                 DisorderedDatabase>;
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DatabaseContract, Databases, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, CatalogueContract, Databases, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LayoutContract, Databases, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, HoldContract, Databases, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, BatchContract, Databases, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StockLogContract, Databases, ContractName);

struct UnpipelinedInDisorder : private Disorder, DatabaseBench {
  static constexpr const char* kName = "SimulatedInRandomOrder";
  UnpipelinedInDisorder() : DatabaseBench(std::make_unique<Scheduler>(order), {}, 3, 1) {}
};
using Unpipelined =
    testing::Types<InstantDatabase, PooledDatabase, FusedDatabase, UnpipelinedInDisorder>;
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, TransactionContract, Unpipelined, ContractName);

}  // namespace
}  // namespace doorbuster
