#include "redis/admin.h"

#include <gtest/gtest.h>

#include "redis/testing_redis.h"

namespace doorbuster {
namespace {

class RedisAdminOnServers : public ::testing::Test {
 protected:
  RedisShard shard_;
  const std::string url_ = shared_redis().redis_url();
  std::unique_ptr<RedisAdmin> admin_ = shard_.admin(RedisShard::settings(url_));
};

TEST_F(RedisAdminOnServers, ReadsTheFactsOfTheServer) {
  const auto facts = shard_.loop.run_until_done(admin_->facts());
  ASSERT_TRUE(facts.ok()) << facts.error().message();
  EXPECT_FALSE(facts->version.empty());
  EXPECT_EQ(facts->version.find_first_not_of("0123456789."), std::string::npos);
  EXPECT_EQ(facts->run_id.size(), 40u);
  EXPECT_EQ(facts->process_id, shared_redis().redis_pid());
  EXPECT_EQ(facts->settings.size(), 5u);
  EXPECT_GT(facts->round_trip, 1us);
  EXPECT_LT(facts->round_trip, 1s);
}

TEST_F(RedisAdminOnServers, DoesWithoutTheSettingsWhereConfigIsForbidden) {
  shard_.say(url_, {"ACL", "SETUSER", "modest", "on", ">pw", "~*", "+@all", "-config"});
  RedisSettings settings = RedisShard::settings(url_);
  settings.address.user = "modest";
  settings.address.password = "pw";
  const auto admin = shard_.admin(settings);
  const auto facts = shard_.loop.run_until_done(admin->facts());
  ASSERT_TRUE(facts.ok()) << facts.error().message();
  EXPECT_FALSE(facts->version.empty());
  EXPECT_TRUE(facts->settings.empty());
}

TEST_F(RedisAdminOnServers, RemovesOurKeysAndNobodyElses) {
  (void)shard_.loop.run_until_done(admin_->remove_keys());
  shard_.say(url_, {"SET", "somebody:else", "1"});
  const auto cache = shard_.cache(RedisShard::settings(url_));
  constexpr int kItems = 3000;  // more than one SCAN
  for (int i = 0; i < kItems; ++i) {
    const SetExpiring set{Key{KeyFamily::inventory, ItemId{i}}, i, 60s};
    ASSERT_TRUE(shard_.loop.run_until_done((*cache)(set)).ok());
  }
  EXPECT_EQ(*shard_.loop.run_until_done(admin_->remove_keys()), kItems);
  EXPECT_EQ(*shard_.loop.run_until_done(admin_->remove_keys()), 0);
  EXPECT_EQ(shard_.say(url_, {"GET", "somebody:else"}), "1");
}

TEST_F(RedisAdminOnServers, RemovesTheCompanionsOfLocksAndGates) {
  (void)shard_.loop.run_until_done(admin_->remove_keys());
  const auto cache = shard_.cache(RedisShard::settings(url_));
  const ItemId item{1};
  const auto ask = [&](auto op) { ASSERT_TRUE(shard_.loop.run_until_done((*cache)(op)).ok()); };
  ask(AcquireLock{Key{KeyFamily::lock, item}, 1, 60s});
  ask(LoadGate{item, 5});
  for (const std::int64_t key : {1, 2}) {
    ask(Reserve{Order{OrderKey{key}, BuyerId{}, item, 1}, 60s});
  }
  ask(SettleReservation{item, OrderKey{1}});
  // The lock and its fence; the gate's counter, its sequence, what is held, due and settled.
  EXPECT_EQ(*shard_.loop.run_until_done(admin_->remove_keys()), 7);
}

TEST_F(RedisAdminOnServers, SeesBeforeTheFirstBuyerThatNothingCanBeWritten) {
  const auto check = [&] { return shard_.loop.run_until_done(admin_->check_writable()); };
  EXPECT_TRUE(check().ok());
  EXPECT_EQ(*shard_.loop.run_until_done(admin_->remove_keys()), 0) << "what it wrote is gone";

  shard_.say(url_, {"CONFIG", "SET", "maxmemory", "1"});
  const auto full = check();
  shard_.say(url_, {"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_FALSE(full.ok());
  EXPECT_NE(full.error().message().find("is out of memory (OOM): raise its maxmemory"),
            std::string::npos)
      << full.error().message();

  shard_.say(url_, {"REPLICAOF", "127.0.0.1", "1"});
  const auto replica = check();
  shard_.say(url_, {"REPLICAOF", "NO", "ONE"});
  ASSERT_FALSE(replica.ok());
  EXPECT_NE(replica.error().message().find("is a read-only replica (READONLY): name its primary"),
            std::string::npos)
      << replica.error().message();
}

}  // namespace
}  // namespace doorbuster
