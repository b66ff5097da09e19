#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

TestShop::Setup with(std::int64_t buckets, std::int64_t probes = 0) {
  TestShop::Setup setup;
  setup.changes = {{"buckets", buckets}, {"probes", probes}};
  return setup;
}

TEST(ShardedStock, TheOneUnitLeftIsFoundWhereverItLies) {
  TestShop shop("sharded-stock", 1, with(50));
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_GT(shop.client(1).database.operations(), 1);
  EXPECT_EQ(shop.page_now(), "0");
}

TEST(ShardedStock, WhoProbesTooFewSaysSoldOutOfWhatIsThere) {
  TestShop shop("sharded-stock", 1, with(50, 1));
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.page_now(), "1") << "a false sold-out";
}

TEST(ShardedStock, TwoUnitsInTwoBucketsAreSoldOutToWhoWantsTwo) {
  TestShop shop("sharded-stock", 2, with(2));
  shop.buy(1, 2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.page_now(), "2") << "its known limit";
  for (const int buyer : {2, 3}) shop.buy(buyer);
  shop.run();
  EXPECT_EQ(shop.page_now(), "0") << "one at a time they sell";
}

TEST(ShardedStock, TheLastUnitIsSoldOnce) {
  TestShop shop("sharded-stock", 1, with(1));
  shop.script.then(1, "take_from_bucket", StepKind::execute);
  shop.script.then(2, "take_from_bucket", StepKind::execute);
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(ShardedStock, BuyersOfDifferentBucketsDoNotWaitForEachOther) {
  TestShop shop("sharded-stock", 1000, with(1000));
  shop.script.then(1, "take_from_bucket", StepKind::execute).then(2, "take_from_bucket");
  shop.buy(1);
  shop.buy(2);
  shop.run_script();
  EXPECT_EQ(shop.answer(1), "");
  EXPECT_EQ(shop.answer(2), "sold");
  shop.run();
  EXPECT_EQ(shop.page_now(), "998");
}

TEST(ShardedStock, BuyersBeginAllOverTheBuckets) {
  TestShop shop("sharded-stock", 800, with(8));
  for (int buyer = 0; buyer < 400; ++buyer) {
    shop.buy(1);
    shop.run();
  }
  EXPECT_EQ(shop.client(1).database.operations(), 400) << "a bucket ran empty before its time";
}

TEST(ShardedStock, CostsUpToAStatementABucket) {
  TestShop shop("sharded-stock", 4, with(4));
  EXPECT_EQ(shop.cost_of_view(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  for (int buyer = 0; buyer < 3; ++buyer) (void)shop.cost_of_buy();
  EXPECT_EQ(shop.orders(), 4);
  EXPECT_EQ(shop.cost_of_buy(), "0R 4D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(ShardedStock, AnUnknownAnswerEndsTheProbing) {
  TestShop shop("sharded-stock", 10, with(2));
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.client(1).database.operations(), 1) << "the next bucket could sell it again";
  EXPECT_EQ(shop.orders(), 1);
}

}  // namespace
}  // namespace doorbuster
