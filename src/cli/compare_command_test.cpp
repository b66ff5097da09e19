#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "cli/program_testing.h"
#include "results/capacity.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

// Of a scenario as it was run.
std::optional<Fact> fact_of(const RunResult& run, const std::string& key) {
  for (const auto& [name, fact] : run.scenario.resolved) {
    if (name == key) return fact;
  }
  return std::nullopt;
}

class CompareCommand : public DoorbusterTest {
 protected:
  std::unique_ptr<Program> compare(Words more = {}) {
    Words words = {"compare", shipped("quick"), "--simulated", "--quiet", "--duration", "500ms"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
};

TEST_F(CompareCommand, RejectsWhatOversellsAndChoosesOfTheRest) {
  const auto program = compare();
  EXPECT_EQ(program->code(), 0) << program->err() << program->out();
  EXPECT_THAT(program->out(), HasSubstr("rejected: read-then-write broke no_oversell"));
  const std::string out = program->out();
  const std::string last = out.substr(out.rfind('\n', out.size() - 2) + 1);
  EXPECT_THAT(last, HasSubstr("Under scenario quick, flash load of "));
  EXPECT_THAT(last, HasSubstr("choose database-atomic"));
  EXPECT_THAT(last, HasSubstr("what would change it: "));
  EXPECT_THAT(text_of(results() / "latest" / "comparison.json"),
              HasSubstr("\"doorbuster.comparison/1\""));
  EXPECT_THAT(text_of(results() / "latest" / "comparison.md"), HasSubstr("choose database-atomic"));
  EXPECT_EQ(text_of(results() / "latest" / "report.html").empty(), false);
}

TEST_F(CompareCommand, IsReportedAgainFromItsFolderAsItWas) {
  const auto program = compare();
  const auto page = results() / "latest" / "comparison.html";
  const std::string first = text_of(page);
  std::filesystem::remove(page);
  EXPECT_EQ(run({"report", (results() / "latest").string()})->out(), program->out());
  EXPECT_EQ(text_of(page), first);
  std::filesystem::remove(results() / "latest" / "result.json");
  EXPECT_EQ(run({"report", (results() / "latest").string()})->out(), program->out())
      << "the decision alone, as a project keeps it";
  const auto printed = [&](const char* format) {
    return run({"report", (results() / "latest").string(), "--format", format});
  };
  EXPECT_EQ(printed("json")->out(), text_of(results() / "latest" / "comparison.json"));
  EXPECT_EQ(printed("markdown")->out(), text_of(results() / "latest" / "comparison.md"));
  EXPECT_EQ(printed("html")->out(), first);
  expect_complaint(*printed("csv"), "a comparison has no such form");
  std::ofstream(results() / "latest" / "comparison.json") << "{";
  const auto broken = run({"report", (results() / "latest").string()});
  EXPECT_EQ(broken->code(), 3);
  EXPECT_THAT(broken->err(), HasSubstr("comparison.json: this is no whole result"));
}

TEST_F(CompareCommand, ShufflesEachBlockByTheSeedAndRunsAllOfItOnce) {
  EXPECT_EQ(
      compare({"--strategy", "database-atomic", "outbox", "write-through", "cache-aside"})->code() %
          2,
      0);
  const RunResult result = saved();
  ASSERT_EQ(result.trials.size(), 20U);
  EXPECT_FALSE(result.interrupted);
  std::set<std::string> orders;
  for (std::size_t block = 0; block < 5; ++block) {
    std::set<std::string> names;
    std::string order;
    for (std::size_t i = 0; i < 4; ++i) {
      const TrialResult& trial = result.trials[4 * block + i];
      EXPECT_EQ(trial.block, static_cast<int>(block) + 1);
      EXPECT_EQ(trial.seed, result.trials[4 * block].seed) << "a block has the same buyers";
      names.insert(trial.strategy);
      order += trial.strategy + " ";
    }
    EXPECT_EQ(names.size(), 4U);
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 2U) << "the order is by lot";
}

TEST_F(CompareCommand, TheSameStrategyByTwoNamesIsNotToldApart) {
  const std::string twice = file("twice.toml", R"(
strategies = ["one", "other"]
[strategy.one]
is = "database-atomic"
[strategy.other]
is = "database-atomic"
[shop]
stock = 50
[load]
profile = "poisson"
duration = "300ms"
rate = 1000
)");
  const auto program = run({"compare", twice, "--simulated", "--quiet", "--json"});
  EXPECT_NE(program->code(), 1) << program->out();
  EXPECT_THAT(program->out(), testing::Not(HasSubstr("\"clear\": true")));
}

TEST_F(CompareCommand, GoesOnUntilItIsClear) {
  const auto program = compare({"--time", "60s", "--strategy", "cache-aside", "database-atomic"});
  EXPECT_EQ(program->code(), 0) << program->out();
  EXPECT_LT(saved().trials.size(), 60U);
  EXPECT_LT(program->lasted(), 30s);
}

TEST_F(CompareCommand, WhenAllOversellNothingIsLeft) {
  const auto program = compare({"--strategy", "read-then-write", "write-through-textbook"});
  EXPECT_EQ(program->code(), 1) << program->out();
  EXPECT_THAT(program->out(), HasSubstr("no strategy is left to choose"));
}

TEST_F(CompareCommand, SweepsAKeyAndTellsWhereTheAnswerFlips) {
  const auto program = compare({"--strategy", "database-atomic", "cache-aside", "--goal",
                                "statements_per_sale", "--sweep", "shop.stock=2,400"});
  EXPECT_LE(program->code(), 2) << program->err();
  EXPECT_THAT(program->out(), HasSubstr("over shop.stock by statements_per_sale: "));
  EXPECT_EQ(runs().size(), 2U);
  EXPECT_THAT(text_of(results() / "latest" / "sweep.json"), HasSubstr("\"doorbuster.sweep/1\""));
  EXPECT_THAT(text_of(results() / "latest" / "sweep.md"), HasSubstr("over shop.stock"));
}

TEST_F(CompareCommand, SweepsTwoKeysAsAGrid) {
  const auto program =
      compare({"--strategy", "database-atomic", "cache-aside", "--goal", "statements_per_sale",
               "--sweep", "shop.stock=5,400", "--sweep", "buyers.views=1,3"});
  EXPECT_LE(program->code(), 2) << program->err();
  EXPECT_THAT(program->out(), HasSubstr("over shop.stock x buyers.views by "));
  EXPECT_EQ(runs().size(), 4U);
  const std::string page = text_of(results() / "latest" / "sweep.html");
  EXPECT_THAT(page, HasSubstr("<table class=\"heat\">"));
  EXPECT_THAT(text_of(results() / "latest" / "sweep.json"),
              HasSubstr("\"second_key\": \"buyers.views\""));
}

TEST_F(CompareCommand, RanksByCapacityAtTheSlo) {
  const auto program =
      run({"compare", shipped("quick"), "--simulated", "--quiet", "--duration", "200ms", "--set",
           "warmup.duration=0s", "--strategy", "database-atomic", "cache-aside", "read-then-write",
           "--goal", "capacity", "--slo", "buy.p99 < 2ms", "--rate", "8000"});
  EXPECT_LE(program->code(), 2) << program->err() << program->out();
  EXPECT_NE(program->code(), 1) << program->out();
  EXPECT_THAT(program->out(), HasSubstr("rejected: read-then-write broke no_oversell"));
  EXPECT_THAT(program->out(), HasSubstr("a search for each strategy's capacity is one"));
  const std::string out = program->out();
  const std::string last = out.substr(out.rfind('\n', out.size() - 2) + 1);
  EXPECT_THAT(last, HasSubstr("by capacity: the highest rate, its stock growing with it, that "
                              "keeps buy.p99 < 2ms and the audit"));
  EXPECT_THAT(last, HasSubstr("searches"));
  EXPECT_EQ(runs().size(), 2U) << "one, and the folder in which the searches have theirs";
  const auto latest = results() / "latest";
  EXPECT_EQ(run({"report", latest.string()})->out(), out) << "the comparison, not its last search";
  EXPECT_THAT(text_of(latest / "comparison.json"), HasSubstr("\"goal\": \"capacity\""));
  EXPECT_THAT(text_of(latest / "capacity.json"), HasSubstr("\"strategy\": \"cache-aside\""));
  for (const char* page : {"comparison.html", "capacity.html", "report.html"}) {
    EXPECT_THAT(text_of(latest / page), HasSubstr("<html")) << page;
  }
  const auto given = load_result(latest);
  ASSERT_TRUE(given.ok());
  EXPECT_EQ(fact_of(*given, "repetitions"), Fact(std::int64_t{5})) << "as it was run";
}

constexpr std::string_view kOversold = R"(
strategies = ["database-atomic", "read-then-write"]
[shop]
stock = 50
[load]
duration = "100ms"
rate = 2000
)";

TEST_F(CompareCommand, ByCapacityWhatIsToleratedMayBreakInASearchToo) {
  Words words = {"compare",     file("oversold.toml", kOversold),
                 "--simulated", "--quiet",
                 "--goal",      "capacity",
                 "--slo",       "buy.p99 < 2ms"};
  for (const char* name : {"no_oversell", "no_oversold_promise", "conservation"}) {
    words.insert(words.end(), {"--tolerate", name});
  }
  const auto program = run(words);
  EXPECT_THAT(program->out(), Not(HasSubstr("rejected")));
  const auto found = capacity_from_json(text_of(results() / "latest" / "capacity.json"));
  ASSERT_TRUE(found.ok());
  const auto control =
      std::ranges::find(found->strategies, "read-then-write", &StrategyCapacity::strategy);
  ASSERT_NE(control, found->strategies.end()) << program->out();
  EXPECT_THAT(control->limited_by, HasSubstr("buy.p99 < 2ms")) << "and not by its oversell";
}

// Its first rate is by lot about the given one, and here past what a scenario may say.
TEST_F(CompareCommand, ByCapacityAFirstSearchThatFailsLosesNotTheGivenLoad) {
  const Words words = {"compare",     file("oversold.toml", kOversold),
                       "--simulated", "--quiet",
                       "--duration",  "1ms",
                       "--rate",      "10000000",
                       "--seed",      "1",
                       "--goal",      "capacity",
                       "--slo",       "buy.p99 < 2ms"};
  const auto program = run(words);
  EXPECT_EQ(program->code(), 2) << program->err() << program->out();
  EXPECT_THAT(program->err(), HasSubstr("the search for database-atomic failed: "));
  EXPECT_THAT(program->out(), HasSubstr("rejected: read-then-write broke no_oversell"));
  EXPECT_THAT(program->out(), Not(HasSubstr("no strategy is left")));
  const auto latest = results() / "latest";
  EXPECT_THAT(text_of(latest / "report.html"), HasSubstr("<html"));
  EXPECT_THAT(text_of(latest / "comparison.json"), HasSubstr("\"verdict\": \"undecided\""));
  EXPECT_FALSE(std::filesystem::exists(latest / "capacity.json")) << "nothing was searched";
}

TEST_F(CompareCommand, OfASweepAllValuesAreLookedAtFirst) {
  expect_complaint(*compare({"--sweep", "shop.stock=5"}), "two values at least");
  expect_complaint(*compare({"--sweep", "shop.stock=5,many"}), "stock");
  expect_complaint(*compare({"--sweep", "shop.stok=5,6"}), "shop.stock");
  expect_complaint(*compare({"--sweep", "shop.stock=5,5"}), "stands there twice");
  std::string values = "shop.stock=1";
  for (int i = 2; i <= 101; ++i) values += fmt::format(",{}", i);
  expect_complaint(*compare({"--sweep", values}), "101 comparisons; 100 at most");
  expect_complaint(*compare({"--sweep", "shop.stock=5,6", "--sweep", "shop.stock=7,8"}),
                   "swept already");
  expect_complaint(
      *compare({"--sweep", "shop.stock=5,6", "--sweep", "seed=7,8", "--sweep", "a=1,2"}),
      "two keys at most");
  expect_complaint(*compare({"--sweep", "shop.stock=5,6", "--sweep", "load.rate=700,fast"}),
                   "load.rate");
  expect_nothing_left();
}

TEST_F(CompareCommand, BadInputIsOneSentenceAndThree) {
  expect_complaint(*compare({"--strategy", "outbox"}), "a comparison needs two");
  expect_complaint(*compare({"--goal", "speed"}), "no metric \"speed\"");
  expect_complaint(*compare({"--goal", "speed"}), "or capacity");
  expect_complaint(*compare({"--goal", "capacity"}), "no threshold to keep");
  expect_complaint(*compare({"--slo", "buy.p99 < 5ms"}), "only --goal capacity keeps it");
  expect_complaint(*compare({"--goal", "capacity", "--slo", "fast"}), "--slo");
  expect_complaint(*run({"compare", shipped("trace"), "--simulated", "--goal", "capacity", "--slo",
                         "buy.p99 < 5ms"}),
                   "this load has none");
  expect_complaint(*compare({"--tolerate", "nothing"}), "no such invariant");
  expect_complaint(*compare({"--time", "5"}), "with its unit");
  expect_nothing_left();
}

}  // namespace
}  // namespace doorbuster
