#include "scenario/overrides.h"

#include "scenario/describe.h"
#include "scenario/parse_testing.h"

namespace doorbuster {
namespace {

constexpr std::string_view kFlash = R"(
strategies = ["database-atomic", "cache-aside"]
[load]
profile = "flash"
duration = "10s"
at = "2s"
quiet_rate = 100
rate = 4000
decay = "3s"
[strategy.write-through-textbook]
)";

std::vector<Override> set(std::string_view assignment) {
  return {set_override(assignment).value()};
}

std::string problem_of_set(std::string_view assignment, std::string_view text = kFlash) {
  return problems_of(parse_text(text, set(assignment)));
}

TEST(Overrides, TakeThePlaceOfTheFilesValues) {
  EXPECT_EQ(must_parse(kFlash, set("load.rate=500")).load.stages[0].rate, 500);
  EXPECT_EQ(must_parse(kFlash, set("load.duration=5s")).load.stages[0].duration, 5s);
  EXPECT_EQ(must_parse(kFlash, set("load.duration=\"5s\"")).load.stages[0].duration, 5s);
  EXPECT_EQ(must_parse(kFlash, set("name=night")).name, "night");
  EXPECT_EQ(must_parse(kFlash, set("name=2026")).name, "2026");
  EXPECT_TRUE(must_parse(kFlash, set("buyers.deterred=true")).buyers.deterred);
  EXPECT_EQ(must_parse(kFlash, set("shop.stock = 7")).shop.products[0].stock, 7);
  EXPECT_EQ(
      must_parse(kFlash, set("buyers.views={distribution=\"fixed\", value=3}")).buyers.views.mean,
      3);
  EXPECT_EQ(must_parse(kFlash, set("strategies=write-through,cache-aside")).strategies[0].name,
            "write-through");
  EXPECT_EQ(must_parse(kFlash, set("expect.cache-aside.no_oversell=broken")).expectations.size(),
            1u);
  EXPECT_EQ(must_parse(kFlash, {seed_override(7)}).seed, 7u);
  EXPECT_EQ(must_parse(kFlash, {repetitions_override(3)}).repetitions, 3);
}

TEST(Overrides, OfAPartReplaceTheScalarAndOfTheScalarReplaceTheParts) {
  const std::string parts = kMinimal +
                            "[buyers]\nviews = 3\nthink = { distribution = \"lognormal\", median = "
                            "\"1s\", sigma = 0.5 }\n";
  const Scenario scalar = must_parse(parts, set("buyers.think=2s"));
  EXPECT_EQ(scalar.buyers.think.kind, Distribution::Kind::exponential);
  EXPECT_EQ(scalar.buyers.think.mean, 2);
  EXPECT_EQ(must_parse(parts, set("buyers.think.median=3s")).buyers.think.mean, 3);
}

TEST(Overrides, ReachElementsOfLists) {
  const std::string stages = kMinimal +
                             "[[load.stage]]\nrate = 10\n[[load.stage]]\nrate = "
                             "20\n[[thresholds]]\nexpression=\"goodput>1\"\n";
  EXPECT_EQ(must_parse(stages, set("load.stage[2].rate=30")).load.stages[1].rate, 30);
  EXPECT_TRUE(must_parse(stages, set("thresholds=[]")).thresholds.empty());
  EXPECT_EQ(must_parse(stages, set("load.stage=[{rate=7}]")).load.stages.size(), 1u);
  EXPECT_EQ(
      problem_of_set("load.stage[3].rate=30", stages),
      "--set load.stage[3].rate=30: load.stage[3].rate: load.stage counts from 1 and has 2\n");
  EXPECT_EQ(
      problem_of_set("load.stage[0].rate=30", stages),
      "--set load.stage[0].rate=30: load.stage[0].rate: load.stage counts from 1 and has 2\n");
  EXPECT_EQ(
      problem_of_set("load.stage.rate=30", stages),
      "--set load.stage.rate=30: load.stage is a list; say which, from 1: load.stage[1].rate\n");
}

TEST(Overrides, AreJudgedLikeTheFileAndNamedByTheirFlag) {
  EXPECT_EQ(problem_of_set("load.rate=fast"),
            "--set load.rate=fast: load.rate = fast: a number is needed\n");
  EXPECT_EQ(problem_of_set("load.durration=5s"),
            "--set load.durration=5s: unknown key load.durration; did you mean load.duration?\n");
  EXPECT_EQ(problem_of_set("load.duration=5"),
            "--set load.duration=5: load.duration = 5: a duration needs a unit, such as \"5s\"\n");
  EXPECT_EQ(problem_of_set("load=5"), "--set load=5: load: a table is needed\n");
  EXPECT_EQ(problem_of_set("load.rate=1\nseed=3"),
            "--set load.rate=1\\x0aseed=3: load.rate = 1\\x0aseed=3: a number is needed\n");
  EXPECT_EQ(problem_of_set("a[=1"), "--set a[=1: a[: a counts from 1 and has 0\n");
}

TEST(Overrides, NeedAKeyAndAValue) {
  for (const std::string_view bad : {"", "load.rate", "=5", "load.rate="}) {
    const Result<Override> result = set_override(bad);
    ASSERT_FALSE(result.ok()) << bad;
    EXPECT_EQ(result.error().message(),
              "--set " + std::string(bad) + ": key=value is needed, such as --set load.rate=500");
  }
}

TEST(Strategies, AreRestrictedToThoseNamed) {
  const Scenario one = must_parse(kFlash, {strategies_override({"cache-aside"})});
  ASSERT_EQ(one.strategies.size(), 1u);
  EXPECT_EQ(one.strategies[0].name, "cache-aside");
  const Scenario unlisted =
      must_parse(kFlash, {strategies_override({"write-through", "cache-aside"})});
  ASSERT_EQ(unlisted.strategies.size(), 2u);
  EXPECT_EQ(unlisted.strategies[0].name, "write-through");
  EXPECT_EQ(
      problems_of(parse_text(kFlash, {strategies_override({"cache-asid"})})),
      "--strategy cache-asid: strategies = cache-asid: unknown strategy cache-asid; did you mean "
      "cache-aside?\n");
}

TEST(ScaleRate, SetsThePeakAndScalesTheRest) {
  Scenario scenario = must_parse(kFlash);
  ASSERT_TRUE(scale_rate(scenario, 1000).ok());
  EXPECT_EQ(scenario.load.stages[0].rate, 1000);
  EXPECT_EQ(scenario.load.stages[0].quiet_rate, 25);
  EXPECT_EQ(scenario.resolved, resolved_values(scenario));

  Scenario ramp = must_parse(kMinimal +
                             "[[load.stage]]\nprofile = \"ramp\"\nrate = 0\nrate_to = 300\n"
                             "[[load.stage]]\nrate = 100\n");
  ASSERT_TRUE(scale_rate(ramp, 30).ok());
  EXPECT_EQ(ramp.load.stages[0].rate_to, 30);
  EXPECT_EQ(ramp.load.stages[1].rate, 10);
}

TEST(ScaleRate, RefusesAClosedLoadAndWhatIsNoRate) {
  Scenario closed = must_parse(kMinimal + "load.model = \"closed\"\nload.buyers = 5\n");
  EXPECT_EQ(scale_rate(closed, 5).error().message(),
            "--rate: the load is closed and has no rate; --set load.buyers=N sets its size");
  Scenario open = must_parse(kFlash);
  for (const double bad : {0.0, -1.0, 1e8, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(scale_rate(open, bad).ok()) << bad;
  }
  EXPECT_EQ(open.load.stages[0].rate, 4000);
}

TEST(ScaleDuration, KeepsTheShape) {
  Scenario scenario = must_parse(kFlash);
  ASSERT_TRUE(scale_duration(scenario, 5s).ok());
  EXPECT_EQ(scenario.load.duration(), 5s);
  EXPECT_EQ(scenario.load.stages[0].at, 1s);
  EXPECT_EQ(scenario.load.stages[0].decay, 1500ms);
  Scenario stages =
      must_parse(kMinimal +
                 "[[load.stage]]\nduration = \"1s\"\n"
                 "[[load.stage]]\nduration = \"1s\"\n[[load.stage]]\nduration = \"1s\"\n");
  ASSERT_TRUE(scale_duration(stages, 100ms).ok());
  EXPECT_EQ(stages.load.duration(), 100ms);
  Scenario closed = must_parse(kMinimal + "load.model = \"closed\"\nload.buyers = 5\n");
  ASSERT_TRUE(scale_duration(closed, 7s).ok());
  EXPECT_EQ(closed.load.duration(), 7s);
  EXPECT_FALSE(scale_duration(closed, 0s).ok());
  EXPECT_FALSE(scale_duration(closed, 25h).ok());
}

}  // namespace
}  // namespace doorbuster
