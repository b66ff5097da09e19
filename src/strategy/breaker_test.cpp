// The breaker around strategies: when nothing is sent, what buyers are told, and what comes of it
// once it closes.
#include "strategy/breaker.h"

#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

Options behind_breaker(Options more = {}) {
  more.insert({{"breaker", true},
               {"breaker_failures", std::int64_t{2}},
               {"breaker_open_for", Duration(1s)},
               {"breaker_probes", std::int64_t{1}}});
  return more;
}

// Two pages of client 1 that fail.
void open_breaker(TestShop* shop) {
  shop->client(1).failing_cache.refuse(2);
  for (int page = 0; page < 2; ++page) {
    shop->view(1);
    shop->run();
    ASSERT_EQ(shop->page(1), "error");
  }
}

TEST(Breaker, CostsNoRoundTripWhileTheCacheIsWell) {
  TestShop plain("cache-aside", 10);
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  EXPECT_EQ(shop.cost_of_view(), plain.cost_of_view());
  EXPECT_EQ(shop.cost_of_buy(), plain.cost_of_buy());
  EXPECT_EQ(shop.figure("breaker_opened"), 0);
}

TEST(Breaker, SendsNothingOnceTheCacheHasFailed) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  open_breaker(&shop);
  EXPECT_EQ(shop.cost_of_view(), "0R 0D");
  const Error& error = shop.client(1).page->error();
  EXPECT_EQ(error.cause(), Cause::breaker_open);
  EXPECT_TRUE(error.definite());
  EXPECT_EQ(shop.figure("breaker_opened"), 1);
  EXPECT_EQ(shop.figure("breaker_refused"), 1);
}

TEST(Breaker, IsOfOneInstance) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  open_breaker(&shop);
  shop.view(2);
  shop.run();
  EXPECT_EQ(shop.page(2), "10");
}

TEST(Breaker, WithoutItEveryPageAsksAgain) {
  TestShop shop("cache-aside", 10);
  open_breaker(&shop);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
}

TEST(Breaker, RefusesWhoCannotBuyWithoutTheCache) {
  TestShop shop("redis-gate", 10, {.changes = behind_breaker()});
  open_breaker(&shop);
  EXPECT_EQ(shop.cost_of_buy(), "0R 0D");
  EXPECT_EQ(shop.answer(1), "refused");
}

TEST(Breaker, IsBeforeTheCacheOfTheDecoratorsToo) {
  TestShop shop("database-atomic", 10,
                {.changes = behind_breaker({{"lock", std::string("redis")}})});
  shop.client(1).failing_cache.refuse(1000);
  for (int buyer = 0; buyer < 2; ++buyer) {
    shop.buy(1);
    shop.run();
  }
  EXPECT_EQ(shop.cost_of_buy(), "0R 0D");
  EXPECT_EQ(shop.answer(1), "refused");
}

TEST(Breaker, SellsWhatNeedsNoCache) {
  TestShop shop("write-through", 10, {.changes = behind_breaker()});
  open_breaker(&shop);
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
}

TEST(Breaker, ClosesWhenAProbeEndsWell) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  open_breaker(&shop);
  shop.wait(1s);
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "10");
  EXPECT_EQ(shop.figure("breaker_closed"), 1);
  EXPECT_GE(shop.client(1).figures.times().at("breaker_was_open").max(), 1s);
}

TEST(Breaker, OpensAgainWhenAProbeFails) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  open_breaker(&shop);
  shop.wait(1s);
  shop.client(1).failing_cache.refuse(1);
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.cost_of_view(), "0R 0D");
  EXPECT_EQ(shop.figure("breaker_opened"), 1);
  EXPECT_EQ(shop.figure("breaker_reopened"), 1);
}

TEST(Breaker, CountsWhatGetsNoReply) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  shop.client(1).failing_cache.lose_replies(2);
  shop.cost_of_view();
  shop.cost_of_view();
  EXPECT_EQ(shop.cost_of_view(), "0R 0D");
}

TEST(Breaker, TakesAnErrorOfTheServerForAnAnswer) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker()});
  const Key leased{KeyFamily::leased, TestShop::kItem};
  ASSERT_TRUE(shop.ask_cache(SetExpiring{leased, 1, 300s}));
  for (int page = 0; page < 5; ++page) {
    EXPECT_EQ(shop.cost_of_view(), "1R 0D");
    EXPECT_EQ(shop.client(1).page->error().cause(), Cause::refused_by_server);
  }
}

// The first attempt may have bought; that a later one was held back says nothing about it.
TEST(Breaker, MakesNoRefusalOfAPurchaseThatMayHaveBeenMade) {
  TestShop shop("redis-gate", 10,
                {.changes = behind_breaker({{"breaker_failures", std::int64_t{1}},
                                            {"retry_attempts", std::int64_t{3}},
                                            {"retry_cap", Duration(10ms)}})});
  shop.client(1).failing_database.lose_replies(1);
  shop.client(1).failing_cache.refuse(1, 1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.figure("breaker_refused"), 1);
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Breaker, AnInvalidationWaitsUntilItCloses) {
  TestShop shop("cache-aside", 10,
                {.changes = behind_breaker({{"delete_attempts", std::int64_t{1}}})});
  shop.view(2);
  shop.run();
  ASSERT_EQ(shop.cached(), 10);
  open_breaker(&shop);
  shop.buy(1);
  shop.buy_beside(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cached(), std::nullopt);
  EXPECT_EQ(shop.client(1).cache.of<Delete>().asked, 1) << "one for both";
}

// A delete that happened before the sale, and is heard of after it, is none of that sale.
TEST(Breaker, AnInvalidationThatFellDueMeanwhileIsMadeToo) {
  TestShop shop("cache-aside", 10, {.changes = {{"delete_attempts", std::int64_t{9}}}});
  shop.client(1).failing_cache.refuse(1);
  shop.script.then(1, "take_if_available");
  shop.buy(1);
  shop.run_script();
  while (shop.client(1).cache.of<Delete>().asked < 2) ASSERT_TRUE(shop.step());
  shop.client(1).failing_cache.refuse(1);
  shop.buy_beside(1);
  shop.script.then(1, "delete", StepKind::apply).then(1, "take_if_available");
  shop.run();
  EXPECT_EQ(shop.client(1).cache.of<Delete>().answered, 2);
}

TEST(Breaker, StandsAsideWhenTheShopDrains) {
  TestShop shop("cache-aside", 10, {.changes = behind_breaker({{"breaker_open_for", 1h}})});
  shop.view(2);
  shop.run();
  open_breaker(&shop);
  shop.buy(1);
  while (shop.answer(1).empty()) ASSERT_TRUE(shop.step());
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(1).drained);
  EXPECT_EQ(shop.cached(), std::nullopt);
  EXPECT_EQ(shop.client(1).figures.times().at("breaker_was_open").count(), 1);
}

TEST(Breaker, AFallbackPastTheGateBeginsAtOnce) {
  TestShop shop("combined", 10, {.changes = behind_breaker()});
  shop.client(1).failing_cache.refuse(2);
  shop.view(1);
  shop.run();
  shop.view(1);
  shop.run();
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.figure("fallback_purchases"), 1);
  EXPECT_EQ(shop.gate()->left, 9) << "it is told once the breaker has closed";
}

}  // namespace
}  // namespace doorbuster
