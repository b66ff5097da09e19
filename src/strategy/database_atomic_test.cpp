#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

TEST(DatabaseAtomic, TheSecondBuyerOfTheLastUnitWaitsAndIsRefused) {
  TestShop shop("database-atomic", 1);
  shop.script.then(1, "take_if_available", StepKind::execute);
  shop.script.then(2, "take_if_available", StepKind::execute);  // saw one unit too
  shop.script.then(1, "take_if_available").then(2, "take_if_available");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(DatabaseAtomic, CostsOneStatementWhateverIsAsked) {
  TestShop shop("database-atomic", 1);
  EXPECT_EQ(shop.cost_of_view(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(DatabaseAtomic, TellsTheStockThatASaleLeft) {
  TestShop shop("database-atomic", 10);
  shop.buy(1, 3);
  shop.run();
  EXPECT_EQ((*shop.client(1).answer)->after, (Stock{7, 1}));
  shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "7");
  EXPECT_EQ(shop.source(1), Source::database);
}

TEST(DatabaseAtomic, ALostReplyIsUnknownAndTheSameOrderIsNeverPlacedTwice) {
  TestShop shop("database-atomic", 10);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold") << "by its key";
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(DatabaseAtomic, WhatWasNeverSentIsNoSale) {
  TestShop shop("database-atomic", 10);
  shop.client(1).failing_database.refuse(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.stock(), 10);
}

TEST(DatabaseAtomic, HasNoCacheToShow) {
  TestShop shop("database-atomic", 10);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

}  // namespace
}  // namespace doorbuster
