// [strategy.NAME] is = "...": names that a scenario gives; and option values that must be asked for
// with unsafe = true.
#include <fmt/format.h>
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
  const OptionWord pause = {
      "pause", Duration(1ms), "of naive", {}, {}, {{"variant", std::string("guarded")}}};
  OptionWord retries = {"retries", std::int64_t{0}, "how often it asks again", {}};
  retries.common = true;
  words.strategies = {{"redis-lock", {variant, pause, retries}}, {"database-atomic", {retries}}};
  words.strategies[0].objections = [](const Options&, const Around& around) {
    std::vector<Objection> objections;
    if (around.stores.postgres_pipeline) objections.push_back({"variant", "needs its own", false});
    return objections;
  };
  words.strategies[1].objections = [](const Options& options, const Around& around) {
    std::vector<Objection> objections;
    if (options.contains("retries")) objections.push_back({"retries", "takes units twice"});
    if (around.stores.postgres_timeout < 100ms)
      objections.push_back({"retries", "is never in time", false});
    if (around.buyers.retry_with_new_key) objections.push_back({"buyers.retry_key", "buys twice"});
    return objections;
  };
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

TEST(Combinations, AreRefusedUnlessTheScenarioAsksForThem) {
  constexpr std::string_view kRetries =
      "strategies = [\"database-atomic\"]\n[strategy.database-atomic]\nretries = 3\n";
  EXPECT_EQ(problems_in(kRetries),
            "sale.toml:3: strategy.database-atomic.retries = 3: this lets happen: takes units "
            "twice; to run it all the same, say unsafe = true\n");
  const std::string asked = std::string(kRetries) + "unsafe = true\n";
  ASSERT_EQ(problems_in(asked), "");
  const auto scenario = std::get<Scenario>(parse_scenario(asked, "sale.toml", words()));
  EXPECT_EQ(scenario.strategies[0].allows,
            std::vector<std::string>{"its retries lets this happen: takes units twice"});
}

TEST(Combinations, ThatCannotWorkAreRefusedAllTheSame) {
  EXPECT_EQ(problems_in("strategies = [\"database-atomic\"]\n"
                        "[strategy.database-atomic]\nunsafe = true\n"
                        "[stores]\npostgres = { timeout = \"10ms\" }\n"),
            "sale.toml:2: strategy.database-atomic.retries: is never in time\n");
}

TEST(Combinations, WithTheBuyersAreToldWhereTheyStand) {
  constexpr std::string_view kRetries =
      "strategies = [\"database-atomic\"]\n[buyers]\nretries = 1\n";
  const std::string new_key = std::string(kRetries) + "retry_key = \"new\"\n";
  constexpr std::string_view kWords =
      "with database-atomic this lets happen: buys twice; to run it all the same, say "
      "strategy.database-atomic.unsafe = true\n";
  EXPECT_EQ(problems_in(new_key),
            fmt::format("sale.toml:4: buyers.retry_key = \"new\": {}", kWords));
  EXPECT_EQ(problems_in(fmt::format("{}[[buyers.kind]]\nname = \"a\"\nshare = 0.5\n", new_key)),
            fmt::format("sale.toml:4: buyers.retry_key = \"new\": {}", kWords));
  const std::string asked = new_key + "[strategy.database-atomic]\nunsafe = true\n";
  ASSERT_EQ(problems_in(asked), "");
  const auto scenario = std::get<Scenario>(parse_scenario(asked, "sale.toml", words()));
  EXPECT_EQ(scenario.strategies[0].allows,
            std::vector<std::string>{"with it buyers.retry_key lets this happen: buys twice"});
}

TEST(Options, WithoutEffectAreRefusedWhereTheyAreNotStandard) {
  const std::string section = "strategies = [\"redis-lock\"]\n[strategy.redis-lock]\n";
  EXPECT_EQ(problems_in(section + "pause = \"2ms\"\n"),
            "sale.toml:3: strategy.redis-lock.pause = \"2ms\": it has no effect with variant = "
            "\"guarded\"\n");
  EXPECT_EQ(problems_in(section + "pause = \"1ms\"\n"), "");
  EXPECT_EQ(problems_in(section + "pause = \"2ms\"\nvariant = \"naive\"\nunsafe = true\n"), "");
}

TEST(Combinations, OfAValueThatIsNoneAreNotToldBesideIt) {
  const std::string pipeline =
      "strategies = [\"redis-lock\"]\n[stores.postgres]\npipeline = true\n[strategy.redis-lock]\n";
  EXPECT_EQ(problems_in(pipeline + "variant = \"guarded\"\n"),
            "sale.toml:5: strategy.redis-lock.variant = \"guarded\": needs its own\n");
  EXPECT_EQ(problems_in(pipeline + "variant = \"guardet\"\n"),
            "sale.toml:5: strategy.redis-lock.variant = \"guardet\": one of guarded, naive is "
            "needed; did you mean guarded?\n");
}

TEST(CommonOptions, StandInAScenarioOnlyWhereTheyAreNotStandard) {
  constexpr std::string_view kStandard =
      "strategies = [\"redis-lock\"]\n[strategy.redis-lock]\nretries = 0\n";
  const auto standard = std::get<Scenario>(parse_scenario(kStandard, "sale.toml", words()));
  const std::string written = to_toml(standard);
  EXPECT_EQ(written.find("retries", written.find("[strategy")), std::string::npos);
  constexpr std::string_view kOther =
      "strategies = [\"redis-lock\"]\n[strategy.redis-lock]\nretries = 2\n";
  const auto other = std::get<Scenario>(parse_scenario(kOther, "sale.toml", words()));
  EXPECT_NE(to_toml(other).find("retries = 2\n"), std::string::npos);
}

TEST(CommonOptions, AreNotTheAnswerToAnUnknownOne) {
  EXPECT_EQ(problems_in("strategies = [\"redis-lock\"]\n[strategy.redis-lock]\ncolour = 1\n"),
            "sale.toml:3: strategy.redis-lock.colour = 1: strategy redis-lock has no such option; "
            "it has variant, pause and those of every strategy (`doorbuster list strategies`)\n");
  EXPECT_EQ(problems_in("strategies = [\"redis-lock\"]\n[strategy.redis-lock]\nretrys = 1\n"),
            "sale.toml:3: strategy.redis-lock.retrys = 1: strategy redis-lock has no such option; "
            "did you mean retries?\n");
}

}  // namespace
}  // namespace doorbuster
