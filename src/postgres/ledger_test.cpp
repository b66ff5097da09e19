#include "postgres/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "postgres/layout.h"
#include "postgres/test_shop.h"

namespace doorbuster {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LedgerOnServers : public testing::Test {
 protected:
  LedgerOnServers() : other_(shared_postgres().postgres_url()) {}

  Result<std::unique_ptr<Ledger>> open() {
    LedgerOptions options;
    options.url = shared_postgres().postgres_url();
    options.load_name = TestShop::kLoad;
    return Ledger::open(options);
  }
  std::int64_t count(const std::string& sql) { return other_.now(sql)[0][0].as<std::int64_t>(); }

  OtherSession other_;
};

TEST_F(LedgerOnServers, AForeignSchemaOfOurNameIsRefusedAndLeftAlone) {
  {
    auto ledger = open();
    ASSERT_TRUE(ledger.ok()) << ledger.error().message();
    ASSERT_TRUE((*ledger)->drop().ok());
  }
  other_.now("CREATE SCHEMA doorbuster");
  other_.now("CREATE TABLE doorbuster.products (theirs text)");
  other_.now("INSERT INTO doorbuster.products VALUES ('precious')");
  const auto refused = open();
  const auto rows = count("SELECT count(*) FROM doorbuster.products WHERE theirs = 'precious'");
  other_.now("DROP SCHEMA doorbuster CASCADE");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().cause(), Cause::invalid);
  EXPECT_THAT(refused.error().message(), HasSubstr("did not make"));
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("password")));
  EXPECT_EQ(rows, 1);
}

TEST_F(LedgerOnServers, ADatabaseThatTakesNoWritesIsRefusedInOneSentence) {
  other_.now("ALTER ROLE doorbuster SET default_transaction_read_only = on");
  const auto refused = open();
  other_.now("ALTER ROLE doorbuster RESET default_transaction_read_only");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), "25006");
  EXPECT_THAT(refused.error().message(),
              HasSubstr(": the server is read-only (25006: a standby, or "
                        "default_transaction_read_only is on): name its primary"));
}

TEST_F(LedgerOnServers, AServerWhoseConnectionsAreAllTakenIsNamedWithWhatToDo) {
  other_.now("CREATE ROLE latecomer LOGIN PASSWORD 'p' CONNECTION LIMIT 0");
  const std::string url = shared_postgres().postgres_url();
  LedgerOptions options;
  options.url = "postgresql://latecomer:p" + url.substr(url.find('@'));
  options.load_name = TestShop::kLoad;
  const auto refused = Ledger::open(options);
  other_.now("DROP ROLE latecomer");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), "53300");
  EXPECT_THAT(refused.error().message(), HasSubstr("raise its max_connections"));
}

TEST_F(LedgerOnServers, ASchemaOfOursThatACrashLeftIsMadeAnew) {
  {
    TestShop shop;
    shop.stock(10);
  }
  auto ledger = open();
  ASSERT_TRUE(ledger.ok()) << ledger.error().message();
  EXPECT_EQ(count("SELECT count(*) FROM doorbuster.products"), 0);
}

TEST_F(LedgerOnServers, WhatSomebodyPutBesideOurTablesIsNotDropped) {
  TestShop shop;
  other_.now("CREATE TABLE doorbuster.theirs (x int)");
  const auto dropped = shop.ledger().drop();
  const auto tables = count("SELECT count(*) FROM pg_tables WHERE schemaname = 'doorbuster'");
  other_.now("DROP TABLE doorbuster.theirs");
  ASSERT_FALSE(dropped.ok());
  EXPECT_THAT(dropped.error().message(), HasSubstr("cannot remove the schema"));
  EXPECT_EQ(tables, 8) << "all or nothing";
  EXPECT_TRUE(shop.ledger().drop().ok());
  EXPECT_EQ(count("SELECT count(*) FROM pg_namespace WHERE nspname = 'doorbuster'"), 0);
  EXPECT_TRUE(shop.ledger().drop().ok()) << "there is nothing more to do";
}

TEST_F(LedgerOnServers, ASecondDoorbusterIsKeptOutOfTheSameDatabase) {
  TestShop shop;
  shop.stock(10);
  const auto second = open();
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message(), HasSubstr("another doorbuster"));
  EXPECT_EQ(count("SELECT quantity FROM doorbuster.products"), 10);
}

// The server's process of a closed session ends a moment after it.
TEST_F(LedgerOnServers, OneRunMayFollowAnotherAtOnce) {
  for (int run = 0; run < 20; ++run) {
    const auto next = open();
    ASSERT_TRUE(next.ok()) << "run " << run << ": " << next.error().message();
  }
}

TEST_F(LedgerOnServers, AManyItemShopIsStockedAndReadBack) {
  TestShop shop;
  Stocking stocking;
  for (int i = 1; i <= 2500; ++i) stocking.items.push_back({ItemId{i}, i});
  shop.stock(stocking);
  EXPECT_EQ(count("SELECT sum(quantity) FROM doorbuster.products"), 2500 * 2501 / 2);
  EXPECT_EQ(shop.truth().items.size(), 2500U);
}

TEST_F(LedgerOnServers, TheFirstBucketsHaveOneMoreWhereTheStockDoesNotDivide) {
  TestShop shop;
  Stocking stocking = TestShop::of({{ItemId{1}, 10}, {ItemId{2}, 2}});
  stocking.layout = StockLayout::buckets;
  stocking.buckets = 4;
  shop.stock(stocking);
  const auto spread = other_.now(
      "SELECT string_agg(quantity::text, ' ' ORDER BY product_id, bucket) FROM doorbuster.buckets");
  EXPECT_EQ(spread[0][0].as<std::string>(), "3 3 2 2 1 1 0 0");
}

TEST_F(LedgerOnServers, TheTruthAddsRowBucketsAndFreeUnits) {
  TestShop shop;
  Stocking stocking = TestShop::of({{ItemId{1}, 10}});
  stocking.layout = StockLayout::units;
  shop.stock(stocking);
  other_.now("UPDATE doorbuster.units SET sold = true WHERE id <= 3");
  EXPECT_EQ(shop.truth().items[0].left, 7);
  stocking.layout = StockLayout::buckets;
  stocking.buckets = 3;
  shop.stock(stocking);
  other_.now("UPDATE doorbuster.buckets SET quantity = quantity - 1");
  other_.now("UPDATE doorbuster.products SET quantity = 5");
  EXPECT_EQ(shop.truth().items[0].left, 10 - 3 + 5);
}

// A warm-up asks for a thousand million.
TEST_F(LedgerOnServers, AShopOfUnitsHasNoMoreOfThemThanOneCanMake) {
  TestShop shop;
  Stocking stocking = TestShop::of({{ItemId{1}, 1'000'000'000}});
  stocking.layout = StockLayout::units;
  shop.stock(stocking);
  EXPECT_EQ(count("SELECT count(*) FROM doorbuster.units"), postgres::kMostUnits);
  EXPECT_EQ(shop.truth().items[0].initial, postgres::kMostUnits) << "what there truly was";
}

TEST_F(LedgerOnServers, AnItemStockedTwiceIsAnError) {
  TestShop shop;
  const Stocking twice = TestShop::of({{ItemId{1}, 5}, {ItemId{1}, 6}});
  const auto stocked = shop.ledger().stock(twice);
  ASSERT_FALSE(stocked.ok());
  EXPECT_EQ(stocked.error().code(), "23505");
}

TEST_F(LedgerOnServers, TheTruthIsOfTheItemsThatAreAskedFor) {
  TestShop shop;
  const Stocking all = TestShop::of({{ItemId{1}, 5}, {ItemId{2}, 6}});
  shop.stock(all);
  const auto database = shop.connect(shop.options(1));
  for (int i = 1; i <= 2; ++i) {
    const Order order{OrderKey{i}, BuyerId{i}, ItemId{i}, 1};
    ASSERT_TRUE(shop.ask(*database, TakeIfAvailable{order}).ok());
  }
  const auto truth = shop.ledger().truth(TestShop::of({{ItemId{2}, 6}}));
  ASSERT_TRUE(truth.ok());
  ASSERT_EQ(truth->items.size(), 1U);
  EXPECT_EQ(truth->items[0].left, 5);
  ASSERT_EQ(truth->orders.size(), 1U);
  EXPECT_EQ(truth->orders[0].key, OrderKey{2});
  EXPECT_FALSE(shop.ledger().truth(TestShop::of({{ItemId{3}, 1}})).ok()) << "no such item";
}

TEST_F(LedgerOnServers, QuiescingWaitsForATransactionInFlight) {
  TestShop shop;
  shop.stock(10);
  PostgresOptions impatient = shop.options(1);
  impatient.timeout = 50ms;
  auto database = shop.connect(impatient);
  other_.hold("SELECT 1 FROM doorbuster.products FOR UPDATE");
  const auto reply = shop.ask(*database, TakeIfAvailable{TestShop::order(1)});
  ASSERT_FALSE(reply.ok());
  ASSERT_FALSE(reply.error().definite());
  database.reset();
  std::thread releaser([&] {
    ::poll(nullptr, 0, 100);
    other_.end();
  });
  const auto quiet = shop.ledger().quiesce(5s);
  releaser.join();
  EXPECT_TRUE(quiet.ok());
  EXPECT_EQ(shop.truth().orders.size(), 1U) << "it committed late, and is in the books";
}

TEST_F(LedgerOnServers, QuiescingEndsATransactionThatWouldNotEnd) {
  TestShop shop;
  shop.stock(10);
  PostgresOptions impatient = shop.options(1);
  impatient.timeout = 50ms;
  auto database = shop.connect(impatient);
  other_.hold("SELECT 1 FROM doorbuster.products FOR UPDATE");
  ASSERT_FALSE(shop.ask(*database, TakeIfAvailable{TestShop::order(1)}).ok());
  database.reset();
  EXPECT_TRUE(shop.ledger().quiesce(100ms).ok());
  other_.end();
  EXPECT_TRUE(other_.load_pids().empty());
  EXPECT_EQ(shop.truth().orders.size(), 0U);
}

TEST_F(LedgerOnServers, QuiescingLeavesTheSessionsOfOthersAlone) {
  TestShop shop;
  const auto mine = count("SELECT pg_backend_pid()");
  ASSERT_TRUE(shop.ledger().quiesce(100ms).ok());
  EXPECT_EQ(count("SELECT pg_backend_pid()"), mine);
}

TEST_F(LedgerOnServers, ReadsNoBooksInASessionThatDoesNotKeepOthersOut) {
  TestShop shop;
  shop.stock(10);
  const std::string ours = " FROM pg_stat_activity WHERE application_name = 'doorbuster-ledger'";
  other_.now("SELECT pg_terminate_backend(pid)" + ours);
  ASSERT_TRUE(comes_true([&] { return count("SELECT count(*)" + ours) == 0; }));
  const Stocking stocking = TestShop::of({{TestShop::kItem, 10}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(shop.ledger().truth(stocking).ok());
    EXPECT_FALSE(shop.ledger().stock(stocking).ok());
  }
  EXPECT_THAT(shop.ledger().truth(stocking).error().message(), HasSubstr("did it restart?"));
  {
    const auto second = open();
    ASSERT_TRUE(second.ok()) << second.error().message();
    EXPECT_THAT(shop.ledger().drop().error().message(), HasSubstr("another doorbuster"));
  }
  EXPECT_TRUE(comes_true([&] { return shop.ledger().drop().ok(); })) << "nobody else is there now";
}

TEST_F(LedgerOnServers, TheFactsAreThoseThatDecideDurabilityAndSpeed) {
  TestShop shop;
  const auto facts = shop.ledger().facts();
  ASSERT_TRUE(facts.ok());
  EXPECT_THAT(facts->version, Not(testing::IsEmpty()));
  EXPECT_GT(facts->rtt_us, 0);
  EXPECT_EQ(facts->started_at.substr(0, 2), "20");
  EXPECT_EQ(shop.ledger().facts()->started_at, facts->started_at);
  std::vector<std::string> names;
  for (const auto& [name, value] : facts->settings) {
    names.push_back(name);
    EXPECT_FALSE(value.empty());
  }
  EXPECT_THAT(names,
              testing::UnorderedElementsAre("synchronous_commit", "fsync", "full_page_writes",
                                            "shared_buffers", "max_connections", "wal_level"));
}

}  // namespace
}  // namespace doorbuster
