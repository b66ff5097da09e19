#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

constexpr Key kGate{KeyFamily::gate, TestShop::kItem};

// A buyer who dies with a unit in his hand, which nobody else then knows of.
void die_after_reserving(TestShop* shop) {
  shop->script.then(1, "reserve", StepKind::apply);
  shop->buy(1);
  shop->run_script();
  shop->kill(1);
}

// A: the leak.

TEST(RedisGate, WithoutAReaperTheUnitOfABuyerWhoDiedIsLostForGood) {
  TestShop shop("redis-gate", 1, {.changes = {{"reaper", false}}});
  shop.background(0);
  die_after_reserving(&shop);
  shop.wait(60s);
  EXPECT_EQ(shop.cached(), 0);
  EXPECT_EQ(shop.stock(), 1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold_out") << "though one is left";
  EXPECT_EQ(shop.orders(), 0);
}

TEST(RedisGate, TheReaperGivesBackTheUnitOfABuyerWhoDied) {
  TestShop shop("redis-gate", 1);
  shop.background(0);
  die_after_reserving(&shop);
  shop.wait(1900ms);
  EXPECT_EQ(shop.cached(), 0) << "he may still be at it";
  shop.wait(200ms);
  EXPECT_EQ(shop.cached(), 1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.stock(), 0);
}

TEST(RedisGate, ReportsHowManyUnitsLeakedAndForHowLong) {
  TestShop shop("redis-gate", 5);
  shop.background(0);
  shop.script.then(1, "reserve", StepKind::apply);
  shop.buy(1, 3);
  shop.run_script();
  shop.kill(1);
  shop.wait(5s);
  const StrategyFigures& figures = shop.client(0).figures;
  EXPECT_EQ(figures.counts().at("leaked_units_returned"), 3);
  EXPECT_EQ(figures.times().at("leaked_for").count(), 1U);
  EXPECT_GE(figures.times().at("leaked_for").max(), 2s);
  EXPECT_LT(figures.times().at("leaked_for").max(), 2200ms);
}

TEST(RedisGate, ItsAccountNamesWhoReservedAndNeitherBoughtNorGaveBack) {
  TestShop shop("redis-gate", 10, {.changes = {{"reaper", false}}});
  shop.buy(2, 3);
  shop.run();
  shop.script.then(1, "reserve", StepKind::apply);
  shop.buy(1, 2);
  shop.run_script();
  shop.kill(1);
  shop.wait(4s);
  const auto account = shop.gate();
  ASSERT_TRUE(account.has_value());
  EXPECT_EQ(account->left, 5);
  EXPECT_EQ(account->settled, 3);
  ASSERT_EQ(account->pending.size(), 1U);
  EXPECT_EQ(account->pending[0].order.key, OrderKey{2});
  EXPECT_EQ(account->pending[0].order.quantity, 2);
  EXPECT_EQ(account->pending[0].age, 4s);
}

TEST(RedisGate, TheReaperNeverGivesBackWhatTheDatabaseHasSold) {
  TestShop shop("redis-gate", 10);
  shop.background(0);
  shop.script.then(1, "reserve").then(1, "take_if_available", StepKind::commit);
  shop.buy(1);
  shop.run_script();
  shop.kill(1);
  shop.wait(10s);
  EXPECT_EQ(shop.cached(), 9);
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.client(0).cache.of<SettleReservation>().answered, 1) << "once for all";
}

TEST(RedisGate, WhileTheDatabaseCannotSayTheReaperLeavesAReservationAlone) {
  TestShop shop("redis-gate", 10);
  shop.background(0);
  shop.client(0).failing_database.refuse(1);
  die_after_reserving(&shop);
  shop.wait(3s);
  EXPECT_EQ(shop.client(0).database.of<FindOrder>().errors, 1);
  EXPECT_EQ(shop.cached(), 9);
  shop.wait(2s);
  EXPECT_EQ(shop.cached(), 10) << "asked again a hold later";
}

// B: compensating a commit that nobody heard of.

TEST(RedisGate, CompensatingWhatHadNoReplyLetsOneTooManyThroughTheGate) {
  TestShop shop("redis-gate", 1, {.changes = {{"compensate", std::string("always")}}});
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.stock(), 0) << "he bought it";
  EXPECT_EQ(shop.cached(), 1) << "the gate has one that is not there";
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold_out") << "late, by the guard";
  EXPECT_EQ(shop.client(2).database.of<TakeIfAvailable>().asked, 1);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(RedisGate, WhatHadNoReplyIsLeftToTheReaperAndNobodyPassesInVain) {
  TestShop shop("redis-gate", 1);
  shop.background(0);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.client(1).cache.of<ReleaseReservation>().asked, 0);
  shop.wait(5s);
  EXPECT_EQ(shop.cached(), 0) << "settled";
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.client(2).database.operations(), 0);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(RedisGate, WhatCertainlyFailedIsGivenBackAtOnce) {
  TestShop shop("redis-gate", 10);
  shop.client(1).failing_database.refuse(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.cached(), 10);
}

// What remains: the reaper came before the order did.
TEST(RedisGate, AnOrderInFlightForLongerThanItsHoldIsRefusedByTheGuard) {
  TestShop shop("redis-gate", 1, {.changes = {{"hold", Duration(50ms)}}});
  shop.script.then(1, "reserve").then(0, "sleep").then(0, "next_overdue");
  shop.script.then(0, "find_order").then(0, "release_reservation");
  shop.script.then(2, "reserve").then(2, "take_if_available");
  shop.background(0);
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.cached(), 0);
}

// Replays.

TEST(RedisGate, TheSameOrderAgainTakesNothingAndIsToldSold) {
  TestShop shop("redis-gate", 1);
  shop.buy(1);
  shop.run();
  for (int replay = 0; replay < 3; ++replay) {
    shop.buy_again(1);
    shop.run();
    EXPECT_EQ(shop.answer(1), "sold");
  }
  EXPECT_EQ(shop.cached(), 0);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.client(1).database.of<TakeIfAvailable>().asked, 1);
}

TEST(RedisGate, WhoHeardNothingAsksAgainAndLearnsThatHeBought) {
  TestShop shop("redis-gate", 10);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cached(), 9);
  EXPECT_EQ(shop.stock(), 9);
}

TEST(RedisGate, AReservationThatWasNotHeardIsNoSaleAndServesTheNextAttempt) {
  TestShop shop("redis-gate", 10);
  shop.client(1).failing_cache.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.cached(), 9);
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cached(), 9) << "taken once";
  EXPECT_EQ(shop.stock(), 9);
}

TEST(RedisGate, TwoAttemptsOfOneOrderAtTheSameTimeBuyOnce) {
  TestShop shop("redis-gate", 1);
  shop.script.then(1, "reserve").then(2, "reserve").then(2, "find_order");
  shop.script.then(1, "take_if_available").then(2, "take_if_available");
  shop.buy(1);
  shop.client(2).order = shop.client(1).order;
  shop.buy_again(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold") << "it is his";
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.cached(), 0);
}

TEST(RedisGate, AnAttemptThatFailsBesideAnotherOfItsOrderGivesNothingBack) {
  TestShop shop("redis-gate", 10);
  shop.script.then(1, "reserve").then(2, "reserve");
  shop.buy(1);
  shop.client(2).order = shop.client(1).order;
  shop.buy_again(2);
  shop.run_script();
  shop.client(2).failing_database.refuse(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "unknown");
  EXPECT_EQ(shop.cached(), 9);
  EXPECT_EQ(shop.client(2).cache.of<ReleaseReservation>().asked, 0);
}

// Settling.

TEST(RedisGate, ASettlementThatFailsIsTheReapersAndTheSaleStands) {
  TestShop shop("redis-gate", 10);
  shop.background(0);
  shop.script.then(1, "reserve");
  shop.buy(1);
  shop.run_script();
  shop.client(1).failing_cache.refuse(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  shop.wait(3s);
  EXPECT_EQ(shop.client(0).cache.of<SettleReservation>().answered, 1);
  EXPECT_EQ(shop.cached(), 9);
}

// What a buyer who died left behind is returned, within a hold and a round of the reaper.
void expect_returned(TestShop* shop, Quantity left) {
  shop->drain(0);
  shop->run();
  EXPECT_TRUE(shop->client(0).drained);
  EXPECT_EQ(shop->gate(), (GateAccount{.left = left, .settled = 0, .pending = {}, .sequence = 2}));
  EXPECT_LT(since_start(shop->now()), 2500ms);
}

TEST(RedisGate, DrainWaitsForTheReaper) {
  TestShop shop("redis-gate", 10);
  shop.background(0);
  die_after_reserving(&shop);
  expect_returned(&shop, 10);
}

TEST(RedisGate, DrainReapsWhereTheReaperIsNoMore) {
  TestShop shop("redis-gate", 10);
  die_after_reserving(&shop);
  expect_returned(&shop, 10);
}

// As after a fallback past the gate: the units that are missing do not show in the counter.
TEST(RedisGate, DrainFindsALeakThoughTheGateCountsTooMuch) {
  TestShop shop("redis-gate", 10);
  die_after_reserving(&shop);
  ASSERT_TRUE(shop.ask_cache(Decrement{kGate, -1}));
  expect_returned(&shop, 11);
}

TEST(RedisGate, DrainSettlesWhatWasSoldAndNotSettled) {
  TestShop shop("redis-gate", 10);
  shop.script.then(1, "reserve").then(1, "take_if_available", StepKind::commit);
  shop.buy(1);
  shop.run_script();
  shop.kill(1);
  shop.drain(0);
  shop.run();
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 9, .settled = 1, .pending = {}, .sequence = 1}));
}

TEST(RedisGate, DrainEndsAtOnceWhenNoUnitIsMissing) {
  TestShop shop("redis-gate", 10);
  shop.background(0);
  shop.buy(1);
  shop.run();
  shop.drain(0);
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(0).drained);
  EXPECT_TRUE(shop.client(1).drained);
  EXPECT_EQ(since_start(shop.now()), 0s);
}

TEST(RedisGate, DrainDoesNotWaitForUnitsThatNobodyReserved) {
  TestShop shop("redis-gate", 10);
  ASSERT_TRUE(shop.ask_cache(Decrement{kGate, 1}));
  shop.drain(0);
  shop.run();
  EXPECT_TRUE(shop.client(0).drained);
  EXPECT_EQ(since_start(shop.now()), 0s);
}

TEST(RedisGate, DrainGivesUpWhereTheDatabaseCannotSayWhatWasSold) {
  TestShop shop("redis-gate", 10);
  die_after_reserving(&shop);
  shop.client(0).failing_database.refuse(1000);
  shop.drain(0);
  shop.run();
  EXPECT_TRUE(shop.client(0).drained);
  EXPECT_EQ(since_start(shop.now()), 3s);
}

// What it costs, and when the gate is not there.

TEST(RedisGate, TheRefusedCostOneRoundTripAndNeverReachTheDatabase) {
  TestShop shop("redis-gate", 1);
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.page(1), "1");
  EXPECT_EQ(shop.source(1), Source::cache);
  EXPECT_EQ(shop.cost_of_buy(), "2R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "1R 0D");
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.page(1), "0");
}

TEST(RedisGate, AnOrderOfMoreThanIsLeftTakesNothing) {
  TestShop shop("redis-gate", 3);
  shop.buy(1, 4);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  shop.buy(1, 3);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ((*shop.client(1).answer)->after, (Stock{0, 1}));
  EXPECT_EQ(shop.cached(), 0);
}

TEST(RedisGate, WithoutALoadedGateTheGuardSellsAlone) {
  TestShop shop("redis-gate", 1);
  ASSERT_TRUE(shop.ask_cache(Delete{kGate}));
  EXPECT_EQ(shop.cost_of_view(), "1R 1D");
  EXPECT_EQ(shop.page(1), "1");
  EXPECT_EQ(shop.source(1), Source::cache_missed);
  EXPECT_EQ(shop.cost_of_buy(), "1R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold") << "an owner is not told no";
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.cached(), std::nullopt);
}

}  // namespace
}  // namespace doorbuster
