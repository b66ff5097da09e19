#include "redis/redis_cache.h"

#include <gtest/gtest.h>

#include <csignal>

#include "redis/testing_redis.h"
#include "store/cache_contract.h"
#include "store/gate_contract.h"
#include "store/gate_log_contract.h"
#include "store/order_contract.h"
#include "store/queue_contract.h"

namespace doorbuster {
namespace {

// The contract of every Cache, on a real Redis.
class RedisBench {
 public:
  static constexpr const char* kName = "OnServers";

  RedisBench() : cache_(shard_.cache(RedisShard::settings(shared_redis().redis_url()))) {
    const auto admin = shard_.admin(RedisShard::settings(shared_redis().redis_url()));
    CHECK(shard_.loop.run_until_done(admin->remove_keys()).ok());
  }
  Cache& cache() { return *cache_; }
  void run(std::vector<Task<Done>> tasks) {
    TaskScope scope;
    for (Task<Done>& task : tasks) scope.spawn(std::move(task));
    CHECK(shard_.eventually([&] { return scope.alive() == 0; }), "tasks do not end");
  }
  void pass_time(Duration time) { shard_.pass(time); }

 private:
  RedisShard shard_;
  std::unique_ptr<RedisCache> cache_;
};
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, CacheContract, RedisBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, GateContract, RedisBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, QueueContract, RedisBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, GateLogContract, RedisBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, OrderContract, RedisBench, ContractName);

constexpr Key kStock{KeyFamily::inventory, ItemId{1}};
constexpr Key kVersionedStock{KeyFamily::versioned, ItemId{1}};

template <class Op>
Task<Done> note_reply(Cache* cache, Op op, std::optional<Result<typename Op::Reply>>* reply) {
  auto answer = co_await (*cache)(op);
  reply->emplace(std::move(answer));
  co_return Done{};
}

class RedisCacheOnServers : public ::testing::Test {
 protected:
  template <class Op>
  Result<typename Op::Reply> ask(Cache& cache, Op op) {
    return shard_.loop.run_until_done(cache(op));
  }
  RedisCacheOnServers() {
    for (const char* database : {"", "/3"}) {
      const auto admin = shard_.admin(RedisShard::settings(shared_redis().redis_url() + database));
      CHECK(shard_.loop.run_until_done(admin->remove_keys()).ok());
    }
  }
  RedisShard shard_;
};

TEST_F(RedisCacheOnServers, GivesItsScriptsAnewToAServerThatLostThem) {
  const std::string url = shared_redis().redis_url();
  const auto cache = shard_.cache(RedisShard::settings(url));
  shard_.say(url, {"SCRIPT", "FLUSH"});
  std::vector<std::optional<Result<FillIfNewer::Reply>>> replies(20);
  TaskScope scope;
  for (auto& reply : replies) {
    scope.spawn(note_reply(cache.get(), FillIfNewer{kVersionedStock, Stock{5, 1}, 1s}, &reply));
  }
  ASSERT_TRUE(shard_.eventually([&] { return scope.alive() == 0; }));
  for (const auto& reply : replies) EXPECT_TRUE(reply->ok());
  EXPECT_EQ(*ask(*cache, GetVersioned{kVersionedStock}), (Stock{5, 1}));
}

TEST_F(RedisCacheOnServers, ReservesOnceThoughTheScriptsWereLostInBetween) {
  const std::string url = shared_redis().redis_url();
  const auto cache = shard_.cache(RedisShard::settings(url));
  ASSERT_TRUE(ask(*cache, LoadGate{ItemId{1}, 5}).ok());
  shard_.say(url, {"SCRIPT", "FLUSH"});
  const Reserve reserve{Order{OrderKey{1}, BuyerId{1}, ItemId{1}, 2}, 60s};
  const auto reserved = ask(*cache, reserve);
  ASSERT_TRUE(reserved.ok()) << reserved.error().message();
  EXPECT_EQ(reserved->state, Reserve::State::granted);
  EXPECT_EQ(*ask(*cache, Get{Key{KeyFamily::gate, ItemId{1}}}), 3);
}

TEST_F(RedisCacheOnServers, ReconnectsWhenTheServerHangsUp) {
  const std::string url = shared_redis().redis_url();
  const auto cache = shard_.cache(RedisShard::settings(url, 3));
  shard_.say(url, {"CLIENT", "KILL", "TYPE", "normal"});
  // The three, and the one that asks.
  ASSERT_TRUE(shard_.eventually([&] {
    const std::string clients = shard_.say(url, {"INFO", "clients"});
    return clients.find("connected_clients:4\r") != clients.npos;
  }));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask(*cache, SetExpiring{kStock, 5, 1s}).ok());
}

TEST_F(RedisCacheOnServers, SpeaksThroughAUnixSocketAndAnotherDatabase) {
  const std::string url = shared_redis().redis_url(Transport::unix_socket) + "?db=3";
  const auto cache = shard_.cache(RedisShard::settings(url));
  ASSERT_TRUE(ask(*cache, SetExpiring{kStock, 5, 60s}).ok());
  EXPECT_EQ(shard_.say(url, {"GET", key_text(kStock)}), "5");
  EXPECT_EQ(shard_.say(shared_redis().redis_url(), {"GET", key_text(kStock)}), "");
}

TEST_F(RedisCacheOnServers, AddsTheDelayToEveryRoundTrip) {
  RedisSettings settings = RedisShard::settings(shared_redis().redis_url());
  settings.added_delay = 20ms;
  const auto cache = shard_.cache(settings);
  const Instant begin = shard_.clock.now();
  ASSERT_TRUE(ask(*cache, Get{kStock}).ok());
  EXPECT_GE(shard_.clock.now() - begin, 20ms);
}

TEST_F(RedisCacheOnServers, TimesOutOnAStoppedServerAndIsThereWhenItGoesOn) {
  Sandbox& sandbox = shared_redis();
  const auto cache = shard_.cache(RedisShard::settings(sandbox.redis_url(), 2, 50ms));
  ASSERT_TRUE(ask(*cache, SetExpiring{kStock, 5, 60s}).ok());
  ASSERT_EQ(kill(sandbox.redis_pid(), SIGSTOP), 0);
  const auto read = ask(*cache, Get{kStock});
  const auto written = ask(*cache, Decrement{kStock, 1});
  ASSERT_EQ(kill(sandbox.redis_pid(), SIGCONT), 0);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().cause(), Cause::timed_out);
  EXPECT_TRUE(read.error().definite());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().cause(), Cause::timed_out);
  EXPECT_FALSE(written.error().definite());
  // It was executed after all: that is what indefinite says.
  EXPECT_TRUE(shard_.eventually([&] {
    const auto value = ask(*cache, Get{kStock});
    return value.ok() && *value == 4;
  }));
}

TEST_F(RedisCacheOnServers, SaysWhatIsKnownWhenTheServerDies) {
  const auto sandbox = start_redis();
  const auto cache = shard_.cache(RedisShard::settings(sandbox->redis_url(), 1));
  ASSERT_EQ(kill(sandbox->redis_pid(), SIGSTOP), 0);  // so that the commands are still on their way
  std::optional<Result<Get::Reply>> read;
  std::optional<Result<Done>> written;
  TaskScope scope;
  scope.spawn(note_reply(cache.get(), Get{kStock}, &read));
  scope.spawn(note_reply(cache.get(), SetExpiring{kStock, 1, 1s}, &written));
  shard_.pass(5ms);
  sandbox->kill_redis();
  ASSERT_TRUE(shard_.eventually([&] { return read && written; }));
  EXPECT_EQ(read->error().cause(), Cause::connection_lost);
  EXPECT_TRUE(read->error().definite());
  EXPECT_EQ(written->error().cause(), Cause::connection_lost);
  EXPECT_FALSE(written->error().definite());
  const auto later = ask(*cache, Delete{kStock});
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error().cause(), Cause::not_connected);
  EXPECT_TRUE(later.error().definite());
}

TEST_F(RedisCacheOnServers, ReportsARefusalByItsFirstWord) {
  const std::string url = shared_redis().redis_url();
  const auto cache = shard_.cache(RedisShard::settings(url));
  shard_.say(url, {"CONFIG", "SET", "maxmemory", "1"});
  const auto written = ask(*cache, SetExpiring{kStock, 1, 1s});
  shard_.say(url, {"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().cause(), Cause::refused_by_server);
  EXPECT_EQ(written.error().code(), "OOM");
  EXPECT_TRUE(written.error().definite());
}

TEST_F(RedisCacheOnServers, RefusedPasswordIsOneSentenceWithoutIt) {
  RedisSettings settings = RedisShard::settings(shared_redis().redis_url());
  for (const std::string_view password : {"wr0ng", ""}) {
    settings.address.password = password;
    const auto cache =
        shard_.loop.run_until_done(RedisCache::connect(&shard_.loop, &shard_.clock, settings));
    ASSERT_FALSE(cache.ok());
    EXPECT_NE(cache.error().message().find("password"), std::string::npos);
    EXPECT_EQ(cache.error().message().find("wr0ng"), std::string::npos);
  }
}

}  // namespace
}  // namespace doorbuster
