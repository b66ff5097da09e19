#include "strategy/bulkhead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/completion.h"
#include "base/task_scope.h"
#include "sim/simulated_stores.h"
#include "store/trouble.h"

namespace doorbuster {
namespace {

TEST(Bulkhead, LetsSoManyInAndTheNextWhenOneLeaves) {
  Bulkhead bulkhead(2);
  auto first = bulkhead.enter();
  {
    const auto second = bulkhead.enter();
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(bulkhead.enter());
  }
  EXPECT_TRUE(bulkhead.enter());
  const Bulkhead::Place moved = *std::move(first);
  EXPECT_TRUE(bulkhead.enter()) << "a place that was moved is one place";
}

Task<Done> stay(Bulkhead* bulkhead, Completer<Done>* leave) {
  const auto place = bulkhead->enter();
  Completion<Done> never;
  *leave = never.completer();
  co_return co_await never;
}

TEST(Bulkhead, GetsThePlaceBackOfOneWhoIsCut) {
  Bulkhead bulkhead(1);
  Completer<Done> never;
  {
    TaskScope inside;
    inside.spawn(stay(&bulkhead, &never));
    EXPECT_FALSE(bulkhead.enter());
  }
  EXPECT_TRUE(bulkhead.enter());
}

Task<Done> look_past_cache(Bulkhead* bulkhead, Database* database, StrategyFigures* figures,
                           std::vector<std::string>* seen) {
  const Error cache_failed(Store::redis, Cause::timed_out, true, "", "no answer");
  const auto page = co_await view_past_cache(bulkhead, database, figures, ItemId{1}, cache_failed);
  seen->push_back(page ? std::to_string(page->quantity.value_or(-1)) : page.error().message());
  co_return Done{};
}

// However long ago it was, and though his statement has long ended.
TEST(Bulkhead, IsShortOfThePlaceOfOneWhoDiedInItUntilHeIsCut) {
  Scheduler scheduler;
  SimulatedStores stores(scheduler);
  stores.postgres.stock({.items = {{ItemId{1}, 10}}});
  Random random(1);
  TroubledDatabase database(stores.client(1).database(),
                            {{.operation = "read_stock",
                              .kind = TroubleRule::Kind::die,
                              .when = TroubleRule::When::after}},
                            stores.client(1).clock(), random);
  StrategyFigures figures;
  Bulkhead bulkhead(1);
  std::vector<std::string> seen;
  {
    TaskScope buyers;
    const auto look = [&] {
      buyers.spawn(look_past_cache(&bulkhead, &database, &figures, &seen));
      scheduler.run();
    };
    look();
    EXPECT_EQ(database.deaths(), 1);
    database.turn_off(true);
    scheduler.run_until(scheduler.now() + 1h);
    look();
    EXPECT_THAT(seen, testing::ElementsAre("no answer"));
    EXPECT_EQ(figures.counts().at("database_reads_refused"), 1);
  }
  TaskScope buyers;
  buyers.spawn(look_past_cache(&bulkhead, &database, &figures, &seen));
  scheduler.run();
  EXPECT_THAT(seen, testing::ElementsAre("no answer", "10"));
}

}  // namespace
}  // namespace doorbuster
