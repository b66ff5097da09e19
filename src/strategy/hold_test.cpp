#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

TestShop::Setup hold_variant(const char* name) {
  return {.changes = {{"variant", std::string(name)}, {"ttl", Duration(1s)}}};
}
TestShop::Setup sound() { return hold_variant("sound"); }

constexpr Duration kPastTtl = 1100ms;

// Holds a unit for client 1, and lets its time pass.
void hold_too_long(TestShop* shop) {
  shop->buy(1);
  shop->run();
  ASSERT_EQ(shop->answer(1), "sold");
  ASSERT_TRUE((*shop->client(1).answer)->to_pay);
  shop->wait(kPastTtl);
}
void buy_and_pay(TestShop* shop, int client) {
  shop->buy(client);
  shop->run();
  if (shop->answer(client) != "sold") return;
  shop->pay(client, Payment::approved);
  shop->run();
}

TEST(Hold, IsPaidWithTheOrderOfItAndCostsTwoRoundTrips) {
  TestShop shop("hold", 1);
  EXPECT_EQ(shop.cost_of_view(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_TRUE((*shop.client(1).answer)->to_pay);
  EXPECT_EQ(shop.orders(), 0);
  EXPECT_EQ(shop.held(), 1);
  shop.pay(1, Payment::approved);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.held(), 0);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(Hold, OfADeclinedPaymentIsBackInStockAtOnce) {
  TestShop shop("hold", 1);
  shop.buy(1);
  shop.run();
  shop.pay(1, Payment::declined);
  shop.run();
  EXPECT_EQ(shop.answer(1), "declined");
  EXPECT_EQ(shop.stock(), 1);
  EXPECT_EQ(shop.orders(), 0);
}

TEST(Hold, ThatNobodyPaysHoardsTheShelfAndComesBack) {
  TestShop shop("hold", 2, sound());
  shop.background(0);
  shop.buy(1);
  shop.buy(2);
  shop.run();
  shop.wait(900ms);
  shop.buy(3);
  shop.run();
  EXPECT_EQ(shop.answer(3), "sold_out") << "though nobody has bought anything";
  EXPECT_EQ(shop.orders(), 0);
  shop.wait(200ms);
  EXPECT_EQ(shop.stock(), 2);
  buy_and_pay(&shop, 3);
  EXPECT_EQ(shop.answer(3), "sold");
  const StrategyFigures& figures = shop.client(0).figures;
  EXPECT_EQ(figures.counts().at("units_swept"), 2);
  EXPECT_EQ(figures.times().at("hold_returned_after").count(), 1);
}

// The sweeper and a confirmation on one row, led both ways.

TEST(Hold, ThatTheSweeperIsAtIsNotPaid) {
  TestShop shop("hold", 1, sound());
  shop.background(0);
  shop.buy(1);
  shop.run();
  shop.wait(950ms);
  shop.script.then(0, "sleep").then(0, "sweep_holds", StepKind::execute);
  shop.script.then(1, "confirm_hold").then(1, "release_hold", StepKind::execute);
  shop.script.then(0, "sweep_holds", StepKind::commit);
  shop.pay(1, Payment::approved);
  shop.run();
  EXPECT_EQ(shop.answer(1), "expired");
  EXPECT_EQ(shop.stock(), 1) << "returned once";
  EXPECT_EQ(shop.orders(), 0);
}

TEST(Hold, ThatIsBeingPaidIsPassedOverByTheSweeper) {
  TestShop shop("hold", 1, sound());
  shop.buy(1);
  shop.run();
  shop.wait(999ms);
  shop.script.then(1, "confirm_hold", StepKind::execute);
  shop.pay(1, Payment::approved);
  shop.run_script();
  // He was in time; the commit takes longer than the hold has left.
  shop.background(0);
  shop.script.then(0, "sleep").then(0, "sweep_holds").then(1, "confirm_hold", StepKind::commit);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.client(0).database.of<SweepHolds>().answered, 1);
  shop.wait(1s);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.orders(), 1);
}

// (b): cancelled after it was swept.

void cancel_after_the_sweep(TestShop* shop) {
  shop->background(0);
  hold_too_long(shop);
  ASSERT_EQ(shop->stock(), 1);
  shop->pay(1, Payment::declined);
  shop->run();
  EXPECT_EQ(shop->answer(1), "declined");
  buy_and_pay(shop, 2);
  buy_and_pay(shop, 3);
}

TEST(Hold, ThatIsCancelledWithoutAskingIsReturnedTwiceAndOversells) {
  TestShop shop("hold", 1, hold_variant("double_release"));
  cancel_after_the_sweep(&shop);
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.answer(3), "sold") << "the same unit";
  EXPECT_EQ(shop.orders(), 2);
}

TEST(Hold, ThatWasSweptIsNotReturnedOnceMore) {
  TestShop shop("hold", 1, sound());
  cancel_after_the_sweep(&shop);
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.answer(3), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

// (c): paid after it was swept, and the unit sold to another.

void pay_after_the_unit_is_anothers(TestShop* shop) {
  shop->background(0);
  hold_too_long(shop);
  buy_and_pay(shop, 2);
  ASSERT_EQ(shop->answer(2), "sold");
  shop->pay(1, Payment::approved);
  shop->run();
}

TEST(Hold, WhosePaymentIsCapturedAfterItRanOutSellsAUnitThatIsAnothers) {
  TestShop shop("hold", 1, hold_variant("capture_after_expiry"));
  pay_after_the_unit_is_anothers(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 2) << "of one unit";
  EXPECT_EQ(shop.stock(), 0);
}

TEST(Hold, ThatRanOutIsNotPaidAnyMore) {
  TestShop shop("hold", 1, sound());
  pay_after_the_unit_is_anothers(&shop);
  EXPECT_EQ(shop.answer(1), "expired");
  EXPECT_EQ(shop.orders(), 1);
}

// (a): the instance that would be told of the expiry dies.

void die_while_holding(TestShop* shop) {
  shop->background(0);
  shop->background(1);
  shop->buy(1);
  shop->run();
  ASSERT_EQ(shop->answer(1), "sold");
  shop->kill(1);
  shop->wait(5s);
}

TEST(Hold, InRedisAloneIsLostWithTheInstanceThatWouldHearOfItsExpiry) {
  TestShop shop("hold", 1, hold_variant("redis_ttl"));
  die_while_holding(&shop);
  EXPECT_EQ(shop.stock(), 0) << "neither left";
  EXPECT_EQ(shop.held(), 0) << "nor held";
  EXPECT_EQ(shop.orders(), 0) << "nor sold";
}

TEST(Hold, OfAnInstanceThatDiedIsReturnedByAnother) {
  TestShop shop("hold", 1, sound());
  die_while_holding(&shop);
  EXPECT_EQ(shop.stock(), 1);
  EXPECT_EQ(shop.held(), 0);
}

TEST(Hold, InRedisDrainsThoughNobodyListensAnyMore) {
  TestShop shop("hold", 1, hold_variant("redis_ttl"));
  shop.buy(1);
  shop.run();
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(1).drained);
}

TEST(Hold, InRedisWhoseReturnIsNotHeardIsLostForThereIsNoSecondNotification) {
  for (const bool fails : {true, false}) {
    TestShop shop("hold", 1, hold_variant("redis_ttl"));
    shop.background(1);
    shop.buy(1);
    shop.run();
    if (fails) shop.client(1).failing_database.refuse(1);
    shop.wait(5s);
    EXPECT_EQ(shop.stock(), fails ? 0 : 1);
  }
}

TEST(Hold, InRedisIsPaidDeclinedAndExpiredWhereNobodyDies) {
  TestShop shop("hold", 3, hold_variant("redis_ttl"));
  shop.background(1);
  for (const Payment payment : {Payment::approved, Payment::declined}) {
    shop.buy(1);
    shop.run();
    shop.pay(1, payment);
    shop.run();
    EXPECT_EQ(shop.answer(1), payment == Payment::approved ? "sold" : "declined");
  }
  EXPECT_EQ(shop.stock(), 2);
  shop.wait(5s);
  EXPECT_EQ(shop.stock(), 2) << "what was paid or declined does not expire";
  hold_too_long(&shop);
  EXPECT_EQ(shop.stock(), 2);
  shop.pay(1, Payment::approved);
  shop.run();
  EXPECT_EQ(shop.answer(1), "expired");
  EXPECT_EQ(shop.orders(), 1);
  shop.buy(2, 3);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold_out");
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(1).drained);
}

// Replays, and replies that get lost.

TEST(Hold, OfAnOrderThatIsSentAgainIsTheSameHold) {
  TestShop shop("hold", 1, sound());
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed") << "no sale without a payment";
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_TRUE((*shop.client(1).answer)->to_pay);
  shop.pay(1, Payment::approved);
  shop.run();
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_FALSE((*shop.client(1).answer)->to_pay) << "he has paid";
  EXPECT_EQ(shop.orders(), 1);
}

TEST(Hold, ThatRanOutIsRefusedToAnOrderThatIsSentAgain) {
  TestShop shop("hold", 1, sound());
  shop.background(0);
  hold_too_long(&shop);
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "refused");
  EXPECT_EQ(shop.stock(), 1);
}

TEST(Hold, WhosePaymentHadNoReplyIsPaidOnceHoweverOftenItIsAsked) {
  TestShop shop("hold", 2);
  shop.buy(1);
  shop.run();
  shop.client(1).failing_database.lose_replies(1);
  shop.pay(1, Payment::approved);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  shop.pay(1, Payment::approved);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 1);
}

TEST(Hold, ThatIsOverdueEndsWithTheNoThatItsBuyerIsTold) {
  TestShop shop("hold", 1, sound());
  hold_too_long(&shop);
  shop.pay(1, Payment::approved);
  shop.run();
  EXPECT_EQ(shop.answer(1), "expired");
  EXPECT_EQ(shop.stock(), 1) << "without any sweeper";
}

// Draining.

TEST(Hold, DrainWaitsForTheHoldsThatNobodyWillPay) {
  TestShop shop("hold", 1, sound());
  shop.background(0);
  shop.buy(1);
  shop.run();
  shop.drain(0);
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(0).drained);
  EXPECT_EQ(shop.stock(), 1);
  EXPECT_LT(since_start(shop.now()), 1200ms);
  EXPECT_EQ(shop.client(0).figures.counts().at("holds_left"), 0);
  EXPECT_EQ(shop.client(1).figures.counts().count("holds_left"), 0U) << "the first shard says it";
}

TEST(Hold, DrainGivesUpWhereNobodySweeps) {
  TestShop shop("hold", 1, sound());
  shop.buy(1);
  shop.run();
  shop.drain(0);
  shop.run();
  EXPECT_TRUE(shop.client(0).drained);
  EXPECT_EQ(since_start(shop.now()), 2s);
  EXPECT_EQ(shop.client(0).figures.counts().at("holds_left"), 1);
}

}  // namespace
}  // namespace doorbuster
