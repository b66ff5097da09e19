#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

// Until all news is relayed, by client 8.
void relay_all(TestShop* shop) {
  shop->background(8);
  shop->drain(8);
  shop->run();
  EXPECT_TRUE(shop->client(8).drained);
}

TEST(Outbox, ReportsHowLongItsNewsWaitedForTheRelay) {
  TestShop shop("outbox", 10);
  shop.buy(1);
  shop.run();
  shop.wait(70ms);
  relay_all(&shop);
  const auto& lag = shop.client(8).figures.times().at("relay_lag");
  EXPECT_EQ(lag.count(), 1U);
  EXPECT_GE(lag.max(), 70ms);
  EXPECT_LT(lag.max(), 75ms);
}

TEST(Outbox, ABuyerWhoDiesAfterThePurchaseStillReachesTheCache) {
  TestShop shop("outbox", 10);
  shop.view(1);
  shop.run();
  shop.script.then(2, "take_with_outbox", StepKind::commit);
  shop.buy(2);
  shop.run_script();
  shop.kill(2);
  relay_all(&shop);
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 9);
}

TEST(Outbox, ASaleIsShownAfterTheRelayAndNotBefore) {
  TestShop shop("outbox", 10);
  shop.view(1);
  shop.run();
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.cached(), 10) << "a buyer never writes the cache";
  relay_all(&shop);
  EXPECT_EQ(shop.cached(), 9);
}

TEST(Outbox, AFillFromBeforeTheSaleLosesByItsVersion) {
  TestShop shop("outbox", 10);
  shop.script.then(1, "get_versioned").then(1, "read_stock").then(2, "take_with_outbox");
  shop.script.then(3, "read_outbox").then(3, "fill_if_newer").then(1, "fill_if_newer");
  shop.view(1);
  shop.buy(2);
  shop.background(3);
  shop.run();
  EXPECT_EQ(shop.page(1), "10") << "it was right when it was read";
  EXPECT_EQ(shop.cached(), 9);
}

TEST(Outbox, ARelayThatIsLateLosesByItsVersion) {
  TestShop shop("outbox", 10);
  shop.script.then(1, "take_with_outbox").then(3, "read_outbox");
  shop.script.then(2, "take_with_outbox").then(4, "read_outbox").then(4, "fill_if_newer");
  shop.script.then(4, "mark_relayed").then(3, "fill_if_newer").then(3, "mark_relayed");
  shop.buy(1);
  shop.buy(2);
  shop.background(3);
  shop.background(4);
  shop.run_script();
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.cached(), 8);
}

TEST(Outbox, NewsOfASaleDuringTheRelayIsNotMarkedWithIt) {
  TestShop shop("outbox", 10);
  shop.script.then(1, "take_with_outbox").then(3, "read_outbox").then(3, "fill_if_newer");
  shop.script.then(2, "take_with_outbox").then(3, "mark_relayed");
  shop.buy(1);
  shop.buy(2);
  shop.background(3);
  shop.run_script();
  EXPECT_EQ(shop.cached(), 9);
  shop.drain(3);
  shop.run();
  EXPECT_EQ(shop.cached(), 8);
}

TEST(Outbox, ARelayThatDiesBeforeItMarksIsRepeatedByAnother) {
  TestShop shop("outbox", 10);
  shop.script.then(1, "take_with_outbox").then(3, "read_outbox");
  shop.script.then(3, "fill_if_newer", StepKind::apply);
  shop.buy(1);
  shop.background(3);
  shop.run_script();
  shop.kill(3);
  relay_all(&shop);
  EXPECT_EQ(shop.client(8).cache.operations(), 1);
  EXPECT_EQ(shop.cached(), 9);
}

TEST(Outbox, ARelayThatFailsTriesAgain) {
  TestShop shop("outbox", 10);
  shop.buy(1);
  shop.run();
  shop.client(8).failing_cache.refuse(2);
  relay_all(&shop);
  EXPECT_EQ(shop.cached(), 9);
  shop.buy(1);
  shop.run();
  shop.client(8).failing_database.refuse(2);
  shop.drain(8);
  shop.run();
  EXPECT_EQ(shop.cached(), 8);
}

TEST(Outbox, DrainGivesUpWhenNobodyRelays) {
  TestShop shop("outbox", 10);
  shop.buy(1);
  shop.run();
  shop.drain(1);
  shop.run();
  EXPECT_TRUE(shop.client(1).drained);
  EXPECT_GE(shop.now(), kRunStart + 5s);
}

TEST(Outbox, AfterTheSellOutPagesNeverAskTheDatabase) {
  TestShop shop("outbox", 1);
  shop.buy(2);
  shop.run();
  relay_all(&shop);
  shop.kill(8);
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.page(1), "0");
}

TEST(Outbox, CostsWhatTheCatalogueSays) {
  TestShop shop("outbox", 1);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.source(1), Source::cache);
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(Outbox, ALostReplyIsUnknownAndItsNewsArrivesAllTheSame) {
  TestShop shop("outbox", 10);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  relay_all(&shop);
  EXPECT_EQ(shop.cached(), 9);
}

}  // namespace
}  // namespace doorbuster
