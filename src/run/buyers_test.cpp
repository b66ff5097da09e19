// Whole runs on simulated stores with buyers who behave like a sale.
#include <gtest/gtest.h>

#include "run/run_testing.h"

namespace doorbuster {
namespace {

class SimulatedBuyers : public testing::Test {
 protected:
  TrialResult run(const Scenario& scenario) {
    RunSettings settings;
    settings.simulated = true;
    settings.out = root_.path();
    auto end = run_scenario(scenario, settings, {});
    CHECK(end.ok() && end->result.trials.size() == 1);
    TrialResult trial = std::move(end->result.trials[0]);
    EXPECT_EQ(trial.counts.arrived, resolved(trial.counts));
    for (const KindResult& kind : trial.kinds) {
      EXPECT_EQ(kind.counts.arrived, resolved(kind.counts)) << kind.name;
    }
    return trial;
  }

  ResultsRoot root_;
};

TEST_F(SimulatedBuyers, BotsGetMoreThanTheirShareAndTheKindsAddUp) {
  const TrialResult trial = run(scenario_of(R"(strategies = ["database-atomic"]
shards = 2
warmup.duration = "0s"
[shop]
stock = 60
[load]
profile = "flash"
duration = "3s"
at = "1s"
quiet_rate = 300
rate = 300
decay = "1s"
[buyers]
views = 0
reaction = { distribution = "lognormal", median = "0.8s", sigma = 0.6 }
[[buyers.kind]]
name = "bots"
share = 0.3
reaction = { distribution = "uniform", low = "0s", high = "50ms" }
retries = 2
ignores_sold_out = true
)"));
  ASSERT_EQ(trial.kinds.size(), 2U);
  const KindResult& bots = trial.kinds[0];
  const KindResult& others = trial.kinds[1];
  EXPECT_EQ(others.name, "others");
  EXPECT_NEAR(*bots.arrived_share, 0.3, 0.1);
  EXPECT_GT(*bots.units_share, 0.8);
  EXPECT_EQ(bots.counts.sessions + others.counts.sessions, trial.counts.sessions);
  EXPECT_EQ(bots.counts.arrived + others.counts.arrived, trial.counts.arrived);
  EXPECT_EQ(bots.counts.sold + others.counts.sold, 60);
  EXPECT_EQ(bots.units + others.units, 60);
  EXPECT_EQ(bots.counts.attempts, bots.counts.sold + 3 * bots.counts.sold_out);
  EXPECT_EQ(others.counts.attempts, others.counts.arrived);
  EXPECT_EQ(bots.buy.count + others.buy.count, trial.latency.buy.count);
  EXPECT_GT(*trial.fairness.first_come_first_served, 0.95);
}

// One reply in five is lost after the sale was made.
constexpr std::string_view kLossy = R"(strategies = ["database-atomic"]
warmup.duration = "0s"
[shop]
stock = 10000
[load]
duration = "1s"
rate = 300
[buyers]
views = 0
retries = 3
retry_key = "same"
[[trouble]]
operation = "take_if_available"
kind = "lose_reply"
share = 0.2
time = "20ms"
)";

TEST_F(SimulatedBuyers, WhoTryAgainUnderTheSameKeyBuyOnce) {
  const TrialResult trial = run(scenario_of(kLossy));
  EXPECT_GT(trial.counts.attempts, trial.counts.arrived + 30);
  EXPECT_EQ(trial.audit.duplicate_orders, 0);
  EXPECT_EQ(trial.audit.lost_orders, 0);
  EXPECT_EQ(trial.audit.verdict, Verdict::holds);
  EXPECT_EQ(trial.audit.database_sold_units,
            trial.counts.sold + *trial.audit.unknown_resolved_sold);
}

TEST_F(SimulatedBuyers, WhoTryAgainUnderANewKeyBuyTwiceAndTheAuditSaysWhose) {
  std::string text(kLossy);
  text.replace(text.find("\"same\""), 6, "\"new\"");
  text += "[strategy.database-atomic]\nunsafe = true\n";
  const TrialResult trial = run(scenario_of(text));
  EXPECT_GT(*trial.audit.duplicate_orders, 30);
  EXPECT_EQ(trial.audit.lost_orders, 0);
  EXPECT_EQ(trial.audit.phantom_orders, 0) << "every row has its purchase";
  EXPECT_EQ(trial.audit.conservation_error_units, 0);
  EXPECT_EQ(trial.audit.database_sold_units,
            trial.counts.sold + *trial.audit.unknown_resolved_sold + *trial.audit.duplicate_orders);
  ASSERT_TRUE(trial.audit.unknown.has_value());
  EXPECT_EQ(trial.audit.unknown->duplicates, trial.audit.duplicate_orders);
  EXPECT_EQ(trial.audit.unknown->zombies, 0) << "what happened, happened before they gave up";
}

// A statement that the client gave up goes on at the server, and some are committed after another
// buyer's who came later than the retry.
TEST_F(SimulatedBuyers, WhoGiveUpAStatementThatIsStillUnderWayLeaveZombiesAndTheAuditNamesThem) {
  const TrialResult trial = run(scenario_of(R"(strategies = ["database-atomic"]
warmup.duration = "0s"
shop.stock = 10000
[load]
duration = "2s"
rate = 300
[buyers]
views = 0
retries = 3
retry_delay = "1ms"
retry_key = "new"
[stores.postgres]
timeout = "3ms"
[simulation]
network = "1ms"
sigma = 1.5
[strategy.database-atomic]
unsafe = true
)"));
  ASSERT_TRUE(trial.audit.unknown.has_value());
  const UnknownResult& unknown = *trial.audit.unknown;
  EXPECT_EQ(unknown.sold + unknown.not_sold, unknown.attempts);
  EXPECT_EQ(unknown.duplicates, trial.audit.duplicate_orders);
  EXPECT_GT(unknown.zombies, 0);
  EXPECT_LE(unknown.zombies, unknown.possible_zombies);
  ASSERT_FALSE(unknown.witnesses.empty());
  EXPECT_EQ(unknown.witnesses[0].fate, "zombie");
}

TEST_F(SimulatedBuyers, ACartIsAPurchaseForEachOfItsProducts) {
  const TrialResult trial = run(scenario_of(R"(strategies = ["database-atomic"]
warmup.duration = "0s"
shop.products = 5
shop.stock = 20
[load]
profile = "constant"
duration = "1s"
rate = 100
[buyers]
views = 0
think = "1ms"
cart = 3
choice = "uniform"
)"));
  EXPECT_EQ(trial.counts.sessions, 100);
  EXPECT_EQ(trial.counts.arrived, 300);
  EXPECT_EQ(trial.counts.sold, 100) << "all that there was";
  EXPECT_EQ(trial.audit.verdict, Verdict::holds);
}

// One answer on its way at the drain limit made the whole audit of the cache undecided.
TEST_F(SimulatedBuyers, WhoWaitsForAnAnswerAtTheDrainLimitHearsIt) {
  const TrialResult trial = run(scenario_of(R"(strategies = ["cache-aside"]
warmup.duration = "0s"
limits.drain = "0s"
[shop]
stock = 400
[load]
profile = "constant"
duration = "1s"
rate = 2000
[buyers]
views = 3
think = "100ms"
)"));
  EXPECT_GT(trial.counts.abandoned, 0) << "nobody was inside";
  EXPECT_EQ(trial.counts.views_failed, 0);
  EXPECT_EQ(trial.counts.unknown, 0);
  EXPECT_EQ(trial.audit.verdict, Verdict::holds);
}

TEST_F(SimulatedBuyers, WhoWaitsForAnAnswerWhenTheRunIsStoppedHearsIt) {
  const TrialResult trial = run(scenario_of(R"(strategies = ["cache-aside"]
warmup.duration = "0s"
[shop]
stock = 400
[load]
profile = "constant"
duration = "20s"
rate = 2000
[buyers]
views = 20
think = "200ms"
[network]
rtt = "2ms"
[[thresholds]]
expression = "view.p50 < 1ns"
abort = true
)"));
  EXPECT_TRUE(trial.interrupted);
  EXPECT_GT(trial.counts.abandoned, 0) << "nobody was inside";
  EXPECT_EQ(trial.counts.views_failed, 0);
  EXPECT_EQ(trial.audit.verdict, Verdict::holds);
}

}  // namespace
}  // namespace doorbuster
