// combined: what each of its parts is for. Every one is taken away once, and then what it is there
// for goes wrong.
#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

const TestShop::Setup kWithoutFallback = {.changes = {{"fallback", text("none")}}};

std::optional<Quantity> at_the_gate(TestShop* shop) {
  const auto reply = shop->ask_cache(Get{Key{KeyFamily::gate, TestShop::kItem}});
  return std::get<std::optional<Quantity>>(*reply);
}

TEST(Combined, CostsOneRoundTripToRefuseAndOneStatementToSell) {
  TestShop shop("combined", 1);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.cost_of_buy(), "3R 1D") << "reserve, settle, delete";
  EXPECT_EQ(shop.cost_of_buy(), "1R 0D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(Combined, WithoutTheGateEveryRefusalIsAStatement) {
  TestShop shop("cache-aside", 0);
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
}

// The guard.

TEST(Combined, AGateThatCountsTooMuchSellsNoUnitTwice) {
  TestShop shop("combined", 1);
  (void)shop.ask_cache(LoadGate{TestShop::kItem, 5});
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_NE(shop.answer(1), shop.answer(2));
}

TEST(Combined, ItsGateIsTheOneThatIsAudited) {
  TestShop shop("combined", 5);
  shop.buy(1, 2);
  shop.run();
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 3, .settled = 2, .pending = {}, .sequence = 1}));
}

// The fallback.

TEST(Combined, WhileRedisIsSilentTheDatabaseSellsAndNotOneTooMany) {
  TestShop shop("combined", 1);
  for (const int buyer : {1, 2}) {
    shop.client(buyer).failing_cache.refuse(20);
    shop.buy(buyer);
  }
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Combined, WithoutTheFallbackNobodyCanBuy) {
  TestShop shop("combined", 1, kWithoutFallback);
  shop.client(1).failing_cache.refuse(20);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.orders(), 0);
}

TEST(Combined, PagesTooComeFromTheDatabaseThen) {
  TestShop shop("combined", 7);
  shop.client(1).failing_cache.refuse(1);
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "7");
  TestShop without("combined", 7, kWithoutFallback);
  without.client(1).failing_cache.refuse(1);
  without.view(1);
  without.run();
  EXPECT_EQ(without.page(1), "error");
}

TEST(Combined, NoMoreThanSoManyAreInTheDatabasePastTheGate) {
  TestShop shop("combined", 100, {.changes = {{"fallback_at_once", std::int64_t{2}}}});
  shop.client(1).failing_cache.refuse(1000);
  for (int buyer = 0; buyer < 5; ++buyer) shop.buy_beside(1);
  EXPECT_EQ(shop.client(1).figures.counts().at("fallback_purchases"), 2);
  EXPECT_EQ(shop.client(1).figures.counts().at("fallback_refused"), 3);
  shop.run();
  EXPECT_EQ(shop.orders(), 2);
}

TEST(Combined, WhoStillTellsTheCacheIsNotInTheDatabaseAnyMore) {
  TestShop shop("combined", 100,
                {.changes = {{"fallback_at_once", std::int64_t{1}}, {"repay", false}}});
  shop.client(1).failing_cache.refuse_only("reserve");
  shop.script.then(1, "take_if_available");
  shop.buy_beside(1);
  shop.run_script();
  shop.buy_beside(1);
  EXPECT_EQ(shop.figure("fallback_purchases"), 2);
  shop.run();
  EXPECT_EQ(shop.orders(), 2);
  shop.buy_beside(1);
  shop.buy_beside(1);
  EXPECT_EQ(shop.figure("fallback_refused"), 1) << "one place was given back, and once";
  shop.run();
}

// The debts.

// One of five units is sold past the gate.
void sell_past_the_gate(TestShop* shop) {
  shop->client(1).failing_cache.refuse(1);
  shop->buy(1);
  shop->run();
  ASSERT_EQ(shop->answer(1), "sold");
  ASSERT_EQ(shop->stock(), 4);
}

TEST(Combined, TheGateIsToldAfterwardsWhatWasSoldPastIt) {
  TestShop shop("combined", 5);
  sell_past_the_gate(&shop);
  EXPECT_EQ(at_the_gate(&shop), 4);
}

TEST(Combined, UntoldItLetsInOneTooManyWhomTheGuardRefusesLate) {
  TestShop shop("combined", 5, {.changes = {{"repay", false}}});
  sell_past_the_gate(&shop);
  EXPECT_EQ(at_the_gate(&shop), 5);
  for (int buyer = 2; buyer <= 5; ++buyer) {
    shop.buy(buyer);
    shop.run();
  }
  EXPECT_EQ(shop.stock(), 0);
  const std::int64_t asked = shop.client(6).database.operations();
  shop.buy(6);
  shop.run();
  EXPECT_EQ(shop.answer(6), "sold_out");
  EXPECT_GT(shop.client(6).database.operations(), asked) << "the gate let it pass";
}

TEST(Combined, APurchasePastTheGateThatWasNoneIsGivenBack) {
  TestShop shop("combined", 5);
  shop.background(0);
  shop.client(1).failing_cache.refuse(1);
  shop.client(1).failing_database.lose_requests(1);
  shop.buy(1);
  shop.run();
  ASSERT_EQ(shop.answer(1), "unknown");
  ASSERT_EQ(shop.stock(), 5);
  EXPECT_EQ(at_the_gate(&shop), 4) << "it may have been sold";
  shop.wait(5s);
  EXPECT_EQ(at_the_gate(&shop), 5);
}

// The gate's last unit is in the hand of somebody whom the guard refuses, for it was sold past it.
TEST(Combined, TheGateIsToldThoughItsLastUnitIsInTheHandOfOneWhoIsRefusedLate) {
  TestShop shop("combined", 1);
  shop.background(0);
  shop.script.then(2, "reserve").then(1, "take_if_available").then(1, "delete");
  shop.script.then(1, "reserve").then(2, "take_if_available");
  shop.client(1).failing_cache.refuse(1);
  shop.buy(2);
  shop.buy(1);
  shop.run();
  ASSERT_EQ(shop.answer(1), "sold");
  ASSERT_EQ(shop.answer(2), "sold_out");
  shop.drain(1);
  shop.run();
  EXPECT_EQ(at_the_gate(&shop), 0);
}

TEST(Combined, AGateThatCanNeverBeToldIsAskedForTwoHoldsAlone) {
  TestShop shop("combined", 1, {.changes = {{"hold", Duration(1s)}}});
  (void)shop.ask_cache(LoadGate{TestShop::kItem, 0});
  shop.client(1).failing_cache.refuse(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(since_start(shop.now()), 2s);
}

// The order key.

// The owner of the last unit bought it past a gate that counts none, and heard nothing.
void buy_without_an_answer(TestShop* shop) {
  (void)shop->ask_cache(LoadGate{TestShop::kItem, 0});
  shop->client(1).failing_cache.refuse(1);
  shop->client(1).failing_database.lose_replies(1);
  shop->buy(1);
  shop->run();
  ASSERT_EQ(shop->answer(1), "unknown");
  ASSERT_EQ(shop->stock(), 0);
}

TEST(Combined, AnOwnerWhoAsksAgainIsToldSoByTheKey) {
  TestShop shop("combined", 1);
  buy_without_an_answer(&shop);
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Combined, AskedAsIfForTheFirstTimeHeWouldBeToldSoldOut) {
  TestShop shop("combined", 1);
  buy_without_an_answer(&shop);
  shop.client(1).order.repeats = -1;
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
}

// His first attempt went past a silent gate and is on its way; the gate's last unit is in another's
// hand when he asks again elsewhere.
TEST(Combined, AnOwnerWhoAsksAgainIsNotToldSoldOutWhileHisFirstAttemptMayStillBuy) {
  TestShop shop("combined", 1);
  shop.script.then(2, "reserve").then(3, "reserve").then(3, "find_order");
  shop.script.then(1, "take_if_available");
  shop.client(1).failing_cache.refuse(1);
  shop.buy(1);
  shop.buy(2);
  shop.client(3).order = shop.client(1).order;
  shop.buy_again(3);
  shop.run();
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.answer(3), "sold");
}

// The lease.

std::int64_t reads_of_a_stampede(const char* strategy, Options changes) {
  TestShop shop(strategy, 10, {.changes = std::move(changes)});
  for (int instance = 1; instance <= 5; ++instance) {
    for (int reader = 0; reader < 4; ++reader) shop.view(instance);
  }
  shop.run();
  std::int64_t reads = 0;
  for (int instance = 1; instance <= 5; ++instance) {
    reads += shop.client(instance).database.of<ReadStock>().asked;
  }
  return reads;
}

TEST(Combined, OneReaderOfAllFillsAPage) {
  EXPECT_EQ(reads_of_a_stampede("combined", {}), 1);
  EXPECT_EQ(reads_of_a_stampede("cache-aside", {{"fill", text("none")}}), 20)
      << "without the lease";
}

}  // namespace
}  // namespace doorbuster
