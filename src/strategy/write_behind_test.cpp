#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

// Client 0 prepared the shop and consumes; drain() ends when no order waits any more.
void write_all(TestShop* shop) {
  shop->drain(0);
  shop->run();
  EXPECT_TRUE(shop->client(0).drained);
}

std::int64_t count(TestShop* shop, const char* name) {
  const auto& counts = shop->client(0).figures.counts();
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

TEST(WriteBehind, SellsInOneRoundTripAndTheOrderIsWrittenLater) {
  TestShop shop("write-behind", 1);
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.cost_of_buy(), "1R 0D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 0);
  EXPECT_EQ(shop.stock(), 1) << "who asks the database is behind";
  EXPECT_EQ(shop.cost_of_buy(), "1R 0D");
  EXPECT_EQ(shop.answer(1), "sold_out");
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 0, .settled = 1, .pending = {}, .sequence = 1}));
}

TEST(WriteBehind, WritesOrdersTogetherAndReportsHowLongTheyWaited) {
  TestShop shop("write-behind", 100);
  for (int i = 0; i < 20; ++i) {
    shop.buy(1, 2);
    shop.run();
  }
  shop.wait(70ms);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 20);
  EXPECT_EQ(shop.stock(), 60);
  EXPECT_EQ(shop.client(0).database.of<TakeBatch>().answered, 3) << "8 + 8 + 4";
  EXPECT_EQ(shop.client(0).cache.of<FinishQueued>().answered, 3);
  EXPECT_EQ(shop.client(0).database.operations(), 3);
  const auto& durable = shop.client(0).figures.times().at("time_until_durable");
  EXPECT_EQ(durable.count(), 20U);
  EXPECT_GE(durable.max(), 70ms);
  EXPECT_LT(durable.max(), 75ms);
}

TEST(WriteBehind, TheConsumerOfTheInstanceThatSoldWritesAsTheSaleGoesOn) {
  TestShop shop("write-behind", 10);
  shop.background(1);
  shop.buy(1);
  shop.wait(20ms);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(WriteBehind, WhoHeardNothingIsSoldOnceHoweverOftenHeAsks) {
  TestShop shop("write-behind", 1);
  shop.client(1).failing_cache.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  write_all(&shop);
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold") << "it is settled by now";
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(WriteBehind, ABuyerWhoDiesAfterTheGateHasBoughtAndLeaksNothing) {
  TestShop shop("write-behind", 10);
  shop.script.then(1, "reserve_queued", StepKind::apply);
  shop.buy(1);
  shop.run_script();
  shop.kill(1);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 9, .settled = 1, .pending = {}, .sequence = 1}));
}

// On an instance that did not prepare the shop and so reads what it has sold alone.
TEST(WriteBehind, WhatWasSoldWithoutAReplyIsWrittenByTheInstanceThatAsked) {
  TestShop shop("write-behind", 10);
  shop.background(1);
  shop.client(1).failing_cache.lose_replies_of_writes(1);
  shop.buy(1);
  shop.wait(20ms);
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(WriteBehind, AQueueThatCouldNotBeReadIsReadAgainSoon) {
  TestShop shop("write-behind", 10);
  shop.background(1);
  shop.buy(1);
  shop.client(1).failing_cache.refuse_only("read_queue");
  shop.wait(6ms);
  shop.client(1).failing_cache.refuse_only("");
  shop.wait(20ms);
  EXPECT_EQ(shop.client(1).cache.of<ReadQueue>().errors, 1);
  EXPECT_EQ(shop.orders(), 1);
}

// The batch that failed is pending and comes again in a second; what waits behind it does not wait.
TEST(WriteBehind, BehindABatchThatFailedTheOthersAreWrittenSoon) {
  TestShop shop("write-behind", 100, {.changes = {{"batch", std::int64_t{2}}}});
  for (int i = 0; i < 5; ++i) shop.buy_beside(1);
  shop.run();
  shop.client(1).failing_database.refuse(1);
  shop.background(1);
  shop.wait(20ms);
  EXPECT_EQ(shop.orders(), 3);
  shop.wait(2s);
  EXPECT_EQ(shop.orders(), 5);
}

// B: orders stranded with a dead consumer.

void die_after_reading(TestShop* shop) {
  shop->buy(1);
  shop->run();
  shop->script.then(1, "read_queue", StepKind::apply);
  shop->background(1);
  shop->run_script();
  shop->kill(1);
}

TEST(WriteBehind, WithoutClaimingWhatADeadConsumerHadReadIsNeverWritten) {
  TestShop shop("write-behind", 10, {.changes = {{"claim", false}}});
  die_after_reading(&shop);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 0) << "though its buyer was told that he has it";
  EXPECT_EQ(shop.cached(), 9);
}

TEST(WriteBehind, WhatADeadConsumerHadReadIsClaimedAndWritten) {
  TestShop shop("write-behind", 10);
  die_after_reading(&shop);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(count(&shop, "redelivered"), 1);
  EXPECT_GE(since_start(shop.now()), 1s) << "not before he must be dead";
}

// C: a consumer who dies between the write and the acknowledgement.

void die_after_writing(TestShop* shop) {
  shop->buy(1);
  shop->run();
  shop->script.then(1, "read_queue").then(1, "take_batch", StepKind::commit);
  shop->background(1);
  shop->run_script();
  shop->kill(1);
  EXPECT_EQ(shop->orders(), 1);
}

TEST(WriteBehind, WithoutTheKeyAnOrderThatIsDeliveredAgainIsWrittenTwice) {
  TestShop shop("write-behind", 10, {.changes = {{"order_key", false}}});
  die_after_writing(&shop);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.stock(), 8);
}

TEST(WriteBehind, WithTheKeyAnOrderThatIsDeliveredAgainIsWrittenOnce) {
  TestShop shop("write-behind", 10);
  die_after_writing(&shop);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(count(&shop, "redelivered"), 1);
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 9, .settled = 1, .pending = {}, .sequence = 1}));
}

TEST(WriteBehind, AnAcknowledgementThatIsLostOnTheWayIsMadeUpFor) {
  TestShop shop("write-behind", 10);
  shop.buy(1);
  shop.run();
  shop.client(0).failing_cache.refuse_only("finish_queued");
  shop.drain(0);
  shop.run();
  EXPECT_EQ(shop.orders(), 1);
  shop.client(0).failing_cache.refuse_only("");
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 9, .settled = 1, .pending = {}, .sequence = 1}));
}

// D: one that is refused must not stop the others of its batch.

TEST(WriteBehind, OfABatchWithOneThatIsWrittenAlreadyTheOthersAreWrittenOneByOne) {
  TestShop shop("write-behind", 10);
  die_after_writing(&shop);
  for (int i = 0; i < 3; ++i) shop.buy_beside(2);
  shop.wait(2s);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 4);
  EXPECT_EQ(shop.stock(), 6);
  EXPECT_EQ(shop.client(0).figures.times().at("time_until_durable").count(), 3U)
      << "when the dead one wrote his nobody knows";
  EXPECT_EQ(count(&shop, "batches_split"), 1);
  EXPECT_EQ(shop.gate(), (GateAccount{.left = 6, .settled = 4, .pending = {}, .sequence = 4}));
}

TEST(WriteBehind, AGateThatCountsTooMuchBreaksPromisesAndOversellsNothing) {
  TestShop shop("write-behind", 2);
  (void)shop.ask_cache(LoadGate{TestShop::kItem, 5});
  for (int i = 0; i < 3; ++i) shop.buy_beside(1);
  shop.run();
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(count(&shop, "promised_units_refused"), 1);
}

TEST(WriteBehind, APromiseThatIsBrokenCountsOnceHoweverOftenItIsRefused) {
  TestShop shop("write-behind", 0);
  (void)shop.ask_cache(LoadGate{TestShop::kItem, 1});
  shop.buy(1);
  shop.run();
  shop.client(0).failing_cache.refuse_only("finish_queued");
  shop.drain(0);
  shop.run();
  EXPECT_EQ(count(&shop, "promised_units_refused"), 0) << "it comes again";
  shop.client(0).failing_cache.refuse_only("");
  write_all(&shop);
  EXPECT_EQ(count(&shop, "promised_units_refused"), 1);
}

TEST(WriteBehind, WhileTheDatabaseDoesNotAnswerOrdersWaitAndAreWrittenAfterwards) {
  TestShop shop("write-behind", 10);
  shop.buy(1);
  shop.run();
  shop.client(0).failing_database.lose_requests(2);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(count(&shop, "redelivered"), 2);
}

TEST(WriteBehind, AWriteWhoseReplyIsLostIsNotMadeAgain) {
  TestShop shop("write-behind", 10);
  shop.buy(1);
  shop.run();
  shop.client(0).failing_database.lose_replies(1);
  write_all(&shop);
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.stock(), 9);
}

// G: past the gate while orders wait in the queue.

void sell_past_the_queue(TestShop* shop) {
  shop->buy(1);
  shop->run();
  EXPECT_EQ(shop->answer(1), "sold");
  shop->client(2).failing_cache.refuse(1);
  shop->buy(2);
  shop->run();
  write_all(shop);
}

TEST(WriteBehind, AFallbackToTheDatabaseSellsWhatWaitsInTheQueue) {
  TestShop shop("write-behind", 1, {.changes = {{"fallback", std::string("database")}}});
  sell_past_the_queue(&shop);
  EXPECT_EQ(shop.answer(2), "sold") << "and so two have the only unit";
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(count(&shop, "promised_units_refused"), 1);
}

TEST(WriteBehind, WithoutAFallbackNobodyBuysPastTheGate) {
  TestShop shop("write-behind", 1);
  sell_past_the_queue(&shop);
  EXPECT_EQ(shop.answer(2), "failed");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(count(&shop, "promised_units_refused"), 0);
}

TEST(WriteBehind, OfAGateThatIsGoneNothingIsSold) {
  TestShop shop("write-behind", 1);
  (void)shop.ask_cache(Delete{Key{KeyFamily::gate, TestShop::kItem}});
  EXPECT_EQ(shop.cost_of_view(), "1R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "1R 0D");
  EXPECT_EQ(shop.answer(1), "refused");
}

}  // namespace
}  // namespace doorbuster
