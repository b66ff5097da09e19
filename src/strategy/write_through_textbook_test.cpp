#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

// Every story here is told of write-through too (write_through_test.cpp), where it ends well.

TEST(WriteThroughTextbook, TheLastUnitIsSoldTwiceAndTheStockIsBelowZero) {
  TestShop shop("write-through-textbook", 1);
  shop.script.then(1, "decrement_unguarded", StepKind::execute);
  shop.script.then(2, "decrement_unguarded", StepKind::execute);
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.stock(), -1);
  EXPECT_EQ(shop.orders(), 2);
}

TEST(WriteThroughTextbook, ACheckConstraintMakesTheSecondAnErrorAndSkipsItsDecrement) {
  TestShop shop("write-through-textbook", 1, {.check = true});
  shop.view(1);
  shop.run();
  shop.buy(1);
  shop.run();
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "failed");
  EXPECT_EQ(shop.client(2).answer->error().code(), "23514");
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.cached(), 0) << "safe by the schema, not by the strategy";
}

TEST(WriteThroughTextbook, ASaleWithoutACopyMakesANegativeOneThatStays) {
  TestShop shop("write-through-textbook", 10);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), -1);
  shop.wait(24h);
  EXPECT_EQ(shop.cached(), -1) << "it has no TTL";
  shop.view(2);
  shop.run();
  EXPECT_EQ(shop.page(2), "-1") << "nine are left, and every page says none";
}

TEST(WriteThroughTextbook, AFillBetweenUpdateAndDecrementCountsTheSaleTwice) {
  TestShop shop("write-through-textbook", 10);
  shop.script.then(2, "decrement_unguarded", StepKind::commit);
  shop.script.then(1, "get").then(1, "read_stock").then(1, "set_expiring");
  shop.script.then(2, "decrement_unguarded").then(2, "decrement");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 8);
}

TEST(WriteThroughTextbook, AFillFromBeforeTheSaleHidesIt) {
  TestShop shop("write-through-textbook", 10);
  shop.script.then(1, "get").then(1, "read_stock");
  shop.script.then(2, "decrement_unguarded").then(2, "decrement").then(1, "set_expiring");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
}

TEST(WriteThroughTextbook, ABuyerWhoDiesBeforeTheDecrementLeavesADriftThatNextSalesKeep) {
  TestShop shop("write-through-textbook", 10);
  shop.view(1);
  shop.run();
  shop.script.then(2, "decrement_unguarded", StepKind::commit);
  shop.buy(2);
  shop.run_script();
  shop.kill(2);
  shop.run();
  shop.buy(3);
  shop.run();
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.cached(), 9);
}

TEST(WriteThroughTextbook, ADecrementThatFailsAfterTheUpdateIsAUnitThatNobodyBought) {
  TestShop shop("write-through-textbook", 10);
  shop.client(1).failing_cache.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.orders(), 0);
}

TEST(WriteThroughTextbook, CostsWhatTheCatalogueSays) {
  TestShop shop("write-through-textbook", 1);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.cost_of_buy(), "1R 2D") << "one of them is the caller's order row";
  EXPECT_EQ(shop.cost_of_buy(), "1R 2D") << "it never refuses";
  EXPECT_EQ(shop.answer(1), "sold");
}

TEST(WriteThroughTextbook, TheRawReaderOnlyEverAsksTheCache) {
  TestShop shop("write-through-textbook", 10, {.changes = {{"reader", std::string("raw")}}});
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.page(1), "nothing") << "the page cannot tell";
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.page(1), "-1");
}

}  // namespace
}  // namespace doorbuster
