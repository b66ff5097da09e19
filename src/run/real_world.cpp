#include "run/real_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "loop/event_loop.h"
#include "loop/real_clock.h"
#include "postgres/ledger.h"
#include "postgres/postgres_database.h"
#include "redis/admin.h"
#include "redis/redis_cache.h"
#include "run/descriptors.h"
#include "run/environment.h"
#include "run/faults.h"
#include "run/interrupt.h"
#include "run/servers.h"
#include "run/share.h"
#include "sandbox/process_cpu.h"
#include "sandbox/sandbox.h"

namespace doorbuster {
namespace {

constexpr Duration kQuiesceWithin = 5s;
constexpr Duration kConnectWithin = 5s;

// One application instance: destroyed in the reverse order, so the loop outlives what runs on it.
struct RealShard {
  RealShard(int number, Duration epoch, Duration tick) : index(number), clock(loop, epoch, tick) {}
  int index;
  EventLoop loop;
  RealClock clock;
  std::unique_ptr<RedisCache> cache;
  std::unique_ptr<PostgresDatabase> database;
};

// The process, if it is a Redis here: one in a container tells the number it has there.
pid_t if_redis(pid_t pid) {
  std::string name;
  std::getline(std::ifstream(fmt::format("/proc/{}/comm", pid)), name);
  return name.starts_with("redis") ? pid : 0;
}

class RealWorld final : public World {
 public:
  RealWorld(const Scenario& scenario, Servers servers)
      : scenario_(scenario),
        servers_(std::move(servers)),
        load_name_(fmt::format("doorbuster-load-{:06x}", entropy() & 0xffffff)),
        clock_(loop_, epoch_, RealClock::kUsualTick) {}

  Result<Done> begin() {
    auto admin = loop_.run_until_done(RedisAdmin::connect(&loop_, &clock_, admin_settings()));
    if (!admin) return admin.error();
    admin_ = std::move(*admin);
    auto writable = loop_.run_until_done(admin_->check_writable());
    if (!writable) return writable;
    auto ledger = Ledger::open(
        {.url = servers_.postgres_url, .load_name = load_name_, .connect_within = kConnectWithin});
    if (!ledger) return ledger.error();
    ledger_ = std::move(*ledger);

    auto redis = loop_.run_until_done(admin_->facts());
    if (!redis) return redis.error();
    redis_facts_ = std::move(*redis);
    auto postgres = ledger_->facts();
    if (!postgres) return postgres.error();
    postgres_facts_ = std::move(*postgres);
    if (servers_.redis_pid == 0 && servers_.redis.local()) {
      servers_.redis_pid = if_redis(static_cast<pid_t>(redis_facts_.process_id));
    }
    return Done{};
  }

  ~RealWorld() override {
    disconnect();
    // A schema that cannot be dropped, and keys that cannot be removed, are ours and do no harm:
    // the next run makes them anew.
    if (admin_) static_cast<void>(loop_.run_until_done(admin_->remove_keys()));
    if (ledger_) static_cast<void>(ledger_->drop());
  }

  bool simulated() const override { return false; }
  int shards() const override { return scenario_.shards; }
  Instant now() const override { return clock_.now(); }

  Result<Done> stock(const Stocking& stocking) override {
    stocking_ = stocking;
    if (auto back = meet_the_restarted(); !back) return back;
    if (shards_.empty()) {
      if (auto quiet = ledger_->quiesce(kQuiesceWithin); !quiet) return quiet;
    }
    if (auto stocked = ledger_->stock(stocking); !stocked) return stocked;
    auto removed = loop_.run_until_done(admin_->remove_keys());
    if (!removed) return removed.error();
    return Done{};
  }

  Result<Done> connect() override {
    if (!shards_.empty()) return Done{};
    for (int i = 0; i < shards(); ++i) {
      auto shard = std::make_unique<RealShard>(i, epoch_, scenario_.load.pacing);
      auto cache = shard->loop.run_until_done(RedisCache::connect(
          &shard->loop, &shard->clock,
          redis_settings(i, share_of(scenario_.stores.redis_connections, i, shards()))));
      if (!cache) return cache.error();
      shard->cache = std::move(*cache);
      auto database = shard->loop.run_until_done(
          PostgresDatabase::connect(shard->loop, shard->clock, postgres_options(i)));
      if (!database) return database.error();
      shard->database = std::move(*database);
      shards_.push_back(std::move(shard));
    }
    return Done{};
  }

  Result<Done> on_every_shard(const ShardWork& work) override {
    std::vector<Result<Done>> ended(shards_.size(), Done{});
    const auto run = [&](std::size_t i) {
      RealShard& shard = *shards_[i];
      shard.database->clear_pool_wait();
      ended[i] = shard.loop.run_until_done(
          work({shard.index, *shard.cache, *shard.database, shard.clock}));
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < shards_.size(); ++i) threads.emplace_back(run, i);
    run(0);
    for (std::thread& thread : threads) thread.join();
    for (const auto& result : ended) {
      if (!result) return result;
    }
    return Done{};
  }

  void disconnect() override { shards_.clear(); }

  void freeze_pools(const std::vector<const StrikeWindow*>& windows) override {
    for (const auto& shard : shards_) shard->database->freeze_while(windows);
  }

  Histogram pool_wait() const override {
    Histogram sum;
    for (const auto& shard : shards_) sum.merge(shard->database->pool_wait());
    return sum;
  }

  Result<GroundTruth> truth() override {
    if (auto back = meet_the_restarted(); !back) return back.error();
    if (auto quiet = ledger_->quiesce(kQuiesceWithin); !quiet) return quiet.error();
    return ledger_->truth(stocking_);
  }

  void rest(Duration pause) override {
    const Instant until = now() + pause;
    while (now() < until && Interrupt::times() == 0) {
      std::this_thread::sleep_for(std::min<Duration>(until - now(), 50ms));
    }
  }

  std::optional<std::string> trouble() override {
    const std::lock_guard lock(faults_);
    if (owns_redis() && !redis_fault_.on && !is_running(servers_.redis_pid)) return "Redis died";
    if (owns_postgres() && !postgres_fault_.on && !is_running(servers_.postgres_pid)) {
      return "PostgreSQL died";
    }
    return std::nullopt;
  }

  Result<Done> take_snapshot() override { return loop_.run_until_done(admin_->save()); }

  Result<Done> begin_fault(const ServerFault& fault) override {
    const bool redis = fault.store == Store::redis;
    FaultState& state = redis ? redis_fault_ : postgres_fault_;
    const pid_t pid = redis ? servers_.redis_pid : servers_.postgres_pid;
    {
      const std::lock_guard lock(faults_);
      state.on = true;
    }
    if (fault.kind == ServerFault::Kind::stall) {
      Sandbox::freeze(pid);
      return Done{};
    }
    state.cpu_before += process_tree_cpu(pid).value_or(Duration{});
    state.restarted = true;
    if (!redis) return servers_.sandbox->shut_down_postgres(fault.immediate);
    servers_.sandbox->kill_redis();
    return Done{};
  }

  Result<Done> end_fault(const ServerFault& fault) override {
    const bool redis = fault.store == Store::redis;
    pid_t& pid = redis ? servers_.redis_pid : servers_.postgres_pid;
    pid_t now = pid;
    Result<Done> ended = Done{};
    if (fault.kind == ServerFault::Kind::stall) {
      Sandbox::thaw(pid);
    } else {
      ended = redis ? servers_.sandbox->start_redis_again(!fault.snapshot)
                    : servers_.sandbox->start_postgres_again();
      now = redis ? servers_.sandbox->redis_pid() : servers_.sandbox->postgres_pid();
    }
    const std::lock_guard lock(faults_);
    pid = now;
    (redis ? redis_fault_ : postgres_fault_).on = false;
    return ended;
  }

  bool stores_changed() override {
    const auto redis = loop_.run_until_done(admin_->facts());
    const auto postgres = ledger_->facts();
    return !redis || redis->run_id != redis_facts_.run_id || !postgres ||
           postgres->started_at != postgres_facts_.started_at;
  }

  CpuUse cpu() const override {
    CpuUse use;
    use.harness = own_cpu();
    use.redis = cpu_of(servers_.redis_pid, redis_fault_.cpu_before);
    use.postgres = cpu_of(servers_.postgres_pid, postgres_fault_.cpu_before);
    if (const auto machine = machine_times()) {
      use.machine_busy = machine->busy;
      use.machine_all = machine->busy + machine->idle + machine->stolen;
    }
    return use;
  }

  EnvironmentInfo environment() const override;

 private:
  struct FaultState {
    bool on = false;         // the server is away as the scenario has it
    bool restarted = false;  // it is another than the one whose facts are known
    Duration cpu_before{};   // of the processes that are gone
  };

  static std::optional<Duration> cpu_of(pid_t pid, Duration before) {
    if (pid == 0) return std::nullopt;
    const auto now = process_tree_cpu(pid);
    return now ? std::optional(*now + before) : std::nullopt;
  }

  // Our own connections to a server that a fault has restarted, and what tells it from another.
  Result<Done> meet_the_restarted() {
    if (redis_fault_.restarted) {
      auto admin = loop_.run_until_done(RedisAdmin::connect(&loop_, &clock_, admin_settings()));
      if (!admin) return admin.error();
      admin_ = std::move(*admin);
      auto facts = loop_.run_until_done(admin_->facts());
      if (!facts) return facts.error();
      redis_facts_.run_id = facts->run_id;
      redis_fault_.restarted = false;
    }
    if (!postgres_fault_.restarted) return Done{};
    if (auto back = ledger_->rejoin(); !back) return back;
    auto facts = ledger_->facts();
    if (!facts) return facts.error();
    postgres_facts_.started_at = facts->started_at;
    postgres_fault_.restarted = false;
    return Done{};
  }

  RedisSettings redis_settings(int shard, int connections) const {
    return {
        .address = servers_.redis,
        .connections = connections,
        .timeout = scenario_.stores.redis_timeout,
        .added_delay = scenario_.stores.rtt,
        .seed = stream_seed(scenario_.seed, kConnectionStream, static_cast<std::uint64_t>(shard))};
  }

  bool owns_redis() const { return servers_.sandbox && servers_.sandbox->redis_pid() != 0; }
  bool owns_postgres() const { return servers_.sandbox && servers_.sandbox->postgres_pid() != 0; }

  // Without the added round trip: that is the load's.
  RedisSettings admin_settings() const {
    RedisSettings settings = redis_settings(0, 1);
    settings.added_delay = Duration{};
    return settings;
  }

  PostgresOptions postgres_options(int shard) const {
    const StoreSettings& stores = scenario_.stores;
    return {
        .url = servers_.postgres_url,
        .application_name = load_name_,
        .connections = share_of(stores.postgres_connections, shard, shards()),
        .pipeline = stores.postgres_pipeline,
        .depth = stores.postgres_depth,
        .timeout = stores.postgres_timeout,
        .connect_within = kConnectWithin,
        .rtt = stores.rtt,
        .seed = stream_seed(scenario_.seed, kConnectionStream, static_cast<std::uint64_t>(shard))};
  }

  static constexpr std::uint64_t kConnectionStream = 8;

  const Scenario& scenario_;
  Servers servers_;    // outlives the connections to it
  std::mutex faults_;  // of what a fault changes while shards ask for trouble
  FaultState redis_fault_;
  FaultState postgres_fault_;
  const std::string load_name_;
  const Duration epoch_ = steady_now();
  EventLoop loop_;
  RealClock clock_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<RedisAdmin> admin_;
  RedisFacts redis_facts_;
  PostgresFacts postgres_facts_;
  Stocking stocking_;
  std::vector<std::unique_ptr<RealShard>> shards_;
};

Facts facts_from(const std::vector<std::pair<std::string, std::string>>& settings) {
  Facts facts;
  for (const auto& [name, value] : settings) facts.emplace_back(name, value);
  return facts;
}

std::string setting(const std::vector<std::pair<std::string, std::string>>& settings,
                    std::string_view name) {
  const auto found = std::ranges::find(settings, name, &std::pair<std::string, std::string>::first);
  return found == settings.end() ? "unknown" : found->second;
}

EnvironmentInfo RealWorld::environment() const {
  EnvironmentInfo info;
  info.host = host_info();
  info.redis = {.version = redis_facts_.version,
                .settings = facts_from(redis_facts_.settings),
                .rtt_us = to_micros(redis_facts_.round_trip)};
  info.postgres = {.version = postgres_facts_.version,
                   .settings = facts_from(postgres_facts_.settings),
                   .rtt_us = postgres_facts_.rtt_us};
  info.throwaway = owns_redis() && owns_postgres();
  info.durability =
      fmt::format("PostgreSQL with fsync {} and synchronous_commit {}, Redis with appendonly {}",
                  setting(postgres_facts_.settings, "fsync"),
                  setting(postgres_facts_.settings, "synchronous_commit"),
                  setting(redis_facts_.settings, "appendonly"));
  return info;
}

}  // namespace

Result<std::unique_ptr<World>> make_real_world(const Scenario& scenario,
                                               const StoreAddresses& addresses) {
  auto servers = named_servers(addresses);
  if (!servers) return servers.error();
  const OwnServers own{
      .redis = addresses.redis.empty(), .postgres = addresses.postgres.empty(), .simulated = false};
  if (const auto objection = objection_to(scenario.faults, own)) return invalid(*objection);
  if (auto taken = take_descriptors(descriptors_needed(scenario)); !taken) return taken.error();
  if (auto started = start_those_not_named(scenario, addresses, *servers); !started) {
    return started.error();
  }
  auto world = std::make_unique<RealWorld>(scenario, std::move(*servers));
  if (auto begun = world->begin(); !begun) return begun.error();
  return std::unique_ptr<World>(std::move(world));
}

}  // namespace doorbuster
