#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

void two_read_before_either_writes(TestShop* shop, std::string_view write) {
  shop->script.then(1, "read_stock").then(2, "read_stock");
  shop->script.then(1, write).then(1, "insert_order");
  shop->script.then(2, write).then(2, "insert_order");
  shop->buy(1);
  shop->buy(2);
  shop->run();
  EXPECT_EQ(shop->answer(1), "sold");
  EXPECT_EQ(shop->answer(2), "sold");
}

TEST(ReadThenWrite, TwoBuyersWhoBothReadOneBothGetIt) {
  TestShop shop("read-then-write", 1);
  two_read_before_either_writes(&shop, "write_stock");
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.stock(), 0) << "the stock column looks right: only the order rows tell";
}

TEST(ReadThenWrite, ALostUpdateLeavesMoreStockThanIsThere) {
  TestShop shop("read-then-write", 10);
  two_read_before_either_writes(&shop, "write_stock");
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.stock(), 9);
}

TEST(ReadThenWrite, ARelativeWriteWithoutAGuardEndsBelowZero) {
  TestShop shop("read-then-write", 1, {.changes = {{"write", std::string("decrement")}}});
  two_read_before_either_writes(&shop, "decrement_unguarded");
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.stock(), -1);
}

TEST(ReadThenWrite, BuyersOneAfterTheOtherAreServedRightly) {
  TestShop shop("read-then-write", 1);
  shop.buy(1);
  shop.run();
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(ReadThenWrite, CostsThreeStatementsASaleAndOneARefusal) {
  for (const char* write : {"computed", "decrement"}) {
    TestShop shop("read-then-write", 1, {.changes = {{"write", std::string(write)}}});
    EXPECT_EQ(shop.cost_of_view(), "0R 1D") << write;
    EXPECT_EQ(shop.cost_of_buy(), "0R 3D") << write;
    EXPECT_EQ(shop.answer(1), "sold") << write;
    EXPECT_EQ(shop.cost_of_buy(), "0R 1D") << write;
    EXPECT_EQ(shop.answer(1), "sold_out") << write;
  }
}

// An UPDATE whose reply was lost may have changed the row, but no order follows it.
TEST(ReadThenWrite, AnUpdateWithoutAReplyIsCertainlyNoSale) {
  TestShop shop("read-then-write", 10);
  shop.script.then(1, "read_stock");
  shop.buy(1);
  shop.run_script();
  shop.client(1).failing_database.lose_replies(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.orders(), 0);
}

TEST(ReadThenWrite, AnOrderRowWithoutAReplyMayBeASale) {
  TestShop shop("read-then-write", 10);
  shop.script.then(1, "read_stock").then(1, "write_stock");
  shop.buy(1);
  shop.run_script();
  shop.client(1).failing_database.lose_replies(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.orders(), 1);
}

}  // namespace
}  // namespace doorbuster
