#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

// Every story here is told of cache-aside too (cache_aside_test.cpp), where it ends well.

TEST(CacheAsideTextbook, PurchaseBetweenReadAndSetLeavesAStaleCopy) {
  TestShop shop("cache-aside-textbook", 10);
  shop.script.then(1, "get").then(1, "read_stock");
  shop.script.then(2, "decrement_guarded").then(2, "delete").then(2, "insert_order");
  shop.script.then(1, "set_expiring");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
  shop.wait(299s);
  EXPECT_EQ(shop.cached(), 10) << "for all of its 300 seconds";
  shop.wait(1s);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

TEST(CacheAsideTextbook, WithNoStockLeftEveryBuyerIsToldYes) {
  TestShop shop("cache-aside-textbook", 1);
  for (int buyer = 1; buyer <= 3; ++buyer) {
    shop.buy(buyer);
    shop.run();
    EXPECT_EQ(shop.answer(buyer), "sold");
  }
  EXPECT_EQ(shop.stock(), 0) << "the guard holds, and its row count is ignored";
  EXPECT_EQ(shop.orders(), 3);
}

TEST(CacheAsideTextbook, ABuyerWhoDiesBeforeTheDeleteLeavesAStaleCopy) {
  TestShop shop("cache-aside-textbook", 10);
  shop.view(1);
  shop.run();
  shop.script.then(2, "decrement_guarded", StepKind::commit);
  shop.buy(2);
  shop.run_script();
  shop.kill(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
}

TEST(CacheAsideTextbook, ARetryAfterALostDeleteTakesAUnitThatNobodyBought) {
  TestShop shop("cache-aside-textbook", 10);
  shop.client(1).failing_cache.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed") << "no order row was written";
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(CacheAsideTextbook, AfterTheSellOutEveryAttemptDeletesTheCopy) {
  TestShop shop("cache-aside-textbook", 0);
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(shop.cost_of_view(), "2R 1D");
    EXPECT_EQ(shop.cost_of_view(), "1R 0D");
    shop.buy(2);
    shop.run();
  }
}

TEST(CacheAsideTextbook, EveryReaderWhoMissesAsksTheDatabase) {
  TestShop shop("cache-aside-textbook", 10);
  constexpr int kReaders = 5;
  for (int reader = 1; reader <= kReaders; ++reader) shop.script.then(reader, "get");
  for (int reader = 1; reader <= kReaders; ++reader) shop.view(reader);
  shop.run();
  for (int reader = 1; reader <= kReaders; ++reader) {
    EXPECT_EQ(shop.client(reader).database.of<ReadStock>().asked, 1);
    EXPECT_EQ(shop.page(reader), "10");
  }
}

TEST(CacheAsideTextbook, CostsWhatTheCatalogueSays) {
  TestShop shop("cache-aside-textbook", 1);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.source(1), Source::cache);
  EXPECT_EQ(shop.cost_of_buy(), "1R 2D") << "one of them is the caller's order row";
  EXPECT_EQ(shop.cost_of_buy(), "1R 2D") << "a refusal that nobody notices";
}

TEST(CacheAsideTextbook, WithoutACacheThereIsNoPage) {
  TestShop shop("cache-aside-textbook", 10);
  shop.client(1).failing_cache.refuse(1);
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "error");
}

}  // namespace
}  // namespace doorbuster
