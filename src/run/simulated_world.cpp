#include "run/simulated_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/task_scope.h"
#include "run/environment.h"
#include "run/share.h"
#include "sim/simulated_cache.h"
#include "sim/simulated_database.h"
#include "sim/virtual_clock.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kRedisStream = 6;
constexpr std::uint64_t kPostgresStream = 7;

ServiceModel model_of(const Scenario& scenario) {
  const Simulation& simulation = scenario.simulation;
  return {.redis_service = simulation.redis_service,
          .postgres_service = simulation.postgres_service,
          .postgres_commit = simulation.postgres_commit,
          .cores = simulation.postgres_cores,
          .network = simulation.network,
          .rtt = scenario.stores.rtt,
          .sigma = simulation.sigma};
}

class SimulatedWorld final : public World {
 public:
  explicit SimulatedWorld(const Scenario& scenario)
      : scenario_(scenario),
        redis_(scheduler_, model_of(scenario), stream_seed(scenario.seed, kRedisStream, 0)),
        postgres_(scheduler_, model_of(scenario), stream_seed(scenario.seed, kPostgresStream, 0)) {}

  bool simulated() const override { return true; }
  int shards() const override { return scenario_.shards; }
  Instant now() const override { return scheduler_.now(); }

  Result<Done> stock(const Stocking& stocking) override {
    come_to_rest();
    redis_.clear();
    postgres_.stock(stocking);
    return Done{};
  }

  Result<Done> connect() override {
    if (!shards_.empty()) return Done{};
    const StoreSettings& stores = scenario_.stores;
    for (int i = 0; i < shards(); ++i) {
      auto& shard = shards_.emplace_back(std::make_unique<SimulatedShard>(scheduler_, i));
      shard->cache = simulated_cache(redis_, {.client = i, .timeout = stores.redis_timeout});
      shard->database = simulated_database(
          postgres_, {.client = i,
                      .connections = share_of(stores.postgres_connections, i, shards()),
                      .depth = stores.postgres_pipeline ? stores.postgres_depth : 1,
                      .timeout = stores.postgres_timeout,
                      .pool_wait = &shard->pool_wait});
    }
    return Done{};
  }

  Result<Done> on_every_shard(const ShardWork& work) override {
    TaskScope scope;
    for (auto& shard : shards_) {
      shard->pool_wait.clear();
      scope.spawn(work({shard->index, *shard->cache, *shard->database, shard->clock}));
    }
    while (scope.alive() > 0) {
      CHECK(scheduler_.step(), "buyers wait for something that never comes");
    }
    return Done{};
  }

  void disconnect() override {
    come_to_rest();
    shards_.clear();
  }

  void freeze_pools(const std::vector<const StrikeWindow*>& windows) override {
    postgres_.freeze_pools_while(windows);
  }

  Histogram pool_wait() const override {
    Histogram sum;
    for (const auto& shard : shards_) sum.merge(shard->pool_wait);
    return sum;
  }

  Result<GroundTruth> truth() override {
    come_to_rest();
    return postgres_.truth();
  }

  void rest(Duration pause) override { scheduler_.run_until(scheduler_.now() + pause); }
  std::optional<std::string> trouble() override { return std::nullopt; }
  bool stores_changed() override { return false; }
  CpuUse cpu() const override { return {}; }

  EnvironmentInfo environment() const override {
    EnvironmentInfo info;
    info.host = host_info();
    info.redis = {.version = "simulated", .settings = {}, .rtt_us = std::nullopt};
    info.postgres = {.version = "simulated", .settings = {}, .rtt_us = std::nullopt};
    info.throwaway = true;
    info.durability = "simulated stores: nothing is durable, and no figure is of a real server";
    return info;
  }

 private:
  struct SimulatedShard {
    SimulatedShard(Scheduler& scheduler, int number) : index(number), clock(scheduler, number) {}
    int index;
    VirtualClock clock;
    Histogram pool_wait;
    std::unique_ptr<Cache> cache;
    std::unique_ptr<Database> database;
  };

  // What cut buyers had sent goes on at the servers; let it end.
  void come_to_rest() { scheduler_.run(); }

  const Scenario& scenario_;
  Scheduler scheduler_;
  SimulatedRedis redis_;
  SimulatedPostgres postgres_;
  std::vector<std::unique_ptr<SimulatedShard>> shards_;
};

}  // namespace

std::unique_ptr<World> make_simulated_world(const Scenario& scenario) {
  return std::make_unique<SimulatedWorld>(scenario);
}

}  // namespace doorbuster
