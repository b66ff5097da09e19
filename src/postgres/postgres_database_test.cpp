#include "postgres/postgres_database.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "postgres/test_shop.h"

namespace doorbuster {
namespace {

using ::testing::HasSubstr;

constexpr ItemId kItem = TestShop::kItem;

template <class T>
void expect_error(const Result<T>& reply, Cause cause, bool definite) {
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(to_string(reply.error().cause()), to_string(cause)) << reply.error().message();
  EXPECT_EQ(reply.error().definite(), definite) << reply.error().message();
  EXPECT_EQ(reply.error().store(), Store::postgres);
}

// Interactive transactions need a connection for themselves: no pipeline.
class TransactionsOnServers : public testing::Test {
 protected:
  TransactionsOnServers() { shop_.stock(10); }
  TestShop shop_;
};

TEST_F(TransactionsOnServers, WaitForTheirConnectionOnce) {
  const auto database = shop_.connect(shop_.options(1));
  const auto begun = shop_.ask(*database, Begin{});
  ASSERT_TRUE(begun.ok()) << begun.error().message();
  EXPECT_TRUE(shop_.ask(*database, LockStock{*begun, kItem}).ok());
  EXPECT_TRUE(shop_.ask(*database, Commit{*begun}).ok());
  EXPECT_EQ(database->pool_wait().count(), 1U);
}

// Who has a connection keeps it; the others wait until it is over, and the wait is counted.
TEST_F(TransactionsOnServers, HandOutNothingWhileThePoolIsFrozen) {
  const auto database = shop_.connect(shop_.options(2));
  const auto begun = shop_.ask(*database, Begin{});
  ASSERT_TRUE(begun.ok()) << begun.error().message();
  StrikeWindow window;
  window.from = Instant::min();
  database->freeze_while({&window});
  EXPECT_TRUE(shop_.ask(*database, Commit{*begun}).ok());

  const Duration began = steady_now();
  window.until = shop_.clock().now() + 50ms;
  EXPECT_TRUE(shop_.ask(*database, ReadStock{kItem}).ok());
  EXPECT_GE(steady_now() - began, 50ms);
  EXPECT_GE(database->pool_wait().max(), 49ms);
  database->freeze_while({});
}

TEST_F(TransactionsOnServers, TimeOutInAFreezeThatLastsTooLongAndNothingWasSent) {
  PostgresOptions options = shop_.options(1);
  options.timeout = 50ms;
  const auto database = shop_.connect(options);
  StrikeWindow window;
  window.from = Instant::min();
  database->freeze_while({&window});
  expect_error(shop_.ask(*database, TakeIfAvailable{TestShop::order(7)}), Cause::timed_out, true);
  database->freeze_while({});
  EXPECT_TRUE(shop_.ask(*database, ReadStock{kItem}).ok());
}

// The back-off is for a server that fails, and after ten ends of a session longer than this.
TEST_F(TransactionsOnServers, WhoseClientsLeaveLetTheNextOneInWithoutBackOff) {
  const auto database = shop_.connect(shop_.options(1));
  const Duration began = steady_now();
  for (int i = 0; i < 10; ++i) {
    {
      std::optional<Result<TransactionId>> never;
      TaskScope leaves;
      leaves.spawn(ask_into(database.get(), Begin{}, &never));
    }
    ASSERT_TRUE(shop_.ask(*database, ReadStock{kItem}).ok());
  }
  EXPECT_LT(steady_now() - began, 2s);
}

// Parameter: pipeline mode.
class PostgresDatabaseOnServers : public testing::TestWithParam<bool> {
 protected:
  PostgresOptions options(int connections) {
    PostgresOptions options = shop_.options(connections);
    options.pipeline = GetParam();
    options.depth = GetParam() ? 4 : 1;
    return options;
  }
  void hold_the_row(OtherSession& other) {
    other.hold("SELECT 1 FROM doorbuster.products FOR UPDATE");
  }

  TestShop shop_;
};
INSTANTIATE_TEST_SUITE_P(Pool, PostgresDatabaseOnServers, testing::Bool(), [](const auto& mode) {
  return mode.param ? "Pipelined" : "OneStatementAConnection";
});

Task<Done> buy_until_sold_out(Database* shop, int buyer, int* sold) {
  for (int key = buyer * 1000;; ++key) {
    const auto taken = co_await (*shop)(TakeIfAvailable{TestShop::order(key)});
    CHECK(taken.ok(), "{}", taken.error().message());
    if (!*taken) co_return Done{};
    ++*sold;
  }
}

Task<Done> read_then_write(Database* shop, int buyer, int* sold) {
  for (int key = buyer * 1000;; ++key) {
    const auto stock = co_await (*shop)(ReadStock{kItem});
    CHECK(stock.ok() && stock->has_value());
    if ((*stock)->quantity < 1) co_return Done{};
    const auto written = co_await (*shop)(WriteStock{kItem, (*stock)->quantity - 1});
    CHECK(written.ok());
    const auto ordered = co_await (*shop)(InsertOrder{TestShop::order(key)});
    CHECK(ordered.ok());
    ++*sold;
  }
}

TEST_P(PostgresDatabaseOnServers, SixtyFourBuyersAtOnceGetExactlyAHundredUnits) {
  shop_.stock(100);
  const auto database = shop_.connect(options(8));
  int sold = 0;
  std::vector<Task<Done>> buyers;
  for (int i = 0; i < 64; ++i) buyers.push_back(buy_until_sold_out(database.get(), i, &sold));
  shop_.run(std::move(buyers));
  const auto truth = shop_.truth();
  EXPECT_EQ(sold, 100);
  EXPECT_EQ(truth.orders.size(), 100U);
  EXPECT_EQ(truth.items[0].left, 0);
  EXPECT_GE(database->pool_wait().count(), 164U);
  EXPECT_GT(database->pool_wait().max(), 0ns) << "64 buyers shared 8 connections";
}

TEST_P(PostgresDatabaseOnServers, BuyersWhoReadThenWriteOversell) {
  shop_.stock(100);
  const auto database = shop_.connect(options(8));
  int sold = 0;
  std::vector<Task<Done>> buyers;
  for (int i = 0; i < 64; ++i) buyers.push_back(read_then_write(database.get(), i, &sold));
  shop_.run(std::move(buyers));
  EXPECT_GT(sold, 100);
  EXPECT_EQ(shop_.truth().orders.size(), static_cast<std::size_t>(sold));
}

TEST_P(PostgresDatabaseOnServers, AWriteWithoutAnswerIsUnknownAndItsConnectionIsReplaced) {
  shop_.stock(10);
  PostgresOptions impatient = options(1);
  impatient.timeout = 100ms;
  const auto database = shop_.connect(impatient);
  OtherSession other(shop_.url());
  hold_the_row(other);
  expect_error(shop_.ask(*database, TakeIfAvailable{TestShop::order(1)}), Cause::timed_out, false);
  other.end();
  shop_.let_pass(100ms);
  const auto next = shop_.ask(*database, ReadStock{kItem});
  ASSERT_TRUE(next.ok()) << next.error().message();
  // Nobody waits for it any more, and yet it is sold.
  ASSERT_TRUE(shop_.ledger().quiesce(5s).ok());
  EXPECT_EQ(shop_.truth().orders.size(), 1U);
}

TEST_P(PostgresDatabaseOnServers, AReadWithoutAnswerIsADefiniteError) {
  shop_.stock(10);
  PostgresOptions impatient = options(1);
  impatient.timeout = 100ms;
  const auto database = shop_.connect(impatient);
  OtherSession other(shop_.url());
  other.hold("LOCK TABLE doorbuster.products IN ACCESS EXCLUSIVE MODE");
  expect_error(shop_.ask(*database, ReadStock{kItem}), Cause::timed_out, true);
}

TEST_P(PostgresDatabaseOnServers, OneWhoseTurnNeverComesIsSurelyNotSold) {
  shop_.stock(10);
  PostgresOptions impatient = options(1);
  impatient.depth = 1;
  impatient.timeout = 100ms;
  const auto database = shop_.connect(impatient);
  OtherSession other(shop_.url());
  hold_the_row(other);
  AtOnce<TakeIfAvailable> buyers(2);
  buyers.add(*database, TakeIfAvailable{TestShop::order(1)});
  buyers.add(*database, TakeIfAvailable{TestShop::order(2)});
  buyers.run(shop_);
  expect_error(buyers.reply(0), Cause::timed_out, false);
  expect_error(buyers.reply(1), Cause::timed_out, true);
  EXPECT_THAT(buyers.reply(1).error().message(), HasSubstr("no PostgreSQL connection was free"));
  EXPECT_GE(database->pool_wait().max(), 99ms);
}

TEST_P(PostgresDatabaseOnServers, ASessionEndedByItsAdministratorIsUnknownForAWriteAndComesBack) {
  shop_.stock(10);
  const auto database = shop_.connect(options(1));
  OtherSession other(shop_.url());
  OtherSession admin(shop_.url());
  hold_the_row(other);
  std::thread administrator([&] {
    comes_true([&] { return admin.load_waits_for_a_lock(); });
    admin.now(fmt::format("SELECT pg_terminate_backend({})", admin.load_pids().at(0)));
  });
  const auto reply = shop_.ask(*database, TakeIfAvailable{TestShop::order(1)});
  administrator.join();
  expect_error(reply, Cause::connection_lost, false);
  EXPECT_EQ(reply.error().code(), "57P01");
  other.end();
  const auto next = shop_.ask(*database, TakeIfAvailable{TestShop::order(2)});
  EXPECT_TRUE(next.ok()) << next.error().message();
  EXPECT_EQ(shop_.truth().orders.size(), 1U);
}

TEST_P(PostgresDatabaseOnServers, AnErrorAtTheCommitIsNoSaleThoughTheRowCameBefore) {
  shop_.stock(10);
  OtherSession other(shop_.url());
  other.now(
      "CREATE FUNCTION doorbuster.refuse() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = 'P0042'; END$$");
  other.now(
      "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON doorbuster.orders"
      " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doorbuster.refuse()");
  const auto database = shop_.connect(options(1));
  const auto reply = shop_.ask(*database, TakeIfAvailable{TestShop::order(1)});
  other.now("DROP TRIGGER refuse ON doorbuster.orders");
  other.now("DROP FUNCTION doorbuster.refuse()");
  expect_error(reply, Cause::refused_by_server, true);
  EXPECT_EQ(reply.error().code(), "P0042");
  EXPECT_EQ(shop_.truth().items[0].left, 10);
  EXPECT_TRUE(shop_.ask(*database, TakeIfAvailable{TestShop::order(1)}).ok());
}

TEST_P(PostgresDatabaseOnServers, ABuyerWhoLeavesInMidStatementDisturbsNobody) {
  shop_.stock(10);
  const auto database = shop_.connect(options(1));
  {
    AtOnce<TakeIfAvailable> leavers(3);
    std::vector<std::optional<Result<std::optional<Stock>>>> replies(3);
    TaskScope scope;
    for (int i = 0; i < 3; ++i) {
      auto into = &replies[static_cast<std::size_t>(i)];
      scope.spawn(ask_into(database.get(), TakeIfAvailable{TestShop::order(i)}, into));
    }
  }
  const auto reply = shop_.ask(*database, TakeIfAvailable{TestShop::order(9)});
  ASSERT_TRUE(reply.ok()) << reply.error().message();
}

TEST_P(PostgresDatabaseOnServers, AnAddedRoundTripIsWaitedWithTheConnectionHeld) {
  shop_.stock(10);
  PostgresOptions far = options(1);
  far.depth = 1;
  far.rtt = 20ms;
  const auto database = shop_.connect(far);
  const Instant before = shop_.clock().now();
  AtOnce<ReadStock> readers(3);
  for (int i = 0; i < 3; ++i) readers.add(*database, ReadStock{kItem});
  readers.run(shop_);
  EXPECT_EQ(readers.count([](const auto& reply) { return reply.ok(); }), 3);
  EXPECT_GE(shop_.clock().now() - before, 60ms);
  EXPECT_GE(database->pool_wait().max(), 39ms);
}

TEST_P(PostgresDatabaseOnServers, AServerThatDiesLeavesWritesUnknownAndThenIsNotThere) {
  const auto sandbox = start_postgres();
  TestShop shop(*sandbox);
  shop.stock(10);
  PostgresOptions pool = options(2);
  pool.url = shop.url();
  const auto database = shop.connect(pool);
  auto other = std::make_unique<OtherSession>(shop.url());
  OtherSession watcher(shop.url());
  hold_the_row(*other);
  std::thread killer([&] {
    comes_true([&] { return watcher.load_waits_for_a_lock(); });
    sandbox->kill_postgres();
  });
  const auto reply = shop.ask(*database, TakeIfAvailable{TestShop::order(1)});
  killer.join();
  expect_error(reply, Cause::connection_lost, false);
  // The other connection may not have heard yet; a read is definite whatever happens.
  shop.let_pass(300ms);
  const auto later = shop.ask(*database, TakeIfAvailable{TestShop::order(2)});
  expect_error(later, Cause::not_connected, true);
  EXPECT_THAT(later.error().message(), HasSubstr("no server listens"));
  EXPECT_FALSE(shop.ledger().truth(Stocking{}).ok());
}

TEST_P(PostgresDatabaseOnServers, AStoppedSessionCommitsLateAndQuiescingWaitsForIt) {
  shop_.stock(10);
  PostgresOptions impatient = options(1);
  impatient.timeout = 100ms;
  auto database = shop_.connect(impatient);
  OtherSession other(shop_.url());
  const int backend = other.load_pids().at(0);
  ::kill(backend, SIGSTOP);
  expect_error(shop_.ask(*database, TakeIfAvailable{TestShop::order(1)}), Cause::timed_out, false);
  database.reset();
  EXPECT_EQ(shop_.truth().orders.size(), 0U) << "read too early, the order seems lost";
  EXPECT_FALSE(shop_.ledger().quiesce(50ms).ok()) << "it is told to end, and cannot hear";
  ::kill(backend, SIGCONT);
  EXPECT_TRUE(shop_.ledger().quiesce(5s).ok());
  EXPECT_TRUE(other.load_pids().empty());
}

}  // namespace
}  // namespace doorbuster
