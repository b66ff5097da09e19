// Whole runs on simulated stores with faults that come and go.
#include "run/faults.h"

#include <gtest/gtest.h>

#include "run/run_testing.h"

namespace doorbuster {
namespace {

constexpr std::string_view kSale = R"(
strategies = ["database-atomic"]
warmup.duration = "0s"
[shop]
stock = 1000
[load]
profile = "constant"
duration = "4s"
rate = 500
[buyers]
views = 0
think = "1ms"
)";

class SimulatedFaults : public testing::Test {
 protected:
  TrialResult run(std::string_view faults, std::string_view sale = kSale) {
    auto end = try_to_run(faults, sale);
    CHECK(end.ok() && end->result.trials.size() == 1);
    return std::move(end->result.trials[0]);
  }
  Result<RunEnd> try_to_run(std::string_view faults, std::string_view sale = kSale) {
    RunSettings settings;
    settings.simulated = true;
    settings.out = root_.path();
    return run_scenario(scenario_of(fmt::format("{}{}", sale, faults)), settings, {});
  }
  static std::int64_t count(const TrialResult& trial, std::string_view cause) {
    std::int64_t sum = 0;
    for (const ErrorResult& error : trial.errors) sum += error.cause == cause ? error.count : 0;
    return sum;
  }

 private:
  ResultsRoot root_;
};

std::int64_t sold_between(const TrialResult& trial, std::int64_t from_ms, std::int64_t until_ms) {
  std::int64_t sold = 0;
  for (const SeriesRow& row : trial.series.rows) {
    if (row.at_ms >= from_ms && row.at_ms < until_ms) sold += row.sold;
  }
  return sold;
}

TEST_F(SimulatedFaults, StrikeInTheirTimeAlone) {
  const TrialResult trial = run(R"(
[[fault]]
kind = "cut"
at = "1s"
for = "500ms"
operation = "postgres"
)");
  ASSERT_EQ(trial.faults.size(), 1U);
  const FaultResult& fault = trial.faults[0];
  EXPECT_EQ(fault.kind, "cut");
  EXPECT_EQ(fault.operation, "postgres");
  EXPECT_EQ(fault.at_ms, 1000);
  EXPECT_EQ(fault.until_ms, 1500);
  EXPECT_EQ(fault.struck, count(trial, "connection lost"));
  EXPECT_NEAR(static_cast<double>(fault.struck.value_or(0)), 250, 2) << "500 a second for half one";
  EXPECT_EQ(sold_between(trial, 0, 1000), 500);
  EXPECT_EQ(sold_between(trial, 2000, 3000), 250) << "the last of the stock";
  EXPECT_NEAR(static_cast<double>(fault.effects.before.count), 500, 1);
  EXPECT_NEAR(static_cast<double>(fault.effects.errors_during), 200, 60)
      << "of the whole intervals of 200 ms in it";
  EXPECT_NEAR(fault.effects.database_load.value_or(0), 1, 0.3) << "each asks once";
  EXPECT_EQ(fault.effects.recovered_after_ms, 0);
}

TEST_F(SimulatedFaults, MayWaitUntilHalfOfTheUnitsAreSold) {
  const TrialResult trial = run(R"(
[[fault]]
kind = "delay"
time = "10ms"
at = "half_sold"
for = "300ms"
operation = "postgres"
)");
  const FaultResult& fault = trial.faults.at(0);
  ASSERT_TRUE(fault.at_ms && fault.until_ms);
  EXPECT_GE(*fault.at_ms, 1000);
  EXPECT_LE(*fault.at_ms, 1100) << "soon noticed";
  EXPECT_EQ(*fault.until_ms - *fault.at_ms, 300);
  EXPECT_GT(fault.struck.value_or(0), 100);
}

TEST_F(SimulatedFaults, ThatNeverCameHaveNoTime) {
  const TrialResult trial = run(R"(
[[trouble]]
kind = "cut"
operation = "postgres"
[[fault]]
kind = "cut"
at = "half_sold"
for = "1s"
operation = "postgres"
)");
  EXPECT_EQ(trial.counts.sold, 0);
  EXPECT_EQ(trial.faults.at(0).at_ms, std::nullopt);
  EXPECT_EQ(trial.faults.at(0).until_ms, std::nullopt);
  EXPECT_EQ(trial.faults.at(0).struck, 0) << "that was the trouble";
}

TEST_F(SimulatedFaults, EndWithTheBuyers) {
  const TrialResult trial = run(R"(
[[fault]]
kind = "delay"
time = "1ms"
at = "3s"
for = "1h"
operation = "postgres"
)");
  EXPECT_GE(trial.faults.at(0).until_ms, 3990);
  EXPECT_LE(trial.faults.at(0).until_ms, 5000);
}

// That they hear nothing for long is the scenario's doing: the store is not given up for it.
TEST_F(SimulatedFaults, MayKeepAllFromTheirAnswersForAsLongAsTheyLast) {
  for (const std::string_view kind : {"lose_request", "lose_reply", "cut"}) {
    std::string longer(kSale);
    longer.replace(longer.find("4s"), 2, "12s");
    longer.replace(longer.find("1000"), 4, "10000");
    const TrialResult trial = run(fmt::format(R"(
[[fault]]
kind = "{}"
at = "1s"
for = "9s"
operation = "postgres"
)",
                                              kind),
                                  longer);
    EXPECT_FALSE(trial.interrupted) << kind;
    EXPECT_GT(sold_between(trial, 11'000, 12'000), 0) << kind << ": all went on as before";
  }
}

TEST_F(SimulatedFaults, StrikeTheStrategiesTheyName) {
  EXPECT_TRUE(run("[[fault]]\nkind = \"cut\"\nat = \"1s\"\nfor = \"1s\"\noperation = \"any\"\n"
                  "strategies = [\"cache-aside\"]\n")
                  .faults.empty());
}

TEST_F(SimulatedFaults, OfServersAreRefusedWhereThereAreNone) {
  const auto end = try_to_run("[[fault]]\nkind = \"redis_stall\"\nat = \"1s\"\nfor = \"1s\"\n");
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().message(),
            "fault[1] (redis_stall) happens to a server, and simulated stores have none: run it "
            "without --simulated");
}

TEST(Faults, OfServersAreRefusedWhereTheyAreTheUsers) {
  Fault fault;
  fault.kind = "postgres_restart";
  ServerFault server;
  server.store = Store::postgres;
  fault.what = server;
  EXPECT_EQ(objection_to({fault}, {.redis = false, .postgres = true, .simulated = false}),
            std::nullopt);
  EXPECT_EQ(objection_to({fault}, {.redis = true, .postgres = false, .simulated = false}),
            "fault[1] (postgres_restart) happens to a server that doorbuster started, and this "
            "PostgreSQL is yours: leave --postgres out, or the fault");
  fault.what = Trouble{};
  EXPECT_EQ(objection_to({fault}, {.redis = false, .postgres = false, .simulated = true}),
            std::nullopt);
  fault.kind = "pool_freeze";
  fault.what = PoolFreeze{};
  for (const bool simulated : {false, true}) {
    const OwnServers none = {.redis = false, .postgres = false, .simulated = simulated};
    EXPECT_EQ(objection_to({fault}, none), std::nullopt);
  }
}

TEST_F(SimulatedFaults, FreezeThePoolOfSimulatedStoresToo) {
  const TrialResult trial = run(R"(
[[fault]]
kind = "pool_freeze"
at = "1s"
for = "500ms"
)");
  EXPECT_EQ(trial.faults.at(0).at_ms, 1000);
  EXPECT_EQ(trial.faults.at(0).until_ms, 1500);
  EXPECT_EQ(sold_between(trial, 0, 1000), 500);
  EXPECT_LE(sold_between(trial, 1000, 1400), 1) << "who had a connection when it came";
  EXPECT_EQ(trial.counts.sold, 1000) << "who waited bought";
  EXPECT_NEAR(static_cast<double>(trial.pool_wait.max_us), 500'000, 5'000);
}

TEST(PoolFreezes, AreTheWindowsOfTheFaultsThatAreOfThePool) {
  Fault freeze;
  freeze.kind = "pool_freeze";
  freeze.at = 1s;
  freeze.lasts = 2s;
  freeze.what = PoolFreeze{};
  Fault cut;
  cut.kind = "cut";
  cut.at = 1s;
  Faults faults({cut, freeze}, 10);
  faults.open(kRunStart);
  EXPECT_EQ(faults.rules().size(), 1U);
  const auto windows = faults.pool_freezes();
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_FALSE(windows[0]->holds(kRunStart + 999ms));
  EXPECT_TRUE(windows[0]->holds(kRunStart + 1s));
  EXPECT_FALSE(windows[0]->holds(kRunStart + 3s));
}

}  // namespace
}  // namespace doorbuster
