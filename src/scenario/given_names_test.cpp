// [strategy.NAME] is = "...": names that a scenario gives; and option values that must be asked for
// with unsafe = true.
#include <gtest/gtest.h>

#include "scenario/describe.h"
#include "scenario/parse.h"

namespace doorbuster {
namespace {

Vocabulary words() {
  Vocabulary words;
  const OptionWord variant = {"variant",
                              std::string("guarded"),
                              "how it buys",
                              {"guarded", "naive"},
                              {{std::string("naive"), "oversells when the holder pauses"}}};
  words.strategies = {{"redis-lock", {variant}}, {"database-atomic", {}}};
  words.invariants = {"no_oversell"};
  return words;
}

std::string problems_in(std::string_view text) {
  std::string all;
  const auto parsed = parse_scenario(text, "sale.toml", words());
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    for (const Problem& problem : *problems) all += to_string(problem) + "\n";
  }
  return all;
}

constexpr std::string_view kTwoLocks = R"(strategies = ["redis-lock", "naive-lock"]
[strategy.naive-lock]
is = "redis-lock"
variant = "naive"
unsafe = true
[expect.naive-lock]
no_oversell = "broken"
)";

TEST(GivenNames, RunOneStrategyTwiceWithOtherOptions) {
  ASSERT_EQ(problems_in(kTwoLocks), "");
  const auto scenario = std::get<Scenario>(parse_scenario(kTwoLocks, "sale.toml", words()));
  ASSERT_EQ(scenario.strategies.size(), 2U);
  EXPECT_EQ(scenario.strategies[0].name, "redis-lock");
  EXPECT_EQ(scenario.strategies[0].strategy, "redis-lock");
  EXPECT_TRUE(scenario.strategies[0].allows.empty());
  EXPECT_EQ(scenario.strategies[1].name, "naive-lock");
  EXPECT_EQ(scenario.strategies[1].strategy, "redis-lock");
  EXPECT_EQ(std::get<std::string>(scenario.strategies[1].options.at("variant")), "naive");
  ASSERT_EQ(scenario.strategies[1].allows.size(), 1U);
  EXPECT_EQ(scenario.strategies[1].allows[0],
            "its variant lets this happen: oversells when the holder pauses");
}

TEST(GivenNames, AreWrittenBackAsTheyWereRead) {
  const auto scenario = std::get<Scenario>(parse_scenario(kTwoLocks, "sale.toml", words()));
  const std::string written = to_toml(scenario);
  const auto again = parse_scenario(written, "sale.toml", words());
  ASSERT_TRUE(std::holds_alternative<Scenario>(again)) << written << problems_in(written);
  EXPECT_EQ(to_toml(std::get<Scenario>(again)), written);
}

TEST(GivenNames, MayNotHideTheCataloguesNorStandForNothing) {
  EXPECT_EQ(problems_in("strategies = [\"x\"]\n[strategy.x]\nis = \"redis-luck\"\n"),
            "sale.toml:3: strategy.x.is = \"redis-luck\": unknown strategy redis-luck; did you "
            "mean redis-lock?\n");
  EXPECT_EQ(problems_in("strategies = [\"redis-lock\"]\n"
                        "[strategy.redis-lock]\nis = \"database-atomic\"\n"),
            "sale.toml:3: strategy.redis-lock.is = \"database-atomic\": redis-lock is a strategy "
            "of the catalogue; give this another name\n");
  EXPECT_EQ(problems_in("strategies = [\"x\"]\n[strategy.x]\nis = 5\n"),
            "sale.toml:3: strategy.x.is = 5: a strategy's name in quotes is needed\n");
}

TEST(UnsafeValues, AreRefusedUnlessTheScenarioSaysSo) {
  EXPECT_EQ(problems_in("strategies = [\"redis-lock\"]\n[strategy.redis-lock]\nvariant = "
                        "\"naive\"\n"),
            "sale.toml:3: strategy.redis-lock.variant = \"naive\": this lets happen: oversells "
            "when the holder pauses; to run it all the same, say unsafe = true\n");
  EXPECT_NE(problems_in("strategies = [\"redis-lock\"]\n[strategy.redis-lock]\nvariant = "
                        "\"naive\"\nunsafe = false\n"),
            "");
  EXPECT_EQ(problems_in("strategies = [\"redis-lock\"]\n[strategy.redis-lock]\nunsafe = 1\n"),
            "sale.toml:3: strategy.redis-lock.unsafe = 1: true or false is needed\n");
}

}  // namespace
}  // namespace doorbuster
