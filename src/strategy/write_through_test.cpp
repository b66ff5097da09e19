#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

constexpr Key kKey{KeyFamily::versioned, TestShop::kItem};

TEST(WriteThrough, TheLastUnitIsSoldOnce) {
  TestShop shop("write-through", 1);
  shop.script.then(1, "take_if_available", StepKind::execute);
  shop.script.then(2, "take_if_available", StepKind::execute);
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(WriteThrough, ASaleWithoutACopyWritesWhatIsLeft) {
  TestShop shop("write-through", 10);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.cached(), 9);
  shop.wait(300s);
  EXPECT_EQ(shop.cached(), std::nullopt) << "it has a TTL";
}

TEST(WriteThrough, AFillBetweenCommitAndWriteCountsTheSaleOnce) {
  TestShop shop("write-through", 10);
  shop.script.then(2, "take_if_available", StepKind::commit);
  shop.script.then(1, "get_versioned").then(1, "read_stock").then(1, "fill_if_newer");
  shop.script.then(2, "take_if_available").then(2, "fill_if_newer");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 9);
}

TEST(WriteThrough, AFillFromBeforeTheSaleLosesByItsVersion) {
  TestShop shop("write-through", 10);
  shop.script.then(1, "get_versioned").then(1, "read_stock");
  shop.script.then(2, "take_if_available").then(2, "fill_if_newer").then(1, "fill_if_newer");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.page(1), "10") << "it was right when it was read";
  EXPECT_EQ(shop.cached(), 9);
}

TEST(WriteThrough, OfTwoSalesTheLaterOneStandsWhoeverWritesLast) {
  TestShop shop("write-through", 10);
  shop.script.then(1, "take_if_available").then(2, "take_if_available");
  shop.script.then(2, "fill_if_newer").then(1, "fill_if_newer");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.cached(), 8);
}

TEST(WriteThrough, AfterTheSellOutPagesNeverAskTheDatabase) {
  TestShop shop("write-through", 1);
  shop.buy(2);
  shop.run();
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(shop.cost_of_view(), "1R 0D");
    EXPECT_EQ(shop.page(1), "0");
    shop.buy(2);
    shop.run();
    EXPECT_EQ(shop.answer(2), "sold_out");
  }
}

TEST(WriteThrough, CostsWhatTheCatalogueSays) {
  TestShop shop("write-through", 1);
  EXPECT_EQ(shop.cost_of_view(), "2R 1D");
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.source(1), Source::cache);
  EXPECT_EQ(shop.cost_of_buy(), "1R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

// What remains.

TEST(WriteThrough, ABuyerWhoDiesBeforeTheWriteLeavesAStaleCopyThatTheNextSaleEnds) {
  TestShop shop("write-through", 10);
  shop.view(1);
  shop.run();
  shop.script.then(2, "take_if_available", StepKind::commit);
  shop.buy(2);
  shop.run_script();
  shop.kill(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
  shop.buy(3);
  shop.run();
  EXPECT_EQ(shop.stock(), 8);
  EXPECT_EQ(shop.cached(), 8);
}

TEST(WriteThrough, ADeletedEntryNoLongerKeepsAnOldFillOut) {
  TestShop shop("write-through", 10);
  shop.script.then(1, "get_versioned").then(1, "read_stock");
  shop.script.then(2, "take_if_available").then(2, "fill_if_newer");
  shop.view(1);
  shop.buy(2);
  shop.run_script();
  ASSERT_TRUE(shop.ask_cache(Delete{kKey}));  // an eviction, or somebody's DEL
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
}

// When the cache fails.

TEST(WriteThrough, ASaleStandsWhenTheCacheCannotBeWritten) {
  TestShop shop("write-through", 10);
  shop.client(1).failing_cache.refuse(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  shop.client(1).failing_cache.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.orders(), 2);
}

TEST(WriteThrough, APageThatCannotBeKeptIsShownAllTheSame) {
  TestShop shop("write-through", 10);
  shop.script.then(1, "get_versioned");
  shop.view(1);
  shop.run_script();
  shop.client(1).failing_cache.refuse(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "10");
  EXPECT_EQ(shop.cached(), std::nullopt);
}

}  // namespace
}  // namespace doorbuster
