// A whole sale without a server: arrivals, sessions, a strategy, the simulated stores, the audit.
#include <gtest/gtest.h>

#include "audit/audit.h"
#include "load/load_testing.h"
#include "sim/simulated_stores.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

constexpr ItemId kItem{1};
constexpr Quantity kUnits = 100;

ServiceModel servers() {
  ServiceModel model;
  model.redis_service = 10us;
  model.postgres_service = 50us;
  model.postgres_commit = 200us;
  model.cores = 2;
  model.network = 50us;
  model.sigma = 0.3;
  return model;
}

Task<Done> settle(Strategy* strategy, std::optional<Quantity>* cached) {
  (void)co_await strategy->drain();
  const auto shown = co_await strategy->cached(kItem);
  if (shown) *cached = *shown;
  co_return Done{};
}

// Some 2,000 buyers want one of 100 units, within two seconds.
AuditReport rush(std::string_view name, Tally* tally) {
  const StrategyEntry& entry = *find_strategy(name);
  Scheduler scheduler;
  SimulatedStores stores(scheduler, servers(), 7);
  Stocking stocking;
  stocking.items = {{kItem, kUnits}};
  stocking.check_constraint = entry.check_constraint;
  stores.postgres.stock(stocking);
  SimulatedClient& client = stores.client(1);
  Random random(1);
  StrategyFigures figures;
  const auto strategy = entry.make(
      {client.cache(), client.database(), client.clock(), random, figures}, default_options(entry));

  Load load;
  load.stages = {{.profile = Profile::flash,
                  .duration = 2s,
                  .rate = 4000,
                  .at = 200ms,
                  .quiet_rate = 50,
                  .decay = 500ms}};
  Buyers buyers = plain_buyers();
  buyers.views = fixed(1);
  buyers.think = fixed(0.01);
  const ProductChoice products(shop_with(1), {Choice::Kind::one, 0});
  Recorder recorder;
  History history;
  Crowd crowd({*strategy, client.clock(), buyers, products, 1, recorder, history}, load, {},
              100'000);
  TaskScope scope;
  scope.spawn(crowd.let_in(scheduler.now()));
  scheduler.run();
  EXPECT_EQ(crowd.inside(), 0U);
  EXPECT_NEAR(static_cast<double>(crowd.attendance().started), 2000, 250);

  GroundTruth truth = stores.postgres.truth();
  scope.spawn(settle(strategy.get(), &truth.items[0].cached));
  scheduler.run();
  *tally = recorder.tally;
  EXPECT_TRUE(tally->balances());
  return audit(history, truth);
}

class SafeRush : public testing::TestWithParam<const char*> {};

TEST_P(SafeRush, SellsEveryUnitOnceAndKeepsEveryPromise) {
  Tally tally;
  const AuditReport report = rush(GetParam(), &tally);
  for (const Finding& finding : report.findings) {
    EXPECT_EQ(finding.verdict, Verdict::holds) << finding.name << ": " << finding.witness;
  }
  EXPECT_EQ(report.figures.database_sold_units, kUnits);
  EXPECT_EQ(tally.units_sold, kUnits);
  EXPECT_EQ(tally[Outcome::sold] + tally[Outcome::sold_out], tally.arrived);
}
INSTANTIATE_TEST_SUITE_P(All, SafeRush,
                         testing::Values("database-atomic", "cache-aside", "write-through"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

class UnsafeRush : public testing::TestWithParam<const char*> {};

TEST_P(UnsafeRush, PromisesMoreThanThereIs) {
  Tally tally;
  const AuditReport report = rush(GetParam(), &tally);
  EXPECT_EQ(report.verdict, Verdict::broken);
  EXPECT_GT(*report.figures.oversold_promised_units, 0);
  EXPECT_GT(*report.figures.oversold_units, 0);
  EXPECT_GT(tally.units_sold, kUnits);
}
INSTANTIATE_TEST_SUITE_P(All, UnsafeRush,
                         testing::Values("read-then-write", "cache-aside-textbook",
                                         "write-through-textbook"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace doorbuster
