// What teams also do to the cache's copy: each anomaly led step by step, and the repaired sibling
// that survives the same steps.
#include "strategy/early_refresh.h"
#include "strategy/strategy_testing.h"
#include "strategy/ttl.h"

namespace doorbuster {
namespace {

Options plain(const char* after_purchase, Options more = {}) {
  more["fill"] = text("none");
  more["after_purchase"] = text(after_purchase);
  return more;
}

// A reader misses and reads 10; a buyer updates to 9 and deletes; then the reader sets.
void sell_between_read_and_set(TestShop* shop, const char* get, const char* set) {
  shop->script.then(1, get).then(1, "read_stock");
  shop->script.then(2, "take_if_available").then(2, "delete").then(1, set);
  shop->view(1);
  shop->buy(2);
  shop->run_script();
}

TEST(PlainFill, APurchaseBetweenReadAndSetLeavesAStaleCopy) {
  TestShop shop("cache-aside", 10, {.changes = plain("delete")});
  sell_between_read_and_set(&shop, "get", "set_expiring");
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
}

TEST(PlainFill, UnderALeaseTheSameSetIsRefused) {
  TestShop shop("cache-aside", 10);
  sell_between_read_and_set(&shop, "lease_get", "lease_set");
  shop.run();
  EXPECT_EQ(shop.cached(), std::nullopt);
}

// Invalidate before commit (S5-C): a reader between the two reads what is committed, the old stock.
void read_before_the_commit(TestShop* shop) {
  shop->view(1);
  shop->buy(2);
  shop->run();
}

TEST(DeleteBeforeTheCommit, AReaderInBetweenFillsTheOldStockAndNoLeaseKnowsBetter) {
  TestShop shop("cache-aside", 10, {.changes = {{"after_purchase", text("delete_before_commit")}}});
  shop.script.then(2, "begin").then(2, "lock_stock").then(2, "take_in").then(2, "insert_order_in");
  shop.script.then(2, "delete").then(1, "lease_get").then(1, "read_stock").then(1, "lease_set");
  shop.script.then(2, "commit");
  read_before_the_commit(&shop);
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 10);
}

TEST(DeleteBeforeTheCommit, AfterTheCommitItTakesTheOldCopyAway) {
  TestShop shop("cache-aside", 10);
  shop.script.then(2, "take_if_available", StepKind::execute);  // it has yet to commit
  shop.script.then(1, "lease_get").then(1, "read_stock").then(1, "lease_set");
  shop.script.then(2, "take_if_available").then(2, "delete");
  read_before_the_commit(&shop);
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.page(1), "10") << "it was right when it was read";
  EXPECT_EQ(shop.cached(), std::nullopt);
}

TEST(DeleteBeforeTheCommit, WithTooLittleStockNothingIsDeleted) {
  TestShop shop("cache-aside", 0, {.changes = {{"after_purchase", text("delete_before_commit")}}});
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.client(2).cache.of<Delete>().asked, 0);
}

TEST(DeleteTwice, TheSecondDeleteEndsTheStaleCopyAndUntilThenPagesShowIt) {
  TestShop shop("cache-aside", 10,
                {.changes = plain("delete_twice", {{"delete_again", Duration(500ms)}})});
  sell_between_read_and_set(&shop, "get", "set_expiring");
  shop.view(3);
  shop.wait(1ms);
  EXPECT_EQ(shop.page(3), "10") << "the window that remains";
  shop.drain(2);
  shop.run();
  EXPECT_EQ(shop.cached(), std::nullopt);
}

TEST(DeleteTwice, AFillThatIsSlowerThanTheDelayStaysStale) {
  TestShop shop("cache-aside", 10,
                {.changes = plain("delete_twice", {{"delete_again", Duration(1ms)}})});
  shop.script.then(1, "get").then(1, "read_stock");
  shop.script.then(2, "take_if_available").then(2, "delete").then(2, "sleep").then(2, "delete");
  shop.script.then(1, "set_expiring");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.cached(), 10);
  EXPECT_EQ(shop.stock(), 9);
}

// W1 sells to 9, W2 sells to 8; W2 writes the copy, then W1 does.
void write_in_the_wrong_order(TestShop* shop, const char* write) {
  shop->script.then(1, "take_if_available").then(2, "take_if_available");
  shop->script.then(2, write).then(1, write);
  shop->buy(1);
  shop->buy(2);
  shop->run();
  ASSERT_EQ(shop->stock(), 8);
}

TEST(SetAfterPurchase, OfTwoBuyersTheFirstMaySetLast) {
  TestShop shop("cache-aside", 10, {.changes = plain("set")});
  write_in_the_wrong_order(&shop, "set_expiring");
  EXPECT_EQ(shop.cached(), 9);
}

TEST(SetAfterPurchase, WithItsVersionTheOlderValueIsRefused) {
  TestShop shop("cache-aside", 10, {.changes = plain("set_versioned")});
  write_in_the_wrong_order(&shop, "fill_if_newer");
  EXPECT_EQ(shop.cached(), 8);
}

TEST(SetAfterPurchase, WithItsVersionALateFillIsRefusedToo) {
  TestShop shop("cache-aside", 10, {.changes = plain("set_versioned")});
  shop.script.then(1, "get_versioned").then(1, "read_stock");
  shop.script.then(2, "take_if_available").then(2, "fill_if_newer").then(1, "fill_if_newer");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.cached(), 9);
}

TEST(SetAfterPurchase, AVersionThatExpiredProtectsNothing) {
  TestShop shop("cache-aside", 10, {.changes = plain("set_versioned", {{"ttl", Duration(100ms)}})});
  shop.script.then(1, "get_versioned").then(1, "read_stock");
  shop.script.then(2, "take_if_available").then(2, "fill_if_newer");
  shop.client(0).doing.spawn(shop.client(0).clock.sleep_until(shop.now() + 200ms));
  shop.script.then(0, "sleep").then(1, "fill_if_newer");
  shop.view(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.cached(), 10);
  EXPECT_EQ(shop.stock(), 9);
}

TEST(DecrementAfterPurchase, AMissingKeyIsMadeBelowZeroAndStays) {
  TestShop shop("cache-aside", 10, {.changes = plain("decrement")});
  shop.buy(1);
  shop.run();
  shop.wait(400s);
  shop.view(2);
  shop.run();
  EXPECT_EQ(shop.page(2), "-1") << "with nine left, and no TTL";
}

TEST(DecrementAfterPurchase, AFillBetweenPurchaseAndDecrementCountsTheSaleTwice) {
  TestShop shop("cache-aside", 10, {.changes = plain("decrement")});
  shop.script.then(1, "take_if_available");
  shop.script.then(2, "get").then(2, "read_stock").then(2, "set_expiring").then(1, "decrement");
  shop.buy(1);
  shop.view(2);
  shop.run();
  EXPECT_EQ(shop.stock(), 9);
  EXPECT_EQ(shop.cached(), 8);
}

TEST(NoActionAfterPurchase, PagesShowWhatWasSoldUntilTheTtl) {
  TestShop shop("cache-aside", 1, {.changes = {{"after_purchase", text("none")}}});
  shop.view(1);
  shop.run();
  shop.buy(2);
  shop.run();
  shop.wait(299s);
  EXPECT_EQ(shop.cached(), 1);
  shop.wait(1s);
  EXPECT_EQ(shop.cached(), std::nullopt);
}

// A stampede: five instances with four readers each, all at once, no copy there.
std::int64_t reads_of_a_stampede(Options changes) {
  TestShop shop("cache-aside", 10, {.changes = std::move(changes)});
  for (int instance = 1; instance <= 5; ++instance) {
    for (int reader = 0; reader < 4; ++reader) shop.view(instance);
  }
  shop.run();
  std::int64_t reads = 0;
  for (int instance = 1; instance <= 5; ++instance) {
    reads += shop.client(instance).database.of<ReadStock>().asked;
    EXPECT_EQ(shop.page(instance), "10");
  }
  return reads;
}

TEST(Stampede, CostsAReadAReaderOrAnInstanceOrOne) {
  EXPECT_EQ(reads_of_a_stampede({{"fill", text("none")}}), 20);
  EXPECT_EQ(reads_of_a_stampede({{"fill", text("single_flight")}}), 5);
  EXPECT_EQ(reads_of_a_stampede({{"fill", text("lease")}}), 1);
  EXPECT_EQ(reads_of_a_stampede(
                {{"fill", text("single_flight")}, {"after_purchase", text("set_versioned")}}),
            5);
}

TEST(EarlyRefresh, IsLikelierTheNearerTheEndAndTheLongerAFillTakes) {
  struct Row {
    Duration left, took;
    double u;
    bool renews;
  };
  const Row table[] = {
      {1s, 10ms, 0.5, false}, {5ms, 10ms, 0.5, true},    {10ms, 10ms, 0.5, false},
      {1s, 2s, 0.5, true},    {0ms, 10ms, 0.0, true},    {1ms, 0ms, 0.999, false},
      {1s, 10ms, 0.0, false}, {60ms, 10ms, 0.999, true}, {Duration::max(), 10ms, 0.999, false},
  };
  for (const Row& row : table) {
    EXPECT_EQ(is_renewed_early(row.left, row.took, row.u), row.renews)
        << row.left.count() << " " << row.took.count() << " " << row.u;
  }
}

TEST(EarlyRefresh, RenewsACopyWhileOthersStillReadIt) {
  TestShop shop("cache-aside", 10,
                {.changes = {{"fill", text("early_refresh")}, {"ttl", Duration(1s)}}});
  shop.view(1);
  shop.run();
  shop.wait(999900us);
  int asked_before = static_cast<int>(shop.client(1).database.of<ReadStock>().asked);
  for (int i = 0; i < 200 && shop.client(1).database.of<ReadStock>().asked == asked_before; ++i) {
    shop.view(1);
    shop.wait(1us);
  }
  EXPECT_EQ(shop.client(1).database.of<ReadStock>().asked, asked_before + 1);
  EXPECT_EQ(shop.cached(), 10);
}

// Unknown items

constexpr ItemId kUnknown{9};

TEST(NegativeCache, AnIdThatDoesNotExistReachesTheDatabaseOnce) {
  for (const char* after : {"delete", "set_versioned"}) {
    for (const char* fill : {"lease", "none"}) {
      if (std::string_view(after) == "set_versioned" && std::string_view(fill) == "lease") continue;
      TestShop shop("cache-aside", 10,
                    {.changes = {{"negative_cache", Duration(5s)},
                                 {"fill", text(fill)},
                                 {"after_purchase", text(after)}}});
      for (int reader = 0; reader < 4; ++reader) {
        shop.view(1, kUnknown);
        shop.run();
        EXPECT_EQ(shop.page(1), "nothing");
      }
      EXPECT_EQ(shop.client(1).database.of<ReadStock>().asked, 1) << after << " " << fill;
    }
  }
}

TEST(NegativeCache, IsThereForCopiesThatEverySaleWritesToo) {
  for (const char* strategy : {"write-through", "outbox"}) {
    TestShop shop(strategy, 10, {.changes = {{"negative_cache", Duration(5s)}}});
    for (int reader = 0; reader < 4; ++reader) {
      shop.view(1, kUnknown);
      shop.run();
      EXPECT_EQ(shop.page(1), "nothing") << strategy;
    }
    EXPECT_EQ(shop.client(1).database.of<ReadStock>().asked, 1) << strategy;
  }
}

TEST(NegativeCache, WithoutItEveryReaderAsks) {
  TestShop shop("cache-aside", 10, {.changes = {{"fill", text("none")}}});
  for (int reader = 0; reader < 4; ++reader) {
    shop.view(1, kUnknown);
    shop.run();
  }
  EXPECT_EQ(shop.client(1).database.of<ReadStock>().asked, 4);
}

TEST(NegativeCache, AnItemThatIsPutOnSaleIsNotSeenForAsLong) {
  TestShop shop("cache-aside", 10,
                {.changes = {{"fill", text("none")}, {"negative_cache", Duration(5s)}}});
  shop.view(1, kUnknown);
  shop.run();
  shop.put_on_sale(kUnknown, 3);
  shop.view(1, kUnknown);
  shop.run();
  EXPECT_EQ(shop.page(1), "nothing");
  shop.wait(5s);
  shop.view(1, kUnknown);
  shop.run();
  EXPECT_EQ(shop.page(1), "3");
}

// By the random of the client, a copy lives between one and two TTLs.
TEST(TtlJitter, IsThereForCopiesThatEverySaleWritesToo) {
  for (const char* strategy : {"write-through", "outbox"}) {
    TestShop shop(strategy, 10, {.changes = {{"ttl", Duration(10s)}, {"ttl_jitter", 1.0}}});
    shop.view(1);
    shop.run();
    shop.wait(10s);
    EXPECT_EQ(shop.cached(), 10) << strategy;
    shop.wait(10s);
    EXPECT_EQ(shop.cached(), std::nullopt) << strategy;
  }
}

TEST(TtlJitter, SpreadsTheEndOfCopiesThatWereFilledTogether) {
  Random random(1);
  JitteredTtl fixed(10s, 0, random);
  EXPECT_EQ(fixed.next(), 10s);
  JitteredTtl spread(10s, 0.5, random);
  Ttl shortest = 1000s;
  Ttl longest{};
  for (int i = 0; i < 1000; ++i) {
    const Ttl ttl = spread.next();
    shortest = std::min(shortest, ttl);
    longest = std::max(longest, ttl);
  }
  EXPECT_GE(shortest, 10s);
  EXPECT_LT(shortest, 10200ms);
  EXPECT_GT(longest, 14800ms);
  EXPECT_LE(longest, 15s);
}

}  // namespace
}  // namespace doorbuster
