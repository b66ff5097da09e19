#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

// Both read, then both buy: what makes read-then-write oversell.
void collide(TestShop* shop) {
  shop->script.then(1, "read_stock").then(2, "read_stock");
  shop->script.then(1, "take_at_version").then(2, "take_at_version");
  shop->buy(1);
  shop->buy(2);
  shop->run();
}

TEST(DatabaseOptimistic, TwoWhoReadTheLastUnitSellItOnce) {
  TestShop shop("database-optimistic", 1);
  collide(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(DatabaseOptimistic, TheVersionIsComparedOnceMoreAfterALockWait) {
  TestShop shop("database-optimistic", 10);
  shop.script.then(1, "read_stock").then(2, "read_stock");
  shop.script.then(1, "take_at_version", StepKind::execute);
  shop.script.then(2, "take_at_version", StepKind::execute);  // waits, with the version it read
  shop.script.then(1, "take_at_version").then(2, "take_at_version");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.client(2).database.operations(), 4) << "it had to read again";
  EXPECT_EQ(shop.stock(), 8);
}

TEST(DatabaseOptimistic, WhoLostReadsAgainAndBuys) {
  TestShop shop("database-optimistic", 10);
  collide(&shop);
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ((*shop.client(2).answer)->after, (Stock{8, 2}));
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_GT(shop.now(), kRunStart) << "it waited before it tried again";
}

TEST(DatabaseOptimistic, ExhaustedAttemptsAreRefusedAndNeverSoldOut) {
  TestShop shop("database-optimistic", 10, {.changes = {{"attempts", std::int64_t{1}}}});
  collide(&shop);
  EXPECT_EQ(shop.answer(2), "refused");
  EXPECT_EQ(shop.stock(), 9) << "stock remains: this is its limit";
  EXPECT_EQ(shop.orders(), 1);
}

TEST(DatabaseOptimistic, TooLittleForThisOrderIsSoldOut) {
  TestShop shop("database-optimistic", 2);
  shop.buy(1, 3);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.stock(), 2);
}

TEST(DatabaseOptimistic, CostsWhatTheCatalogueSays) {
  TestShop shop("database-optimistic", 1);
  EXPECT_EQ(shop.cost_of_view(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 2D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(DatabaseOptimistic, AReadThatFailsIsNoSale) {
  TestShop shop("database-optimistic", 10);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.orders(), 0);
}

}  // namespace
}  // namespace doorbuster
