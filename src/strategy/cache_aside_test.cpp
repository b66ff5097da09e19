#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

TEST(CacheAside, PurchaseBetweenReadAndSetCancelsTheFill) {
  TestShop shop("cache-aside", 10);
  shop.script.then(1, "lease_get").then(1, "read_stock");
  shop.script.then(2, "take_if_available").then(2, "delete");
  shop.script.then(1, "lease_set");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.page(1), "10") << "it was right when it was read";
  EXPECT_EQ(shop.cached(), std::nullopt);
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "9");
  EXPECT_EQ(shop.cached(), 9);
}

TEST(CacheAside, WithNoStockLeftBuyersAreToldSo) {
  TestShop shop("cache-aside", 1);
  shop.buy(1);
  shop.run();
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(CacheAside, AfterTheSellOutAttemptsLeaveTheCopyAlone) {
  TestShop shop("cache-aside", 0);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  for (int attempt = 0; attempt < 3; ++attempt) {
    shop.buy(2);
    shop.run();
    EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  }
}

TEST(CacheAside, OneOfTheReadersWhoMissAsksTheDatabase) {
  TestShop shop("cache-aside", 10);
  constexpr int kReaders = 5;
  for (int reader = 1; reader <= kReaders; ++reader) shop.script.then(reader, "lease_get");
  for (int reader = 1; reader <= kReaders; ++reader) shop.view(reader);
  shop.run();
  std::int64_t asked = 0;
  for (int reader = 1; reader <= kReaders; ++reader) {
    asked += shop.client(reader).database.of<ReadStock>().asked;
    EXPECT_EQ(shop.page(reader), "10");
  }
  EXPECT_EQ(asked, 1);
}

TEST(CacheAside, CostsWhatTheCatalogueSays) {
  TestShop shop("cache-aside", 1);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.source(1), Source::cache);
  EXPECT_EQ(shop.cost_of_buy(), "1R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

// What remains.

TEST(CacheAside, BetweenCommitAndDeleteReadersSeeTheOldCopy) {
  TestShop shop("cache-aside", 10);
  shop.view(1);
  shop.run();
  shop.script.then(2, "take_if_available").then(1, "lease_get").then(2, "delete");
  shop.buy(2);
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "10");
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

TEST(CacheAside, ABuyerWhoDiesBeforeTheDeleteLeavesACopyThatTheTtlEnds) {
  TestShop shop("cache-aside", 10, {.changes = {{"ttl", Duration(30s)}}});
  shop.view(1);
  shop.run();
  shop.script.then(2, "take_if_available", StepKind::commit);
  shop.buy(2);
  shop.run_script();
  shop.kill(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
  shop.wait(30s);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

// When the cache fails.

TEST(CacheAside, ADeleteThatFailsIsTriedAgainWhileTheBuyerIsToldSold) {
  TestShop shop("cache-aside", 10);
  shop.view(1);
  shop.run();
  shop.script.then(1, "take_if_available");
  shop.client(1).failing_cache.refuse(3);
  shop.buy(1);
  shop.run_script();
  EXPECT_EQ(shop.answer(1), "sold") << "at once";
  EXPECT_EQ(shop.stock(), 9);
  shop.run();
  EXPECT_EQ(shop.client(1).cache.of<Delete>().asked, 4);
  EXPECT_EQ(shop.client(1).cache.of<Delete>().errors, 3);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

TEST(CacheAside, DrainEndsWhenTheLastRetryDid) {
  TestShop shop("cache-aside", 10);
  shop.view(1);
  shop.run();
  shop.script.then(1, "take_if_available").then(1, "sleep");
  shop.client(1).failing_cache.refuse(2);
  shop.buy(1);
  shop.drain(2);
  EXPECT_TRUE(shop.client(2).drained) << "has nothing to wait for";
  while (shop.answer(1).empty()) shop.step();
  shop.drain(1);
  shop.run_script();
  EXPECT_FALSE(shop.client(1).drained);
  shop.run();
  EXPECT_TRUE(shop.client(1).drained);
  EXPECT_EQ(shop.client(1).cache.of<Delete>().answered, 1);
}

TEST(CacheAside, ADeleteThatAlwaysFailsIsGivenUpAndTheSaleStands) {
  TestShop shop("cache-aside", 10, {.changes = {{"delete_attempts", std::int64_t{5}}}});
  shop.view(1);
  shop.run();
  shop.client(1).failing_cache.refuse(1000);
  shop.buy(1);
  shop.run();
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(1).drained);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.client(1).cache.of<Delete>().asked, 5);
  EXPECT_EQ(shop.cached(), 10) << "until its TTL";
}

TEST(CacheAside, APageThatCannotBeKeptIsShownAllTheSame) {
  TestShop shop("cache-aside", 10);
  shop.script.then(1, "lease_get");
  shop.view(1);
  shop.run_script();
  shop.client(1).failing_cache.refuse(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "10");
}

TEST(CacheAside, APurchaseThatMayHaveBeenMadeInvalidatesToo) {
  TestShop shop("cache-aside", 10);
  shop.view(1);
  shop.run();
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

TEST(CacheAside, APurchaseThatCertainlyFailedTouchesNothing) {
  TestShop shop("cache-aside", 10);
  shop.view(1);
  shop.run();
  shop.client(1).failing_database.refuse(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.cached(), 10);
}

// Readers who wait for another's fill.

TEST(CacheAside, AReaderTakesOverWhenTheOneWhoFilledIsGone) {
  TestShop shop("cache-aside", 10,
                {.changes = {{"lease", Duration(100ms)}, {"poll", Duration(2ms)}}});
  shop.script.then(1, "lease_get").then(2, "lease_get");
  shop.view(1);
  shop.view(2);
  shop.run_script();
  shop.kill(1);
  shop.run();
  EXPECT_EQ(shop.page(2), "10");
  EXPECT_EQ(since_start(shop.now()), 100ms);
  EXPECT_EQ(shop.client(2).cache.of<LeaseGet>().asked, 51) << "every 2 ms until the lease ended";
  EXPECT_EQ(shop.cached(), 10);
}

// Somebody else always has the lease.
class TakenCache : public Cache {
 public:
  Task<CacheReply> execute(CacheOperation) override {
    co_return CacheReply(LeaseGet::Reply{LeaseGet::State::wait, 0});
  }
};

Task<Done> view_into(Strategy* strategy, std::optional<StockView>* page) {
  const auto seen = co_await strategy->view(TestShop::kItem);
  if (seen) *page = *seen;
  co_return Done{};
}

TEST(CacheAside, AReaderWhoWaitedALeaseLongAsksTheDatabaseItself) {
  Scheduler scheduler;
  SimulatedStores stores(scheduler);
  Stocking stocking;
  stocking.items = {{TestShop::kItem, 10}};
  stores.postgres.stock(stocking);
  const StrategyEntry& entry = *find_strategy("cache-aside");
  Options options = default_options(entry);
  options["lease"] = Duration(100ms);
  TakenCache cache;
  Random random(1);
  SimulatedClient& client = stores.client(1);
  StrategyFigures figures;
  const auto strategy =
      entry.make({cache, client.database(), client.clock(), random, figures}, options);
  std::optional<StockView> page;
  TaskScope scope;
  scope.spawn(view_into(strategy.get(), &page));
  scheduler.run();
  ASSERT_TRUE(page);
  EXPECT_EQ(page->quantity, 10);
  EXPECT_EQ(page->source, Source::cache_missed);
  EXPECT_EQ(since_start(scheduler.now()), 100ms);
}

}  // namespace
}  // namespace doorbuster
