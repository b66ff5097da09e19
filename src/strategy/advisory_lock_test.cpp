#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

// The second buyer asks while the first holds the lock.
void meet(TestShop* shop) {
  shop->script.then(1, "take_under_lock", StepKind::execute);
  shop->script.then(2, "take_under_lock");
  shop->script.then(1, "take_under_lock");
  shop->buy(1);
  shop->buy(2);
  shop->run();
}

TEST(AdvisoryLock, WhoMeetsAnotherLooksAndTriesAgain) {
  TestShop shop("advisory-lock", 10);
  meet(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.client(2).database.operations(), 3) << "busy, a look, and the purchase";
  EXPECT_GT(shop.now(), kRunStart) << "it waited before it tried again";
}

TEST(AdvisoryLock, BusyTakenForSoldOutSendsBuyersAwayFromStock) {
  TestShop shop("advisory-lock", 10, {.changes = {{"busy", std::string("sold-out")}}});
  meet(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.stock(), 9) << "a false sold-out";
}

TEST(AdvisoryLock, ExhaustedAttemptsAreRefusedAndNeverSoldOut) {
  TestShop shop("advisory-lock", 10, {.changes = {{"attempts", std::int64_t{1}}}});
  meet(&shop);
  EXPECT_EQ(shop.answer(2), "refused");
  EXPECT_EQ(shop.stock(), 9);
}

TEST(AdvisoryLock, WhoMeetsTheBuyerOfTheLastUnitIsToldSoldOutOnlyOnceItIsSold) {
  TestShop shop("advisory-lock", 1);
  shop.script.then(1, "take_under_lock", StepKind::execute);
  shop.script.then(2, "take_under_lock").then(2, "read_stock");
  shop.buy(1);
  shop.buy(2);
  shop.run_script();
  EXPECT_EQ(shop.answer(2), "") << "the unit is not sold yet";
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

const TestShop::Setup kBlocking = {.changes = {{"variant", std::string("blocking")}}};

// Both are in the database at once.
void meet_in_the_database(TestShop* shop) {
  for (const int buyer : {1, 2}) shop->script.then(buyer, "take_under_lock", StepKind::execute);
  shop->buy(1);
  shop->buy(2);
  shop->run();
}

TEST(AdvisoryLock, WhoWaitsForItBuysInHisTurn) {
  TestShop shop("advisory-lock", 10, kBlocking);
  meet_in_the_database(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.client(2).database.operations(), 1) << "it never comes back empty";
}

TEST(AdvisoryLock, WhoWaitsBehindTheBuyerOfTheLastUnitIsToldSoldOut) {
  TestShop shop("advisory-lock", 1, kBlocking);
  meet_in_the_database(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(AdvisoryLock, CostsWhatTheCatalogueSays) {
  TestShop shop("advisory-lock", 1);
  EXPECT_EQ(shop.cost_of_view(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "0R 2D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(AdvisoryLock, ALostReplyIsUnknown) {
  TestShop shop("advisory-lock", 10);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.orders(), 1);
}

}  // namespace
}  // namespace doorbuster
