// What only a real PostgreSQL with somebody else in it can show of the catalogue's statements.
#include <gtest/gtest.h>

#include <thread>

#include "postgres/test_shop.h"

namespace doorbuster {
namespace {

class CatalogueOnServers : public testing::Test {
 protected:
  CatalogueOnServers() : other_(shared_postgres().postgres_url()) {}

  void lay_out(StockLayout layout, Quantity quantity) {
    Stocking stocking = TestShop::of({{TestShop::kItem, quantity}, {ItemId{2}, quantity}});
    stocking.layout = layout;
    shop_.stock(stocking);
    database_ = shop_.connect(shop_.options(1));
  }
  template <class Op>
  typename Op::Reply ask(Op op) {
    auto reply = shop_.ask(*database_, op);
    CHECK(reply.ok(), "{}", reply.error().message());
    return *std::move(reply);
  }
  static TakeUnits units(int key, bool skip_locked) { return {TestShop::order(key), skip_locked}; }

  TestShop shop_;
  OtherSession other_;
  std::unique_ptr<PostgresDatabase> database_;
};

TEST_F(CatalogueOnServers, AnAdvisoryLockThatSomebodyHoldsIsOfOneItemAlone) {
  lay_out(StockLayout::row, 10);
  other_.hold("SELECT pg_advisory_xact_lock(1769235821, 1)");
  EXPECT_FALSE(ask(TakeUnderLock{TestShop::order(1), false}).has_value()) << "busy, not sold out";
  EXPECT_TRUE(ask(TakeUnderLock{{OrderKey{2}, BuyerId{2}, ItemId{2}, 1}, false}).has_value());
  other_.end();
  EXPECT_EQ(ask(TakeUnderLock{TestShop::order(1), false}), (Stock{9, 1}));
}

TEST_F(CatalogueOnServers, TheLastUnitUnderAnothersLockIsPassedOverOrWaitedFor) {
  lay_out(StockLayout::units, 1);
  other_.hold("UPDATE doorbuster.units SET sold = true WHERE product_id = 1");
  EXPECT_EQ(ask(units(1, true)).rows, 0) << "a false sold-out";
  std::thread releaser([this] {
    ::poll(nullptr, 0, 100);
    other_.end();  // takes it back
  });
  const RowCount waited = ask(units(1, false));
  releaser.join();
  EXPECT_EQ(waited.rows, 1);
  EXPECT_EQ(shop_.truth().items[0].left, 0);
}

TEST_F(CatalogueOnServers, NewsWaitsOnTheDatabasesClockFromItsSaleOn) {
  lay_out(StockLayout::row, 10);
  const Duration begin = steady_now();
  ask(TakeWithOutbox{TestShop::order(1)});
  shop_.let_pass(30ms);
  ask(TakeWithOutbox{TestShop::order(2)});
  const auto news = ask(ReadOutbox{});
  const Duration in_all = steady_now() - begin;
  ASSERT_TRUE(news.has_value());
  EXPECT_EQ(news->stock, (Stock{8, 2})) << "the newest";
  EXPECT_GE(news->waited, 25ms) << "since the oldest";
  EXPECT_LE(news->waited, in_all + 1s);
}

// The sweeper came first and has not committed yet.
TEST_F(CatalogueOnServers, AConfirmationWaitsForTheSweepOfItsHoldAndThenFindsItExpired) {
  lay_out(StockLayout::row, 10);
  ask(TakeHold{TestShop::order(1), 60s});
  for (const bool commits : {false, true}) {
    other_.hold("UPDATE doorbuster.reservations SET status = 'expired' WHERE idem_key = 1");
    OtherSession watch(shop_.url());
    std::thread releaser([&] {
      EXPECT_TRUE(comes_true([&] { return watch.load_waits_for_a_lock(); }));
      commits ? other_.commit() : other_.end();
    });
    const auto confirmed = ask(ConfirmHold{OrderKey{1}});
    releaser.join();
    EXPECT_EQ(confirmed.rows, commits ? 0 : 1);
    if (commits) break;
    other_.now("UPDATE doorbuster.reservations SET status = 'held' WHERE idem_key = 1");
    other_.now("DELETE FROM doorbuster.orders");
  }
  EXPECT_EQ(shop_.truth().orders.size(), 0U);
}

// The payment came first and has not committed yet.
TEST_F(CatalogueOnServers, ASweepPassesOverAHoldThatIsBeingPaid) {
  lay_out(StockLayout::row, 10);
  ask(TakeHold{TestShop::order(1), 0s});
  ask(TakeHold{TestShop::order(2), 0s});
  other_.hold("UPDATE doorbuster.reservations SET status = 'paid' WHERE idem_key = 1");
  EXPECT_EQ(ask(SweepHolds{}).holds, 1) << "the other one";
  other_.commit();
  EXPECT_EQ(ask(SweepHolds{}).holds, 0);
  EXPECT_EQ(shop_.truth().items[0].left, 9);
}

TEST_F(CatalogueOnServers, AHoldIsOverOnTheDatabasesClock) {
  lay_out(StockLayout::row, 10);
  ask(TakeHold{TestShop::order(1), 500ms});
  EXPECT_EQ(ask(SweepHolds{}).holds, 0);
  shop_.let_pass(600ms);
  EXPECT_EQ(ask(ConfirmHold{OrderKey{1}}).rows, 0);
  const auto swept = ask(SweepHolds{});
  EXPECT_EQ(swept.holds, 1);
  EXPECT_GE(swept.longest, 500ms);
  EXPECT_LE(swept.longest, 20s);
}

}  // namespace
}  // namespace doorbuster
