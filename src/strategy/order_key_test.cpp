// Every strategy whose purchase writes the order key in its own statement: the answer to one who
// heard nothing and asks again.
#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

class KeyedPurchase : public testing::TestWithParam<const char*> {
 protected:
  // One bucket, so that the first purchase finds the unit.
  static TestShop::Setup setup() {
    if (std::string_view(GetParam()) != "sharded-stock") return {};
    return {.changes = {{"buckets", std::int64_t{1}}}};
  }
};

TEST_P(KeyedPurchase, WhoGotTheLastUnitAndHeardNothingIsToldSoAfterTheSellOut) {
  TestShop shop(GetParam(), 1, setup());
  shop.client(1).failing_database.lose_replies_of_writes(1);
  shop.buy(1);
  shop.run();
  ASSERT_EQ(shop.answer(1), "unknown");
  shop.buy(2);
  shop.run();
  ASSERT_EQ(shop.answer(2), "sold_out");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 1);
}

TEST_P(KeyedPurchase, WithStockLeftAReplayTakesNothingAndIsToldSold) {
  TestShop shop(GetParam(), 10, setup());
  shop.client(1).failing_database.lose_replies_of_writes(1);
  shop.buy(1);
  shop.run();
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.orders(), 2);
}

TEST_P(KeyedPurchase, WhoCameTooLateIsToldSoldOutAsOftenAsHeAsks) {
  TestShop shop(GetParam(), 0, setup());
  shop.buy(1);
  shop.run();
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.orders(), 0);
}

TEST_P(KeyedPurchase, OnlyWhoAsksAgainPaysForTheLookUp) {
  TestShop shop(GetParam(), 1, setup());
  shop.buy(1);
  shop.buy(2);
  shop.run();
  for (const int buyer : {1, 2}) {
    EXPECT_EQ(shop.client(buyer).database.of<FindOrder>().asked, 0) << buyer;
  }
}

TEST_P(KeyedPurchase, WhereTheLookUpFailsNobodyCanTell) {
  TestShop shop(GetParam(), 0, setup());
  shop.buy(1);
  shop.run();
  shop.client(1).failing_database.refuse_only("find_order");
  shop.buy_again(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
}

INSTANTIATE_TEST_SUITE_P(All, KeyedPurchase,
                         testing::Values("database-atomic", "database-pessimistic",
                                         "database-optimistic", "advisory-lock", "unit-rows",
                                         "sharded-stock", "cache-aside", "write-through", "outbox",
                                         "redis-lock"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace doorbuster
