// Each scenario of scenarios/hazards/, whole, over the simulated stores: what it expects is seen.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/source_tree.h"
#include "run/expectations.h"
#include "run/run_testing.h"
#include "scenario/overrides.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> hazards() {
  std::vector<std::string> names;
  const auto folder = fs::path(DOORBUSTER_SOURCE_DIR) / "scenarios" / "hazards";
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

void expect_what_it_expects(const std::string& name, const std::vector<Override>& changes = {}) {
  const auto file = fs::path(DOORBUSTER_SOURCE_DIR) / "scenarios" / "hazards" / (name + ".toml");
  const Scenario scenario = possible(load_scenario(file.string(), vocabulary(), changes));
  EXPECT_FALSE(scenario.expectations.empty()) << "a hazard says what must be seen";
  const ResultsRoot root;
  RunSettings settings;
  settings.simulated = true;
  settings.out = root.path();
  const auto end = run_scenario(scenario, settings, {});
  ASSERT_TRUE(end) << end.error().message();
  EXPECT_EQ(exit_code(end->result, 0), 0);
  for (const TrialResult& trial : end->result.trials) {
    EXPECT_EQ(trial.audit.as_expected, true) << trial.strategy;
  }
}

class Hazards : public testing::TestWithParam<std::string> {};

TEST_P(Hazards, ShowWhatTheyExpect) { expect_what_it_expects(GetParam()); }

// The sweeper is almost always waiting for its statement, also when the run ends.
TEST(HazardsOfHolds, AreSeenThoughTheRunEndsInTheMidstOfASweep) {
  expect_what_it_expects("sold-out-flag", {*set_override("strategy.flag.sweep_every=1ms"),
                                           *set_override("simulation.network=10ms")});
}

INSTANTIATE_TEST_SUITE_P(EachScenario, Hazards, testing::ValuesIn(hazards()), [](const auto& name) {
  std::string words = name.param;
  std::ranges::replace(words, '-', '_');
  return words;
});

}  // namespace
}  // namespace doorbuster
