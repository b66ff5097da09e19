#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

constexpr Duration kTtl = 100ms;

TestShop::Setup lock_variant(const char* name, Duration ttl = kTtl) {
  return {.changes = {{"variant", std::string(name)}, {"ttl", ttl}}};
}

// Buyer 9 only lets the lock of buyer 1 expire, while what buyer 1 does next is held up.
void let_the_lock_expire(TestShop* shop) {
  auto& nobody = shop->client(9);
  nobody.doing.spawn(nobody.clock.sleep_until(shop->now() + kTtl));
  shop->script.then(9, "sleep");
}

// Buyer 1 pauses before the last step of the purchase for longer than the lock lives.
void pause_past_the_ttl(TestShop* shop, bool reads_first, std::vector<std::string> body) {
  shop->script.then(1, "acquire_lock");
  if (reads_first) shop->script.then(1, "read_stock");
  let_the_lock_expire(shop);
  shop->script.then(2, "acquire_lock");
  for (const std::string& operation : body) shop->script.then(2, operation);
  shop->buy(1);
  shop->buy(2);
  shop->run();
}

TEST(RedisLock, AHolderWhoPausesPastTheTtlSellsTheLastUnitAgain) {
  for (const char* name : {"naive", "token"}) {
    TestShop shop("redis-lock", 1, lock_variant(name));
    pause_past_the_ttl(&shop, true, {"read_stock", "write_stock", "insert_order"});
    EXPECT_EQ(shop.answer(1), "sold") << name;
    EXPECT_EQ(shop.answer(2), "sold") << name;
    EXPECT_EQ(shop.orders(), 2) << name;
    EXPECT_EQ(shop.stock(), 0) << name << ": the stock column looks right";
  }
}

TEST(RedisLock, GuardedTheSamePauseSellsOnce) {
  TestShop shop("redis-lock", 1, lock_variant("guarded"));
  pause_past_the_ttl(&shop, false, {"take_if_available"});
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 0);
}

TEST(RedisLock, FencedTheOneWhoPausedIsRefusedThoughThereIsStock) {
  TestShop shop("redis-lock", 10, lock_variant("fenced"));
  pause_past_the_ttl(&shop, false, {"take_fenced"});
  EXPECT_EQ(shop.answer(1), "refused") << "not sold out: nine are left";
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 9);
}

TEST(RedisLock, FencedWhoAskedAgainIsNotToldSoldOutEitherWhileThereIsStock) {
  TestShop shop("redis-lock", 10, lock_variant("fenced"));
  shop.script.then(1, "acquire_lock");
  let_the_lock_expire(&shop);
  shop.script.then(2, "acquire_lock").then(2, "take_fenced");
  shop.client(1).order = {OrderKey{77}, BuyerId{77}, ItemId{1}, 1};
  shop.buy_again(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "refused");
  EXPECT_EQ(shop.stock(), 9);
}

TEST(RedisLock, FencedTheOneWhoPausedIsToldSoldOutWhenItIs) {
  TestShop shop("redis-lock", 1, lock_variant("fenced"));
  pause_past_the_ttl(&shop, false, {"take_fenced"});
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 1);
}

// Buyer 1 bought rightly, but releases late: the lock is buyer 2's by then, and buyer 3 asks.
void release_late(TestShop* shop, std::string_view release) {
  shop->script.then(1, "acquire_lock").then(1, "read_stock");
  shop->script.then(1, "write_stock").then(1, "insert_order");
  let_the_lock_expire(shop);
  shop->script.then(2, "acquire_lock").then(2, "read_stock");
  shop->script.then(1, release).then(3, "acquire_lock");
  for (int buyer = 1; buyer <= 3; ++buyer) shop->buy(buyer);
}

TEST(RedisLock, ANaiveReleaseFreesTheLockOfAnotherAndLetsInAThird) {
  TestShop shop("redis-lock", 2, lock_variant("naive"));
  release_late(&shop, "delete");
  shop.script.then(3, "read_stock");  // beside buyer 2, who has read and not written
  shop.run();
  EXPECT_EQ(shop.answer(3), "sold");
  EXPECT_EQ(shop.orders(), 3) << "of two units";
}

TEST(RedisLock, AReleaseByTokenLeavesTheLockOfAnotherAlone) {
  TestShop shop("redis-lock", 2, lock_variant("token"));
  release_late(&shop, "release_lock");
  shop.script.then(2, "write_stock").then(2, "insert_order");  // buyer 3 waits meanwhile
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.answer(3), "sold_out");
  EXPECT_EQ(shop.orders(), 2);
}

// Unlock before commit (S10-D): buyer 1 has taken the last unit and released, not yet committed.
TEST(RedisLock, ReleasedBeforeTheCommitTheNextHolderReadsTheOldStockAndOversells) {
  TestShop shop("redis-lock", 1, lock_variant("early"));
  shop.script.then(1, "acquire_lock").then(1, "read_stock").then(1, "begin").then(1, "take_in");
  shop.script.then(1, "insert_order_in").then(1, "release_lock");
  shop.script.then(2, "acquire_lock").then(2, "read_stock").then(1, "commit");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.stock(), -1);
}

TEST(RedisLock, ReleasedAfterTheCommitTheNextHolderIsLetInToReadWhatIsLeft) {
  TestShop shop("redis-lock", 1, lock_variant("guarded"));
  shop.script.then(1, "acquire_lock").then(1, "take_if_available", StepKind::execute);
  shop.script.then(2, "acquire_lock");  // refused: buyer 1 has yet to commit
  shop.script.then(1, "take_if_available").then(1, "release_lock");
  shop.script.then(2, "sleep").then(2, "acquire_lock");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_GE(shop.client(2).cache.of<AcquireLock>().asked, 2);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 0);
}

TEST(RedisLock, EarlySellsAReplayOnceAndTellsItSo) {
  for (const Quantity stock : {1, 10}) {
    TestShop shop("redis-lock", stock, lock_variant("early"));
    shop.client(1).failing_database.lose_replies_of_writes(1);
    shop.buy(1);
    shop.run();
    ASSERT_EQ(shop.answer(1), "unknown");
    shop.buy_again(1);
    shop.run();
    EXPECT_EQ(shop.answer(1), "sold");
    EXPECT_EQ(shop.orders(), 1);
    EXPECT_EQ(shop.stock(), stock - 1);
  }
}

// A buyer was granted the lock and is gone.
void die_holding_the_lock(TestShop* shop) {
  shop->script.then(1, "acquire_lock", StepKind::apply);
  shop->buy(1);
  shop->run_script();
  shop->kill(1);
}

TEST(RedisLock, WhoWaitsTooLongIsRefusedWhileThereIsStock) {
  TestShop shop("redis-lock", 10);
  die_holding_the_lock(&shop);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "refused") << "never sold out";
  EXPECT_EQ(shop.stock(), 10);
  EXPECT_GE(since_start(shop.now()), 1s);
  EXPECT_LT(since_start(shop.now()), 1s + 3ms);
  const auto asked = shop.client(2).cache.of<AcquireLock>().asked;
  EXPECT_GT(asked, 400) << "about every 2 ms";
  EXPECT_LT(asked, 600);
  EXPECT_EQ(shop.client(2).database.operations(), 0);
}

TEST(RedisLock, TheTtlFreesTheLockOfOneWhoIsGone) {
  TestShop shop("redis-lock", 10, {.changes = {{"ttl", Duration(2s)}, {"wait", Duration(3s)}}});
  die_holding_the_lock(&shop);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_GE(since_start(shop.now()), 2s);
  EXPECT_LT(since_start(shop.now()), 2s + 3ms);
}

TEST(RedisLock, ALockWhoseGrantWasNotHeardIsReleased) {
  TestShop shop("redis-lock", 10);
  shop.client(1).failing_cache.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed") << "certainly no sale";
  EXPECT_EQ(shop.orders(), 0);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(since_start(shop.now()), 0s) << "at once";
}

TEST(RedisLock, WithoutRedisThereIsNoSale) {
  TestShop shop("redis-lock", 10);
  shop.client(1).failing_cache.refuse(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.client(1).cache.of<ReleaseLock>().asked, 0) << "nothing was sent";
}

TEST(RedisLock, AReleaseThatFailsDoesNotChangeTheAnswer) {
  for (const char* name : {"naive", "token", "guarded", "fenced"}) {
    TestShop shop("redis-lock", 10, lock_variant(name));
    shop.script.then(1, "acquire_lock");
    shop.buy(1);
    shop.run_script();
    shop.client(1).failing_cache.refuse(1);
    shop.run();
    EXPECT_EQ(shop.answer(1), "sold") << name;
    shop.buy(2);
    shop.run();
    EXPECT_EQ(shop.answer(2), "sold") << name;
    EXPECT_GE(since_start(shop.now()), kTtl) << name << ": the TTL released it";
  }
}

TEST(RedisLock, APurchaseWithoutAReplyIsUnknownAndFreesTheLock) {
  for (const char* name : {"guarded", "fenced"}) {
    TestShop shop("redis-lock", 10, lock_variant(name));
    shop.client(1).failing_database.lose_replies(1);
    shop.buy(1);
    shop.run();
    EXPECT_EQ(shop.answer(1), "unknown") << name;
    EXPECT_EQ(shop.orders(), 1) << name;
    EXPECT_EQ(shop.client(1).cache.of<ReleaseLock>().answered, 1) << name;
  }
}

TEST(RedisLock, CostsTwoRoundTripsOfRedisMoreThanItsBody) {
  struct Cost {
    const char* variant;
    const char* sold;
    const char* sold_out;
  };
  for (const Cost& cost : {Cost{"guarded", "2R 1D", "2R 1D"}, Cost{"fenced", "2R 1D", "2R 2D"},
                           Cost{"token", "2R 3D", "2R 1D"}, Cost{"naive", "2R 3D", "2R 1D"},
                           Cost{"early", "2R 5D", "2R 1D"}}) {
    TestShop shop("redis-lock", 1, lock_variant(cost.variant));
    EXPECT_EQ(shop.cost_of_view(), "0R 1D") << cost.variant;
    EXPECT_EQ(shop.cost_of_buy(), cost.sold) << cost.variant;
    EXPECT_EQ(shop.answer(1), "sold") << cost.variant;
    EXPECT_EQ(shop.cost_of_buy(), cost.sold_out) << cost.variant;
    EXPECT_EQ(shop.answer(1), "sold_out") << cost.variant;
  }
}

TEST(RedisLock, OnlyTheGuardedVariantsHaveTheCheckConstraint) {
  const StrategyEntry& entry = *find_strategy("redis-lock");
  for (const char* name : {"naive", "token", "early", "guarded", "fenced"}) {
    Options options = default_options(entry);
    options["variant"] = std::string(name);
    const bool guarded = std::string_view(name) == "guarded" || std::string_view(name) == "fenced";
    EXPECT_EQ(stocking_for(entry, options, {}).check_constraint, guarded) << name;
  }
}

}  // namespace
}  // namespace doorbuster
