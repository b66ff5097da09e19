// What pages show while the cache does not answer, by each strategy itself and with cache_down; and
// the way back.
#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

Options down(const char* what, Options more = {}) {
  more["cache_down"] = std::string(what);
  return more;
}

void look(TestShop* shop, int client = 1) {
  shop->view(client);
  shop->run();
}

TEST(CacheDown, ByThemselvesAllFailThatReadACacheButOne) {
  for (const char* name : {"cache-aside-textbook", "cache-aside", "write-through-textbook",
                           "write-through", "outbox", "redis-gate", "write-behind"}) {
    TestShop shop(name, 10);
    shop.client(1).failing_cache.refuse(1);
    look(&shop);
    EXPECT_EQ(shop.page(1), "error") << name;
    EXPECT_EQ(shop.client(1).database.operations(), 0) << name;
  }
  TestShop shop("combined", 10);
  shop.client(1).failing_cache.refuse(1);
  look(&shop);
  EXPECT_EQ(shop.page(1), "10");
}

TEST(StaleWhenDown, ShowsTheLastPageThatTheInstanceSaw) {
  TestShop shop("cache-aside", 10, {.changes = down("stale")});
  look(&shop);
  shop.buy(2);
  shop.run();
  shop.client(1).failing_cache.refuse(1);
  EXPECT_EQ(shop.cost_of_view(), "1R 0D");
  EXPECT_EQ(shop.page(1), "10");
  EXPECT_EQ(shop.source(1), Source::stale);
  EXPECT_EQ(shop.figure("stale_pages"), 1);
  look(&shop);
  EXPECT_EQ(shop.page(1), "9");
  EXPECT_EQ(shop.source(1), Source::cache_missed);
}

TEST(StaleWhenDown, ShowsItForSoLongAndNoLonger) {
  TestShop shop("cache-aside", 10, {.changes = down("stale", {{"stale_for", Duration(10s)}})});
  look(&shop);
  shop.client(1).failing_cache.refuse(2);
  shop.wait(9s);
  look(&shop);
  EXPECT_EQ(shop.page(1), "10");
  shop.wait(2s);
  look(&shop);
  EXPECT_EQ(shop.page(1), "error") << "being shown makes a stale page no younger";
  EXPECT_EQ(shop.figure("stale_pages_too_old"), 1);
}

TEST(StaleWhenDown, HasNothingForAPageThatNobodySaw) {
  TestShop shop("cache-aside", 10, {.changes = down("stale")});
  look(&shop, 2);
  shop.client(1).failing_cache.refuse(1);
  look(&shop);
  EXPECT_EQ(shop.page(1), "error");
}

TEST(StaleWhenDown, HidesNoTroubleOfTheDatabase) {
  TestShop shop("database-atomic", 10, {.changes = down("stale")});
  look(&shop);
  shop.client(1).failing_database.refuse(1);
  look(&shop);
  EXPECT_EQ(shop.page(1), "error");
}

TEST(DatabaseWhenDown, ShowsTheRowItself) {
  TestShop shop("cache-aside", 10, {.changes = down("database")});
  look(&shop);
  shop.buy(2);
  shop.run();
  shop.client(1).failing_cache.refuse(1);
  EXPECT_EQ(shop.cost_of_view(), "1R 1D");
  EXPECT_EQ(shop.page(1), "9");
  EXPECT_EQ(shop.figure("database_reads_past_cache"), 1);
}

TEST(DatabaseWhenDown, LetsSoManyThereAndRefusesTheOthers) {
  TestShop shop("cache-aside", 10,
                {.changes = down("database", {{"database_at_once", std::int64_t{2}}})});
  shop.client(1).failing_cache.refuse(6);
  for (int reader = 0; reader < 5; ++reader) shop.view(1);
  shop.run();
  EXPECT_EQ(shop.client(1).database.operations(), 2);
  EXPECT_EQ(shop.figure("database_reads_refused"), 3);
  look(&shop);
  EXPECT_EQ(shop.page(1), "10") << "there is room again";
}

TEST(DatabaseWhenDown, InASingleFlightOneGoesThereForAll) {
  TestShop shop("cache-aside", 10,
                {.changes = down("database", {{"database_at_once", std::int64_t{1}},
                                              {"single_flight", true}})});
  shop.client(1).failing_cache.refuse(5);
  for (int reader = 0; reader < 5; ++reader) shop.view(1);
  shop.run();
  EXPECT_EQ(shop.client(1).database.operations(), 1);
  EXPECT_EQ(shop.page(1), "10");
}

// The cache is back, empty: what does a crowd cost the database that looks at once?
std::int64_t fills_after_an_outage(Options options) {
  options.insert({{"breaker", true},
                  {"breaker_failures", std::int64_t{2}},
                  {"breaker_probes", std::int64_t{1}}});
  TestShop shop("cache-aside", 10, {.changes = down("stale", std::move(options))});
  shop.client(1).failing_cache.refuse(2);
  for (int page = 0; page < 2; ++page) look(&shop);
  shop.wait(1s);
  look(&shop);  // the probe, which fills
  EXPECT_EQ(shop.page(1), "10");
  EXPECT_TRUE(shop.ask_cache(Delete{{KeyFamily::inventory, TestShop::kItem}}));
  EXPECT_TRUE(shop.ask_cache(Delete{{KeyFamily::leased, TestShop::kItem}}));
  const std::int64_t before = shop.client(1).database.operations();
  for (int reader = 0; reader < 5; ++reader) shop.view(1);
  shop.run();
  EXPECT_EQ(shop.page(1), "10");
  return shop.client(1).database.operations() - before;
}

TEST(CacheDown, OnTheWayBackOneOfAnInstanceFillsWhereReadersShareIt) {
  const OptionValue none = std::string("none");
  EXPECT_EQ(fills_after_an_outage({{"fill", none}}), 5) << "a stampede";
  EXPECT_EQ(fills_after_an_outage({{"fill", none}, {"single_flight", true}}), 1);
  EXPECT_EQ(fills_after_an_outage({{"fill", std::string("single_flight")}}), 1);
  EXPECT_EQ(fills_after_an_outage({}), 1) << "by its lease";
}

}  // namespace
}  // namespace doorbuster
