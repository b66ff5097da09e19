#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

TestShop::Setup variant(const char* name, Options more = {}) {
  more["variant"] = std::string(name);
  return {.changes = more};
}

// Buyer 1 holds the row, and has yet to commit, when buyer 2 asks for it.
void ask_while_it_is_held(TestShop* shop) {
  shop->script.then(1, "begin").then(1, "lock_stock").then(2, "begin");
  shop->script.then(2, "lock_stock", StepKind::execute);
  shop->buy(1);
  shop->buy(2);
}

TEST(DatabasePessimistic, OfTwoWhoWantTheLastUnitTheSecondWaitsAndReadsThatItIsGone) {
  TestShop shop("database-pessimistic", 1);
  ask_while_it_is_held(&shop);
  shop.script.then(1, "take_in").then(1, "insert_order_in").then(1, "commit");
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.client(2).database.of<TakeIn>().asked, 0);
  EXPECT_EQ(shop.stock(), 0);
  EXPECT_EQ(shop.orders(), 1);
}

TEST(DatabasePessimistic, ReadThenWriteSellsTheLastUnitTwiceInTheSameOrder) {
  TestShop shop("read-then-write", 1);
  shop.script.then(1, "read_stock").then(2, "read_stock").then(1, "write_stock");
  shop.script.then(1, "insert_order");
  shop.buy(1);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.orders(), 2);
}

TEST(DatabasePessimistic, WhoFindsItsHolderGoneWithoutACommitGetsTheUnit) {
  TestShop shop("database-pessimistic", 1);
  ask_while_it_is_held(&shop);
  shop.client(1).failing_database.refuse_only("insert_order_in");
  shop.run();
  EXPECT_EQ(shop.answer(1), "failed") << "certainly: nothing was committed";
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ((*shop.client(2).answer)->after, (Stock{0, 1}));
  EXPECT_EQ(shop.orders(), 1);
}

TEST(DatabasePessimistic, NowaitTriesAgainAndBuysOnceTheRowIsFree) {
  TestShop shop("database-pessimistic", 10, variant("nowait"));
  ask_while_it_is_held(&shop);
  shop.script.then(2, "lock_stock").then(2, "rollback").then(1, "take_in");
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.client(2).database.of<Begin>().asked, 2);
  EXPECT_GT(shop.now(), kRunStart) << "it waited before it tried again";
  EXPECT_EQ(shop.stock(), 8);
}

Task<Done> lock_and_forget(Database& database) {
  const auto begun = co_await database(Begin{});
  if (!begun) co_return begun.error();
  const LockStock lock{*begun, TestShop::kItem};
  (void)co_await database(lock);
  co_return Done{};
}

// Buyer 1 locked the row and is gone; its session has not been ended.
void die_holding_the_row(TestShop* shop) {
  shop->client(1).doing.spawn(lock_and_forget(shop->client(1).database));
  shop->run();
}

TEST(DatabasePessimistic, ABusyRowIsRefusedAndNeverSoldOut) {
  struct Case {
    const char* variant;
    std::int64_t begins;
    Duration at_least;
    Duration at_most;
  };
  for (const Case& one : {Case{"nowait", 3, Duration{}, 6ms}, Case{"timeout", 1, 20ms, 20ms}}) {
    TestShop shop(
        "database-pessimistic", 10,
        variant(one.variant, {{"attempts", std::int64_t{3}}, {"lock_timeout", Duration(20ms)}}));
    die_holding_the_row(&shop);
    shop.buy(2);
    shop.run();
    EXPECT_EQ(shop.answer(2), "refused") << one.variant;
    EXPECT_EQ(shop.stock(), 10) << one.variant << ": stock remains";
    EXPECT_EQ(shop.client(2).database.of<Begin>().asked, one.begins) << one.variant;
    EXPECT_EQ(shop.client(2).database.of<Rollback>().answered, one.begins) << one.variant;
    EXPECT_GE(since_start(shop.now()), one.at_least) << one.variant;
    EXPECT_LE(since_start(shop.now()), one.at_most) << one.variant;
  }
}

TEST(DatabasePessimistic, ABusyRowTakenForSoldOutUndersells) {
  TestShop shop("database-pessimistic", 10,
                variant("timeout", {{"busy", std::string("sold-out")}}));
  die_holding_the_row(&shop);
  shop.buy(2);
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.stock(), 10);
}

TEST(DatabasePessimistic, TheTimeoutEndsNoWaitThatIsShorter) {
  TestShop shop("database-pessimistic", 10, variant("timeout"));
  ask_while_it_is_held(&shop);
  shop.script.then(1, "take_in");
  shop.run();
  EXPECT_EQ(shop.answer(2), "sold");
  EXPECT_EQ(shop.client(2).database.of<Begin>().asked, 1);
}

TEST(DatabasePessimistic, WithoutAReplyToTheCommitNobodyCanTell) {
  for (const bool lost_on_the_way : {true, false}) {
    TestShop shop("database-pessimistic", 10);
    shop.script.then(1, "begin").then(1, "lock_stock").then(1, "take_in");
    shop.script.then(1, "insert_order_in", StepKind::execute);
    shop.buy(1);
    shop.run_script();
    auto& database = shop.client(1).failing_database;
    if (lost_on_the_way) {
      database.lose_requests(1);
    } else {
      database.lose_replies_of_writes(1);
    }
    shop.run();
    EXPECT_EQ(shop.answer(1), "unknown");
    EXPECT_EQ(shop.orders(), lost_on_the_way ? 0 : 1);
  }
}

TEST(DatabasePessimistic, AnErrorBeforeTheCommitIsCertainlyNoSaleAndFreesTheRow) {
  for (const char* name : {"begin", "lock_stock", "take_in", "insert_order_in"}) {
    TestShop shop("database-pessimistic", 10);
    shop.client(1).failing_database.refuse_only(name);
    shop.buy(1);
    shop.run();
    EXPECT_EQ(shop.answer(1), "failed") << name;
    shop.buy(2);
    shop.run();
    EXPECT_EQ(shop.answer(2), "sold") << name;
    EXPECT_EQ(shop.orders(), 1) << name;
  }
}

TEST(DatabasePessimistic, CostsWhatTheCatalogueSays) {
  for (const char* name : {"wait", "nowait", "timeout"}) {
    TestShop shop("database-pessimistic", 1, variant(name));
    EXPECT_EQ(shop.cost_of_view(), "0R 1D") << name;
    EXPECT_EQ(shop.cost_of_buy(), "0R 5D") << name;
    EXPECT_EQ(shop.answer(1), "sold") << name;
    EXPECT_EQ(shop.cost_of_buy(), "0R 3D") << name;
    EXPECT_EQ(shop.answer(1), "sold_out") << name;
  }
}

}  // namespace
}  // namespace doorbuster
