#include <gtest/gtest.h>

#include <map>

#include "base/task_scope.h"
#include "sim/simulated_stores.h"

namespace doorbuster {
namespace {

constexpr ItemId kItem{1};

Order order_of(int client, Quantity quantity = 1) {
  return Order{OrderKey{client}, BuyerId{client}, kItem, quantity};
}

// The textbook mistake: the new stock is computed in the client.
Task<Done> read_then_write(Database* database, Order order) {
  const auto stock = co_await (*database)(ReadStock{order.item});
  const Quantity left = (*stock)->quantity;
  if (left < order.quantity) co_return Done{};
  (void)co_await (*database)(WriteStock{order.item, left - order.quantity});
  (void)co_await (*database)(InsertOrder{order});
  co_return Done{};
}

Task<Done> take(Database* database, Order order, std::map<int, std::string>* ends) {
  const auto taken = co_await (*database)(TakeIfAvailable{order});
  std::string& end = (*ends)[static_cast<int>(number(order.buyer))];
  if (!taken) {
    end = taken.error().code();
  } else if (*taken) {
    end = "left " + std::to_string((*taken)->quantity);
  } else {
    end = "sold out";
  }
  co_return Done{};
}

class Interleaving : public testing::Test {
 protected:
  // Two buyers in the shop: what happens is up to the chooser.
  struct World {
    explicit World(Chooser& chooser, Quantity stock, ServiceModel model = {})
        : scheduler(chooser), stores(scheduler, model) {
      Stocking stocking;
      stocking.items = {{kItem, stock}};
      stores.postgres.stock(stocking);
      scheduler.record(&trace);
    }
    Database* database(int client) { return &stores.client(client).database(); }
    void buyers_take(int buyers, Quantity quantity = 1) {
      for (int i = 1; i <= buyers; ++i) {
        scope.spawn(take(database(i), order_of(i, quantity), &ends));
      }
      scheduler.run();
      ASSERT_EQ(scope.alive(), 0U) << "somebody waits for ever";
    }
    std::vector<std::string> story() const {
      std::vector<std::string> lines;
      for (const Step& step : trace) lines.push_back(to_string(step));
      return lines;
    }

    std::map<int, std::string> ends;
    std::vector<Step> trace;
    Scheduler scheduler;
    SimulatedStores stores;
    TaskScope scope;
  };
};

TEST_F(Interleaving, WritingAComputedStockLosesTheOthersUpdate) {
  Scripted script;
  script.then(1, "read_stock").then(2, "read_stock");
  script.then(1, "write_stock").then(1, "insert_order");
  script.then(2, "write_stock").then(2, "insert_order");
  World world(script, 10);
  world.scope.spawn(read_then_write(world.database(1), order_of(1)));
  world.scope.spawn(read_then_write(world.database(2), order_of(2)));
  world.scheduler.run();
  EXPECT_TRUE(script.finished());
  EXPECT_EQ(world.stores.postgres.row(kItem), (Stock{9, 2})) << "two sold, one taken";
  EXPECT_EQ(world.stores.postgres.truth().orders.size(), 2U);
}

TEST_F(Interleaving, AGuardThatHeldBeforeALockWaitIsTriedAgainOnTheNewestRow) {
  Scripted script;
  script.then(1, "take_if_available", StepKind::execute);
  script.then(2, "take_if_available", StepKind::execute);  // one unit is left: waits for the row
  script.then(1, "take_if_available").then(2, "take_if_available");
  World world(script, 1);
  world.buyers_take(2);
  EXPECT_EQ(world.ends[1], "left 0");
  EXPECT_EQ(world.ends[2], "sold out");
  const std::vector<std::string> story = {
      "1 take_if_available execute", "2 take_if_available execute", "1 take_if_available commit",
      "1 take_if_available deliver", "2 take_if_available recheck", "2 take_if_available deliver"};
  EXPECT_EQ(world.story(), story);
}

TEST_F(Interleaving, AGuardThatFailsOnTheSnapshotIsAnsweredWithoutWaiting) {
  Scripted script;
  script.then(1, "take_if_available", StepKind::execute).then(2, "take_if_available");
  World world(script, 2);
  world.scope.spawn(take(world.database(1), order_of(1, 1), &world.ends));
  world.scope.spawn(take(world.database(2), order_of(2, 3), &world.ends));
  world.scheduler.run();
  EXPECT_EQ(world.story()[2], "2 take_if_available deliver") << "while buyer 1 holds the row";
  EXPECT_EQ(world.ends[2], "sold out");
}

TEST_F(Interleaving, AReaderNeverWaitsAndSeesTheCommittedRow) {
  Scripted script;
  script.then(1, "take_if_available", StepKind::execute).then(2, "read_stock");
  World world(script, 5);
  std::optional<Quantity> seen;
  world.scope.spawn(take(world.database(1), order_of(1), &world.ends));
  const auto read = [](Database* database, std::optional<Quantity>* into) -> Task<Done> {
    const auto stock = co_await (*database)(ReadStock{kItem});
    *into = (*stock)->quantity;
    co_return Done{};
  };
  world.scope.spawn(read(world.database(2), &seen));
  world.scheduler.run();
  EXPECT_EQ(seen, 5);
}

TEST_F(Interleaving, TheSameKeyOnTwoItemsWaitsForTheFirstAndIsRefused) {
  Scripted script;
  script.then(1, "insert_order", StepKind::execute);
  script.then(2, "take_if_available", StepKind::execute);  // has its row, waits for the key
  World world(script, 5);
  const auto insert = [](Database* database, Order order) -> Task<Done> {
    (void)co_await (*database)(InsertOrder{order});
    co_return Done{};
  };
  Order same = order_of(2);
  same.key = OrderKey{1};
  world.scope.spawn(insert(world.database(1), order_of(1)));
  world.scope.spawn(take(world.database(2), same, &world.ends));
  world.scope.spawn(take(world.database(3), order_of(3), &world.ends));  // waits for 2's row
  world.scheduler.run();
  EXPECT_EQ(world.ends[2], "23505");
  EXPECT_EQ(world.ends[3], "left 4") << "the refused one rolled back and freed the row";
}

TEST_F(Interleaving, OneOfTwoBuyersGetsTheLastUnitInEveryOrder) {
  EveryOrder orders;
  int first_won = 0;
  while (orders.next()) {
    World world(orders, 1);
    world.buyers_take(2);
    ASSERT_EQ(world.stores.postgres.truth().orders.size(), 1U);
    ASSERT_EQ(world.stores.postgres.row(kItem), (Stock{0, 1}));
    ASSERT_NE(world.ends[1], world.ends[2]);
    first_won += world.ends[1] == "left 0" ? 1 : 0;
  }
  EXPECT_GT(orders.runs(), 10U);
  EXPECT_GT(first_won, 0);
  EXPECT_LT(first_won, static_cast<int>(orders.runs()));
}

TEST_F(Interleaving, ThreeBuyersOfTwoUnitsNeverOversellNorWaitForEver) {
  EveryOrder orders;
  while (orders.next()) {
    World world(orders, 2);
    world.buyers_take(3);
    ASSERT_EQ(world.stores.postgres.truth().orders.size(), 2U);
  }
  EXPECT_GT(orders.runs(), 500U);
}

TEST_F(Interleaving, SomeOrderOfReadThenWriteOversellsTheLastUnit) {
  EveryOrder orders;
  int oversold = 0;
  int right = 0;
  ServiceModel fused;
  fused.fused = true;
  while (orders.next()) {
    World world(orders, 1, fused);
    for (int i = 1; i <= 2; ++i) {
      world.scope.spawn(read_then_write(world.database(i), order_of(i)));
    }
    world.scheduler.run();
    (world.stores.postgres.truth().orders.size() == 2 ? oversold : right) += 1;
  }
  EXPECT_EQ(oversold + right, static_cast<int>(orders.runs()));
  EXPECT_GT(oversold, 0);
  EXPECT_GT(right, 0);
}

TEST_F(Interleaving, ARecordedRunIsRepeatedByItsChoices) {
  RandomOrder random(3);
  Recording recording(random);
  World first(recording, 2);
  first.buyers_take(4);
  Replay replay(recording.choices());
  World second(replay, 2);
  second.buyers_take(4);
  EXPECT_EQ(first.story(), second.story());
  EXPECT_EQ(first.scheduler.trace_hash(), second.scheduler.trace_hash());

  RandomOrder other(4);
  World third(other, 2);
  third.buyers_take(4);
  EXPECT_NE(first.scheduler.trace_hash(), third.scheduler.trace_hash());
}

TEST_F(Interleaving, AScriptThatIsImpossibleSaysWhatWasParked) {
  Scripted script;
  script.then(2, "write_stock");
  World world(script, 2);
  EXPECT_DEATH(world.buyers_take(1),
               "wants 2's write_stock to go on, but parked are: 1 take_if_available execute");
}

}  // namespace
}  // namespace doorbuster
