#include "sim/simulated_stores.h"

#include <gtest/gtest.h>

#include "base/task_scope.h"

namespace doorbuster {
namespace {

constexpr ItemId kStocked{1};
constexpr Key kKey{KeyFamily::inventory, kStocked};

// What became of one operation, and when.
template <class Op>
struct Asked {
  std::optional<Result<typename Op::Reply>> reply;
  Instant at = kNever;
};

template <class Store, class Op>
Task<Done> ask(Store* store, Scheduler* scheduler, Op op, Asked<Op>* asked) {
  auto reply = co_await (*store)(op);
  asked->reply.emplace(std::move(reply));
  asked->at = scheduler->now();
  co_return Done{};
}

Order order_by(int key, ItemId item = kStocked) {
  return Order{OrderKey{key}, BuyerId{key}, item, 1};
}

// Exact times: no spread.
ServiceModel exact() {
  ServiceModel model;
  model.redis_service = 10us;
  model.postgres_service = 50us;
  model.postgres_commit = 200us;
  model.cores = 2;
  model.network = 100us;
  return model;
}

class SimulatedStoresTest : public testing::Test {
 protected:
  SimulatedStoresTest() { stock({{kStocked, 100}, {ItemId{2}, 100}, {ItemId{3}, 100}}); }
  void stock(std::vector<StockedItem> items) {
    Stocking stocking;
    stocking.items = std::move(items);
    postgres_.stock(stocking);
  }
  template <class Store, class Op>
  void spawn(Store& store, Op op, Asked<Op>* asked) {
    scope_.spawn(ask(&store, &scheduler_, op, asked));
  }
  static Instant at(Duration time) { return kRunStart + time; }

  Scheduler scheduler_;
  SimulatedRedis redis_{scheduler_, exact()};
  SimulatedPostgres postgres_{scheduler_, exact()};
  TaskScope scope_;
};

TEST_F(SimulatedStoresTest, RedisServesOneCommandAfterTheOther) {
  const auto cache = simulated_cache(redis_);
  Asked<Get> first;
  Asked<Get> second;
  spawn(*cache, Get{kKey}, &first);
  spawn(*cache, Get{kKey}, &second);
  scheduler_.run();
  EXPECT_EQ(first.at, at(210us));
  EXPECT_EQ(second.at, at(220us));
}

TEST_F(SimulatedStoresTest, PostgresServesAsManyStatementsAtOnceAsItHasCores) {
  const auto database = simulated_database(postgres_);
  Asked<ReadStock> reads[3];
  for (auto& read : reads) spawn(*database, ReadStock{kStocked}, &read);
  scheduler_.run();
  EXPECT_EQ(reads[0].at, at(250us));
  EXPECT_EQ(reads[1].at, at(250us));
  EXPECT_EQ(reads[2].at, at(300us));
}

TEST_F(SimulatedStoresTest, SalesOfOneRowWaitForEachOthersCommitAndOfOthersDoNot) {
  const auto database = simulated_database(postgres_);
  Asked<TakeIfAvailable> first;
  Asked<TakeIfAvailable> same_row;
  Asked<TakeIfAvailable> other_row;
  spawn(*database, TakeIfAvailable{order_by(1)}, &first);
  spawn(*database, TakeIfAvailable{order_by(2)}, &same_row);
  spawn(*database, TakeIfAvailable{order_by(3, ItemId{2})}, &other_row);
  scheduler_.run();
  EXPECT_EQ(first.at, at(450us));
  EXPECT_EQ(same_row.at, at(650us));
  EXPECT_EQ(other_row.at, at(500us)) << "it waited for a core only";
}

TEST_F(SimulatedStoresTest, AFullPoolLetsStatementsWaitInTurnAndTellsHowLong) {
  Histogram waits;
  DatabaseClient client;
  client.connections = 1;
  client.pool_wait = &waits;
  const auto database = simulated_database(postgres_, client);
  Asked<ReadStock> reads[3];
  for (auto& read : reads) spawn(*database, ReadStock{kStocked}, &read);
  scheduler_.run();
  EXPECT_EQ(reads[0].at, at(250us));
  EXPECT_EQ(reads[1].at, at(500us));
  EXPECT_EQ(reads[2].at, at(750us));
  EXPECT_EQ(waits.count(), 3U);
  EXPECT_EQ(Histogram::slot_of(waits.max()), Histogram::slot_of(500us));
}

TEST_F(SimulatedStoresTest, ATransactionWaitsForItsConnectionOnce) {
  Histogram waits;
  DatabaseClient client;
  client.connections = 1;
  client.pool_wait = &waits;
  const auto database = simulated_database(postgres_, client);
  Asked<Begin> begun;
  spawn(*database, Begin{}, &begun);
  scheduler_.run();
  Asked<LockStock> locked;
  spawn(*database, LockStock{**begun.reply, kStocked}, &locked);
  scheduler_.run();
  Asked<Commit> ended;
  spawn(*database, Commit{**begun.reply}, &ended);
  scheduler_.run();
  EXPECT_TRUE(locked.reply->ok() && ended.reply->ok());
  EXPECT_EQ(waits.count(), 1U);
}

// Who has a connection keeps it; the others wait until it is over, those who had to wait anyhow
// too, and their waits are counted.
TEST_F(SimulatedStoresTest, AFrozenPoolHandsNoConnectionOutUntilTheFreezeIsOver) {
  Histogram waits;
  DatabaseClient client;
  client.connections = 1;
  client.pool_wait = &waits;
  const auto database = simulated_database(postgres_, client);
  const auto other = simulated_database(postgres_);
  Asked<Begin> begun;
  spawn(*database, Begin{}, &begun);
  scheduler_.run();
  Asked<ReadStock> behind;
  spawn(*database, ReadStock{kStocked}, &behind);

  StrikeWindow window;
  window.from = scheduler_.now();
  window.until = scheduler_.now() + 50ms;
  postgres_.freeze_pools_while({&window});
  Asked<Commit> ended;
  spawn(*database, Commit{**begun.reply}, &ended);
  scheduler_.run_until(scheduler_.now() + 10ms);
  EXPECT_TRUE(ended.reply && ended.reply->ok());
  EXPECT_FALSE(behind.reply) << "its connection is free, and frozen";
  Asked<ReadStock> later;
  spawn(*other, ReadStock{kStocked}, &later);
  window.until = scheduler_.now() + 20ms;  // it may end early
  scheduler_.run();
  for (const auto& read : {&behind, &later}) {
    ASSERT_TRUE(read->reply && read->reply->ok());
    EXPECT_GE(read->at, window.until.load());
    EXPECT_LE(read->at, window.until.load() + 2ms);
  }
  EXPECT_GE(waits.max(), 29ms);
}

TEST_F(SimulatedStoresTest, WhoseTimeIsUpInAFreezeSentNothing) {
  DatabaseClient client;
  client.timeout = 5ms;
  const auto database = simulated_database(postgres_, client);
  StrikeWindow window;
  window.from = kRunStart;
  window.until = at(10ms);
  postgres_.freeze_pools_while({&window});
  Asked<TakeIfAvailable> taken;
  spawn(*database, TakeIfAvailable{order_by(1)}, &taken);
  scheduler_.run();
  ASSERT_TRUE(taken.reply && !taken.reply->ok());
  EXPECT_EQ(taken.at, at(5ms));
  EXPECT_TRUE(taken.reply->error().definite());
  EXPECT_EQ(postgres_.row(kStocked)->quantity, 100);
}

TEST_F(SimulatedStoresTest, APipelineSavesTheRoundTripsNotTheWork) {
  DatabaseClient client;
  client.connections = 1;
  client.depth = 2;
  const auto database = simulated_database(postgres_, client);
  Asked<ReadStock> reads[3];
  for (auto& read : reads) spawn(*database, ReadStock{kStocked}, &read);
  scheduler_.run();
  EXPECT_EQ(reads[0].at, at(250us));
  EXPECT_EQ(reads[1].at, at(300us)) << "one backend serves a connection, one after the other";
  EXPECT_EQ(reads[2].at, at(500us)) << "sent when the first reply was there";
}

TEST_F(SimulatedStoresTest, AReadThatTimesOutIsDefiniteAWriteIsNotAndHappensAllTheSame) {
  DatabaseClient client;
  client.timeout = 240us;
  const auto database = simulated_database(postgres_, client);
  CacheClient impatient;
  impatient.timeout = 150us;
  const auto cache = simulated_cache(redis_, impatient);
  Asked<ReadStock> read;
  Asked<TakeIfAvailable> take;
  Asked<Get> get;
  Asked<SetExpiring> set;
  spawn(*database, ReadStock{kStocked}, &read);
  spawn(*database, TakeIfAvailable{order_by(1)}, &take);
  spawn(*cache, Get{kKey}, &get);
  spawn(*cache, SetExpiring{kKey, 5, 10s}, &set);
  scheduler_.run();
  for (const Error& error : {read.reply->error(), get.reply->error()}) {
    EXPECT_EQ(error.cause(), Cause::timed_out);
    EXPECT_TRUE(error.definite());
  }
  for (const Error& error : {take.reply->error(), set.reply->error()}) {
    EXPECT_EQ(error.cause(), Cause::timed_out);
    EXPECT_FALSE(error.definite());
  }
  EXPECT_EQ(take.at, at(240us));
  EXPECT_EQ(set.at, at(150us));
  EXPECT_EQ(postgres_.truth().orders.size(), 1U);
  const auto held = redis_.apply_now(Get{kKey});
  EXPECT_EQ(std::get<std::optional<Quantity>>(*held), 5);
}

TEST_F(SimulatedStoresTest, AWriteThatNeverGotAConnectionCertainlyDidNotHappen) {
  DatabaseClient client;
  client.connections = 1;
  client.timeout = 460us;
  const auto database = simulated_database(postgres_, client);
  Asked<TakeIfAvailable> takes[3];
  for (int i = 0; i < 3; ++i) spawn(*database, TakeIfAvailable{order_by(i)}, &takes[i]);
  scheduler_.run();
  EXPECT_TRUE(takes[0].reply->ok());
  EXPECT_FALSE(takes[1].reply->error().definite()) << "it was sent at 450 us";
  EXPECT_TRUE(takes[2].reply->error().definite());
  EXPECT_EQ(postgres_.truth().orders.size(), 2U);
  Asked<ReadStock> afterwards;
  spawn(*database, ReadStock{kStocked}, &afterwards);
  scheduler_.run();
  EXPECT_TRUE(afterwards.reply->ok()) << "the connection came back";
}

TEST_F(SimulatedStoresTest, WhoIsDestroyedWhileWaitingForAConnectionSendsNothing) {
  DatabaseClient client;
  client.connections = 1;
  const auto database = simulated_database(postgres_, client);
  Asked<TakeIfAvailable> takes[3];
  spawn(*database, TakeIfAvailable{order_by(0)}, &takes[0]);
  {
    TaskScope gone;
    gone.spawn(ask(database.get(), &scheduler_, TakeIfAvailable{order_by(1)}, &takes[1]));
  }
  spawn(*database, TakeIfAvailable{order_by(2)}, &takes[2]);
  scheduler_.run();
  EXPECT_TRUE(takes[0].reply->ok());
  EXPECT_TRUE(takes[2].reply->ok());
  EXPECT_EQ(postgres_.truth().orders.size(), 2U);
}

TEST_F(SimulatedStoresTest, AScriptCanLetAReplyComeTooLate) {
  Scripted script;
  script.then(1, "delete", StepKind::apply).then(1, "delete", StepKind::timeout);
  Scheduler scheduler(script);
  SimulatedRedis redis(scheduler);
  ASSERT_TRUE(redis.apply_now(SetExpiring{kKey, 5, 10s}).ok());
  CacheClient client;
  client.client = 1;
  client.timeout = 1s;
  const auto cache = simulated_cache(redis, client);
  Asked<Delete> asked;
  scope_.spawn(ask(cache.get(), &scheduler, Delete{kKey}, &asked));
  scheduler.run();
  ASSERT_FALSE(asked.reply->ok());
  EXPECT_FALSE(asked.reply->error().definite());
  EXPECT_EQ(asked.at, at(1s));
  EXPECT_EQ(std::get<std::optional<Quantity>>(*redis.apply_now(Get{kKey})), std::nullopt);
}

// A small rush: each buyer looks, buys when something is left, and deletes the cached copy.
Task<Done> buyer(SimulatedClient* shop, Clock* clock, int key, Duration arrives) {
  (void)co_await clock->sleep_until(kRunStart + arrives);
  const auto cached = co_await shop->cache()(Get{kKey});
  if (!cached || !*cached) {
    const auto stock = co_await shop->database()(ReadStock{kStocked});
    const Quantity seen = (*stock)->quantity;
    (void)co_await shop->cache()(SetExpiring{kKey, seen, 10s});
  }
  const auto taken = co_await shop->database()(TakeIfAvailable{order_by(key)});
  if (taken && *taken) (void)co_await shop->cache()(Delete{kKey});
  co_return Done{};
}

struct Rush {
  std::uint64_t trace = 0;
  std::uint64_t steps = 0;
  Instant ended{};
  std::size_t sold = 0;
};

Rush rush(std::uint64_t seed, int buyers) {
  Scheduler scheduler;
  ServiceModel model = exact();
  model.sigma = 0.3;
  SimulatedStores stores(scheduler, model, seed);
  Stocking stocking;
  stocking.items = {{kStocked, buyers / 10}};
  stores.postgres.stock(stocking);
  TaskScope scope;
  for (int i = 0; i < buyers; ++i) {
    SimulatedClient& shop = stores.client(i % 2);
    scope.spawn(buyer(&shop, &shop.clock(), i, std::chrono::microseconds(i * 40)));
  }
  scheduler.run();
  CHECK(scope.alive() == 0, "{} buyers wait for ever", scope.alive());
  return {scheduler.trace_hash(), scheduler.steps(), scheduler.now(),
          stores.postgres.truth().orders.size()};
}

TEST(SimulatedRush, TheSameSeedGivesTheSameRunAndAnotherSeedAnother) {
  const Rush first = rush(1, 2000);
  const Rush again = rush(1, 2000);
  const Rush other = rush(2, 2000);
  EXPECT_EQ(first.trace, again.trace);
  EXPECT_EQ(first.ended, again.ended);
  EXPECT_NE(first.trace, other.trace);
  EXPECT_EQ(first.sold, 200U);
  EXPECT_EQ(other.sold, 200U);
}

TEST(SimulatedRush, AHundredThousandBuyersAreAMatterOfSeconds) {
  const Rush big = rush(1, 100'000);
  EXPECT_EQ(big.sold, 10'000U);
  EXPECT_GT(big.steps, 500'000U);
}

}  // namespace
}  // namespace doorbuster
