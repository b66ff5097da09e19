// Each decorator around a strategy of the catalogue: what it mends, and what it lets in.
#include "strategy/decorator.h"
#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

Options with(Options options) { return options; }

// retry

TEST(Retry, AsksAgainAfterALostReplyAndIsToldByTheKey) {
  TestShop shop("database-atomic", 1, {.changes = with({{"retry_attempts", std::int64_t{3}}})});
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold") << "though the stock is at nothing by now";
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.client(1).figures.counts().at("retries"), 1);
}

TEST(Retry, WithoutItALostReplyStaysUnknown) {
  TestShop shop("database-atomic", 1);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
}

TEST(Retry, GivesUpAfterItsAttemptsAndThenNobodyKnows) {
  TestShop shop("database-atomic", 10, {.changes = with({{"retry_attempts", std::int64_t{3}}})});
  shop.client(1).failing_database.lose_replies(1);
  shop.client(1).failing_database.refuse(2, 1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.client(1).database.of<TakeIfAvailable>().asked, 3);
  EXPECT_EQ(shop.answer(1), "unknown") << "the last two were never sent, the first was";
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Retry, AsksNobodyTwiceForAnAnswer) {
  TestShop shop("database-atomic", 0, {.changes = with({{"retry_attempts", std::int64_t{3}}})});
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(Retry, StopsWhenItsBudgetIsSpent) {
  TestShop shop("database-atomic", 10,
                {.changes = with({{"retry_attempts", std::int64_t{100}}, {"retry_budget", 0.0}})});
  shop.client(1).failing_database.refuse(1000);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.client(1).database.of<TakeIfAvailable>().asked, 11);
  EXPECT_EQ(shop.client(1).figures.counts().at("retries_over_budget"), 1);
}

TEST(Retry, OfAPurchaseWithoutItsKeyTakesUnitsThatNobodyBought) {
  TestShop shop("read-then-write", 10,
                {.changes = with(
                     {{"write", std::string("decrement")}, {"retry_attempts", std::int64_t{3}}})});
  shop.client(1).failing_database.lose_replies_of_writes(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 8);
}

// limit

const Options kLimitOfOne = {{"limit", std::int64_t{1}}};

TEST(Limit, RefusesTheSecondOrderOfABuyer) {
  TestShop shop("database-atomic", 10, {.changes = kLimitOfOne});
  shop.buy(1);
  shop.run();
  shop.buy_as(2, shop.client(1).order.buyer);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "refused");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Limit, WithoutItABuyerHasAsManyAsHeLikes) {
  TestShop shop("database-atomic", 10);
  shop.buy(1);
  shop.buy_as(2, BuyerId{1});
  shop.run();
  EXPECT_EQ(shop.orders(), 2);
}

TEST(Limit, AReplayCountsOnce) {
  TestShop shop("database-atomic", 10, {.changes = kLimitOfOne});
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
}

TEST(Limit, APurchaseThatCameToNothingCountsNoMore) {
  TestShop shop("database-atomic", 10, {.changes = kLimitOfOne});
  shop.client(1).failing_database.refuse(1);
  shop.buy(1);
  shop.run();
  ASSERT_EQ(shop.answer(1), "failed");
  shop.buy_as(2, shop.client(1).order.buyer);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
}

// sold_out_flag

const Options kFlag = {{"sold_out_flag", true}};

TEST(SoldOutFlag, CostsNothingAfterTheSellOut) {
  TestShop shop("database-atomic", 0, {.changes = kFlag});
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 0D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(SoldOutFlag, LetsThroughWhoWantsLessThanWhatWasRefused) {
  TestShop shop("database-atomic", 1, {.changes = kFlag});
  shop.buy(1, 2);
  shop.run();
  ASSERT_EQ(shop.answer(1), "sold_out");
  shop.buy(1, 1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
}

TEST(SoldOutFlag, LooksUpWhoWasSentBefore) {
  TestShop shop("database-atomic", 1, {.changes = kFlag});
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  const Order mine = shop.client(1).order;
  shop.buy(1);
  shop.run();
  ASSERT_EQ(shop.answer(1), "sold_out");
  shop.client(1).order = mine;
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
}

// The last unit is at the gate of a buyer who dies; a second one is told sold out, and then the
// reaper brings the unit back.
void bring_a_unit_back(TestShop* shop) {
  shop->background(0);
  shop->script.then(1, "reserve", StepKind::apply);
  shop->buy(1);
  shop->run_script();
  shop->kill(1);
  shop->buy(2);
  shop->run();
  ASSERT_EQ(shop->answer(2), "sold_out");
  shop->wait(5s);
  shop->buy(2);
  shop->run();
}

TEST(SoldOutFlag, WithAStrategyThatReturnsUnitsItUndersells) {
  TestShop shop("redis-gate", 1, {.changes = kFlag});
  bring_a_unit_back(&shop);
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.stock(), 1);
}

TEST(SoldOutFlag, WithoutItTheUnitThatCameBackIsSold) {
  TestShop shop("redis-gate", 1);
  bring_a_unit_back(&shop);
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.stock(), 0);
}

// lock

TEST(Lock, OneBuyerOfAnItemAtATime) {
  TestShop shop("read-then-write", 1, {.changes = with({{"lock", std::string("redis")}})});
  shop.script.then(1, "acquire_lock").then(2, "acquire_lock").then(1, "read_stock");
  shop.script.then(1, "write_stock").then(1, "insert_order");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Lock, AroundReadThenWriteOversellsWhenItsHolderPausesPastTheTtl) {
  TestShop shop("read-then-write", 1,
                {.changes = with({{"lock", std::string("redis")}, {"lock_ttl", Duration(1ms)}})});
  shop.script.then(1, "acquire_lock").then(1, "read_stock").then(2, "acquire_lock");
  shop.script.then(2, "sleep").then(2, "acquire_lock").then(2, "read_stock");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 2);
}

TEST(Lock, AroundAGuardedPurchaseTheSamePauseDoesNoHarm) {
  TestShop shop("database-atomic", 1,
                {.changes = with({{"lock", std::string("redis")}, {"lock_ttl", Duration(1ms)}})});
  shop.script.then(1, "acquire_lock").then(2, "acquire_lock");
  shop.script.then(2, "sleep").then(2, "acquire_lock").then(2, "take_if_available");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Lock, WhoWaitsTooLongIsRefused) {
  TestShop shop("database-atomic", 10,
                {.changes = with({{"lock", std::string("redis")},
                                  {"lock_ttl", Duration(5s)},
                                  {"lock_wait", Duration(50ms)}})});
  shop.script.then(1, "acquire_lock");
  shop.buy(1);
  shop.run_script();
  shop.kill(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "refused");
}

// idempotency

const Options kClaims = {{"idempotency", std::string("redis")}};

TEST(Idempotency, AnswersAReplayWithoutTheDatabase) {
  TestShop shop("database-atomic", 10, {.changes = kClaims});
  EXPECT_EQ(shop.cost_of_buy(), "2R 1D");
  const std::int64_t asked = shop.client(1).database.operations();
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.client(1).database.operations(), asked);
}

TEST(Idempotency, WhileAnAttemptIsUnderWayNobodyCanTell) {
  TestShop shop("database-atomic", 10, {.changes = kClaims});
  shop.script.then(1, "claim_order").then(2, "claim_order");
  shop.buy(1);
  shop.client(2).order = shop.client(1).order;
  shop.buy_again(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "unknown");
  EXPECT_EQ(shop.answer(1), "sold");
}

TEST(Idempotency, WhatCertainlyFailedCanBeTriedAgain) {
  TestShop shop("database-atomic", 10, {.changes = kClaims});
  shop.client(1).failing_database.refuse(1);
  shop.buy(1);
  shop.run();
  ASSERT_EQ(shop.answer(1), "failed");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
}

// The claim is older than its TTL when the first attempt goes on, and the second has claimed again.
void claim_twice(TestShop* shop, const char* look, const char* take) {
  shop->script.then(1, "claim_order");
  if (look != nullptr) shop->script.then(1, look);
  shop->buy(1);
  shop->run_script();
  shop->client(2).order = shop->client(1).order;
  shop->client(0).doing.spawn(shop->client(0).clock.sleep_until(shop->now() + 1s));
  shop->script.then(0, "sleep");
  shop->run_script();
  shop->script.then(2, "claim_order");
  if (look != nullptr) shop->script.then(2, look);
  shop->script.then(2, take).then(1, take);
  shop->buy_again(2);
  shop->run();
}

TEST(Idempotency, InRedisAloneTakesUnitsTwiceWhenAClaimRunsOut) {
  TestShop shop("read-then-write", 10,
                {.changes = with({{"idempotency", std::string("redis")},
                                  {"idempotency_ttl", Duration(1s)},
                                  {"write", std::string("decrement")}})});
  claim_twice(&shop, "read_stock", "decrement_unguarded");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 8);
}

TEST(Idempotency, WithTheKeyInTheStatementTheSameTakesThemOnce) {
  TestShop shop("database-atomic", 10,
                {.changes = with(
                     {{"idempotency", std::string("redis")}, {"idempotency_ttl", Duration(1s)}})});
  claim_twice(&shop, nullptr, "take_if_available");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 9);
}

// admission

Options room(const char* line, double rate) {
  return {
      {"admission", std::string(line)}, {"admission_rate", rate}, {"admission_wait", Duration(1s)}};
}

TEST(Admission, LetsInSoManyASecondAndRefusesWhoHasWaitedTooLong) {
  for (const char* line : {"first_come", "shuffled"}) {
    TestShop shop("database-atomic", 1000, {.changes = room(line, 50)});
    for (int buyer = 0; buyer < 200; ++buyer) shop.buy_beside(1);
    shop.run();
    EXPECT_NEAR(static_cast<double>(shop.orders()), 50, 2) << line;
    EXPECT_EQ(shop.client(1).figures.counts().at("turned_away"), 200 - shop.orders()) << line;
  }
}

TEST(Admission, WithNobodyElseThereCostsNoTime) {
  TestShop shop("database-atomic", 10, {.changes = room("first_come", 1)});
  const Instant began = shop.now();
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_LT(shop.now() - began, 100ms);
}

// single_flight

TEST(SingleFlight, OneOfTheReadersOfAnInstanceAsksTheDatabase) {
  TestShop shop("database-atomic", 10, {.changes = with({{"single_flight", true}})});
  for (int reader = 0; reader < 20; ++reader) shop.view(1);
  shop.run();
  EXPECT_EQ(shop.client(1).database.of<ReadStock>().asked, 1);
  EXPECT_EQ(shop.page(1), "10");
}

TEST(SingleFlight, WithoutItEachReaderAsks) {
  TestShop shop("database-atomic", 10);
  for (int reader = 0; reader < 20; ++reader) shop.view(1);
  shop.run();
  EXPECT_EQ(shop.client(1).database.of<ReadStock>().asked, 20);
}

TEST(SingleFlight, AnErrorIsSharedTooAndTheNextReaderAsksAnew) {
  TestShop shop("database-atomic", 10, {.changes = with({{"single_flight", true}})});
  shop.client(1).failing_database.lose_replies(1);
  shop.view(1);
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "error");
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "10");
}

// Together

TEST(Decorators, AllTogetherStillSellEveryUnitOnce) {
  Options all = {{"retry_attempts", std::int64_t{3}},
                 {"limit", std::int64_t{1}},
                 {"sold_out_flag", true},
                 {"lock", std::string("redis")},
                 {"idempotency", std::string("redis")},
                 {"single_flight", true},
                 {"admission", std::string("shuffled")},
                 {"admission_rate", 1000.0}};
  TestShop shop("database-atomic", 5, {.changes = all});
  for (int buyer = 1; buyer <= 8; ++buyer) {
    shop.view(buyer);
    shop.buy(buyer);
  }
  shop.run();
  int sold = 0;
  for (int buyer = 1; buyer <= 8; ++buyer) sold += shop.answer(buyer) == "sold" ? 1 : 0;
  EXPECT_EQ(sold, 5);
  EXPECT_EQ(shop.orders(), 5);
  EXPECT_EQ(shop.stock(), 0);
}

TEST(Decorators, TakeOptionsThatNoStrategyHasItself) {
  for (const StrategyEntry& entry : strategies()) {
    for (const OptionWord& own : entry.options) {
      for (const OptionWord& common : decorator_options()) EXPECT_NE(own.key, common.key);
    }
  }
  for (const OptionWord& common : decorator_options()) EXPECT_TRUE(common.common) << common.key;
}

}  // namespace
}  // namespace doorbuster
