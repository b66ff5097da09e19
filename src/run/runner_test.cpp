#include "run/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <numeric>

#include "base/sha256.h"
#include "base/source_tree.h"
#include "run/expectations.h"
#include "run/run_testing.h"
#include "scenario/overrides.h"
#include "scenario/trace.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Some 600 buyers on 50 units, all at once: enough for every race.
constexpr std::string_view kRush = R"(
[shop]
stock = 50
[load]
profile = "constant"
duration = "300ms"
rate = 2000
[buyers]
views = 1
think = "20ms"
[warmup]
duration = "50ms"
rate = 200
)";

std::string rush(std::string_view head, std::string_view tail = "") {
  return fmt::format("{}\n{}\n{}", head, kRush, tail);
}

class SimulatedRun : public testing::Test {
 protected:
  RunEnd run(const Scenario& scenario, const RunObserver& observer = {}) {
    RunSettings settings;
    settings.simulated = true;
    settings.out = fs::path(root_.path()) / fmt::format("{}", runs_++);
    auto end = run_scenario(scenario, settings, observer);
    if (!end) {
      ADD_FAILURE() << end.error().message();
      CHECK(end.ok());
    }
    for (const TrialResult& trial : end->result.trials) {
      EXPECT_EQ(trial.counts.arrived, resolved(trial.counts)) << trial.strategy;
      EXPECT_GT(trial.counts.sessions, 0) << trial.strategy;
    }
    return *std::move(end);
  }
  RunEnd run(const std::string& text) { return run(scenario_of(text)); }

  ResultsRoot root_;
  int runs_ = 0;
};

TEST_F(SimulatedRun, TellsTheStrategiesThatKeepTheirPromiseFromThoseThatDoNot) {
  const RunEnd end = run(rush(R"(strategies = ["database-atomic", "cache-aside", "write-through",
      "read-then-write", "cache-aside-textbook", "write-through-textbook"])"));
  ASSERT_EQ(end.result.trials.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    const TrialResult& trial = end.result.trials[i];
    const AuditResult& audit = trial.audit;
    const bool safe = i < 3;
    EXPECT_EQ(to_string(audit.verdict), safe ? "holds" : "broken") << trial.strategy;
    EXPECT_EQ(audit.initial_units, 50);
    const Quantity too_many = audit.oversold_units.value_or(0) + *audit.oversold_promised_units;
    EXPECT_EQ(too_many > 0, !safe) << trial.strategy;
    EXPECT_EQ(trial.counts.sold, *audit.acknowledged_units) << trial.strategy;
    for (const InvariantResult& invariant : audit.invariants) {
      EXPECT_EQ(invariant.verdict == Verdict::broken, !invariant.witness.empty())
          << trial.strategy << ": " << invariant.name;
    }
  }
  EXPECT_EQ(exit_code(end.result, end.signal), 1) << "nobody expected an oversell";
}

TEST_F(SimulatedRun, AnOversellThatWasExpectedIsWhatTheExperimentShows) {
  const std::string expected = "[expect.read-then-write]\nno_oversell = \"broken\"\n";
  const RunEnd shown = run(rush("strategies = [\"read-then-write\"]", expected));
  EXPECT_EQ(exit_code(shown.result, 0), 0);

  const RunEnd not_shown = run(rush("strategies = [\"database-atomic\"]",
                                    "[expect.database-atomic]\nno_oversell = \"broken\"\n"));
  EXPECT_EQ(exit_code(not_shown.result, 0), 1) << "it held, and the scenario claims it would not";
}

TEST_F(SimulatedRun, TheSameSeedGivesTheSameResultButForTheTimeOfDay) {
  const Scenario scenario =
      scenario_of(rush("strategies = [\"cache-aside\", \"read-then-write\"]\nrepetitions = 2"));
  RunEnd first = run(scenario);
  RunEnd second = run(scenario);
  EXPECT_EQ(first.result.run_id.substr(first.result.run_id.find('-')),
            second.result.run_id.substr(second.result.run_id.find('-')));
  second.result.run_id = first.result.run_id;
  second.result.started_at = first.result.started_at;
  EXPECT_EQ(to_json(first.result), to_json(second.result));

  Scenario other = scenario;
  other.seed += 1;
  other.load.stages[0].profile = Profile::poisson;
  RunEnd third = run(other);
  EXPECT_NE(third.result.trials[0].latency.buy.histogram,
            first.result.trials[0].latency.buy.histogram);
}

TEST_F(SimulatedRun, TheSameBuyersComeWhateverTheNumberOfShards) {
  for (const char* profile : {"constant", "poisson"}) {
    Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]"));
    scenario.load.stages[0].profile =
        profile == std::string_view("constant") ? Profile::constant : Profile::poisson;
    scenario.buyers.never_buys = 0.3;
    const RunEnd one = run(scenario);
    const CountsResult& expected = one.result.trials.at(0).counts;
    EXPECT_GT(expected.arrived, 300);
    EXPECT_GT(expected.browsed, 100);
    for (int shards : {2, 3}) {
      scenario.shards = shards;
      const RunEnd many = run(scenario);
      const CountsResult& counts = many.result.trials.at(0).counts;
      EXPECT_EQ(counts.sessions, expected.sessions) << profile << " over " << shards;
      EXPECT_EQ(counts.arrived, expected.arrived) << profile << " over " << shards;
      EXPECT_EQ(counts.browsed, expected.browsed) << profile << " over " << shards;
      EXPECT_EQ(counts.views + counts.views_failed, expected.views)
          << profile << " over " << shards;
      EXPECT_EQ(many.result.shards, shards);
    }
  }
}

TEST_F(SimulatedRun, EveryRepetitionHasASeedOfItsOwnThatAllStrategiesShare) {
  const RunEnd end =
      run(rush("strategies = [\"database-atomic\", \"cache-aside\"]\nrepetitions = 2\nseed = 40"));
  ASSERT_EQ(end.result.trials.size(), 4U);
  std::vector<std::string> order;
  for (const TrialResult& trial : end.result.trials) {
    order.push_back(
        fmt::format("{} {} {} {}", trial.strategy, trial.repetition, trial.block, trial.seed));
  }
  EXPECT_THAT(order, ElementsAre("database-atomic 1 1 40", "cache-aside 1 1 40",
                                 "database-atomic 2 2 41", "cache-aside 2 2 41"));
}

TEST_F(SimulatedRun, ThresholdsAreJudgedPerTrial) {
  const RunEnd end = run(rush("strategies = [\"database-atomic\", \"cache-aside\"]", R"(
    [[thresholds]]
    expression = "buy.p99 < 1h"
    [[thresholds]]
    expression = "goodput > 1000000"
    strategies = ["cache-aside"]
  )"));
  ASSERT_EQ(end.result.thresholds.size(), 3U);
  EXPECT_EQ(end.result.thresholds[0].holds, true);
  EXPECT_EQ(end.result.thresholds[0].unit, "h");
  EXPECT_LT(*end.result.thresholds[0].value, 0.1) << "in hours";
  EXPECT_GT(end.result.thresholds[0].samples, 500);
  EXPECT_EQ(end.result.thresholds[2].strategy, "cache-aside");
  EXPECT_EQ(end.result.thresholds[2].holds, false);
  EXPECT_EQ(exit_code(end.result, 0), 1);
}

TEST_F(SimulatedRun, AThresholdOnWhatNeverHappenedIsUndecided) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]",
                                       "[[thresholds]]\nexpression = \"buy_sold_out.p99 < 1s\"\n"));
  scenario.shop.products[0].stock = 1'000'000;
  const RunEnd end = run(scenario);
  EXPECT_EQ(end.result.thresholds.at(0).holds, std::nullopt);
  EXPECT_EQ(end.result.thresholds.at(0).value, std::nullopt);
  EXPECT_EQ(exit_code(end.result, 0), 2);
}

TEST_F(SimulatedRun, AnAbortThresholdEndsTheTrialEarlyAndIsBroken) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\", \"cache-aside\"]", R"(
    [[thresholds]]
    expression = "buy.p50 < 1ns"
    strategies = ["database-atomic"]
    abort = true
  )"));
  scenario.load.stages[0].duration = 20s;
  scenario.load.stages[0].rate = 50;
  const RunEnd end = run(scenario);
  ASSERT_EQ(end.result.trials.size(), 2U) << "the next strategy has its turn";
  const TrialResult& aborted = end.result.trials[0];
  EXPECT_LT(aborted.duration_ms, 3000);
  EXPECT_TRUE(aborted.interrupted);
  EXPECT_THAT(aborted.reasons, Contains(HasSubstr("the threshold buy.p50 < 1ns ended it")));
  EXPECT_EQ(end.result.thresholds.at(0).holds, false);
  EXPECT_GE(end.result.trials[1].duration_ms, 20'000);
  EXPECT_FALSE(end.result.trials[1].interrupted);
  EXPECT_EQ(exit_code(end.result, 0), 1);
}

// What went wrong in the first second and would have come right by the end did end the trial.
TEST_F(SimulatedRun, AnAbortThresholdStaysBrokenThoughTheRestWouldHaveMendedIt) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]", R"(
    [[thresholds]]
    expression = "achieved < 60"
    abort = true
  )"));
  scenario.load.stages[0].duration = 20s;
  scenario.load.stages[0].rate = 40;
  scenario.buyers.views = {};
  scenario.load.stages[0].profile = Profile::flash;  // a crowd at once, then hardly anybody
  scenario.load.stages[0].rate = 500;
  scenario.load.stages[0].decay = 200ms;
  const RunEnd end = run(scenario);
  const ThresholdResult& threshold = end.result.thresholds.at(0);
  EXPECT_TRUE(end.result.trials.at(0).interrupted);
  EXPECT_EQ(threshold.holds, false);
  EXPECT_GE(*threshold.value, 60) << "the value that ended it";
  EXPECT_EQ(exit_code(end.result, 0), 1);
}

// Shard 0 is done before the others: the cache was once read while they still sold.
TEST_F(SimulatedRun, TheCacheIsReadWhenTheLastShardIsAtRest) {
  for (int seed = 1; seed <= 8; ++seed) {
    Scenario scenario =
        scenario_of(rush("strategies = [\"cache-aside\", \"write-through\"]\nshards = 4"));
    scenario.seed = static_cast<std::uint64_t>(seed);
    const RunEnd end = run(scenario);
    EXPECT_EQ(end.result.verdict, Verdict::holds) << "seed " << seed;
  }
}

// Each shard sees a quarter of the goodput: a threshold is of the whole.
TEST_F(SimulatedRun, AnAbortThresholdIsOfAllShardsTogether) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]\nshards = 4", R"(
    [[thresholds]]
    expression = "achieved > 100"
    abort = true
  )"));
  scenario.load.stages = {{.profile = Profile::constant, .duration = 3s, .rate = 200}};
  scenario.buyers.views = {};
  const RunEnd end = run(scenario);
  EXPECT_FALSE(end.result.trials.at(0).interrupted);
  EXPECT_EQ(end.result.thresholds.at(0).holds, true);
}

TEST_F(SimulatedRun, AClosedLoadKeepsItsBuyersComing) {
  const RunEnd end = run(R"(
    strategies = ["database-atomic"]
    [shop]
    stock = 100000
    [load]
    model = "closed"
    buyers = 20
    duration = "2s"
    [buyers]
    views = 1
    think = { distribution = "fixed", value = "50ms" }
    [warmup]
    duration = "0s"
  )");
  const TrialResult& trial = end.result.trials.at(0);
  EXPECT_EQ(end.result.model, "closed");
  // A session is one thought long (views are a geometric of mean 1, so some have none or more) and
  // another passes before the next.
  EXPECT_GT(trial.counts.sessions, 20 * 10);
  EXPECT_LT(trial.counts.sessions, 20 * 41);
  EXPECT_EQ(trial.counts.sold, trial.counts.arrived);
  for (const SeriesRow& row : trial.series.rows) EXPECT_LE(row.in_flight, 20);
  EXPECT_EQ(trial.audit.verdict, Verdict::holds);
}

TEST_F(SimulatedRun, AnEmptyShopSellsNothingAndHolds) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\", \"cache-aside\"]"));
  scenario.shop.products[0].stock = 0;
  const RunEnd end = run(scenario);
  for (const TrialResult& trial : end.result.trials) {
    EXPECT_EQ(trial.counts.sold, 0);
    EXPECT_EQ(trial.counts.sold_out, trial.counts.arrived);
    EXPECT_EQ(trial.audit.database_sold_units, 0);
  }
  EXPECT_EQ(exit_code(end.result, 0), 0);
}

TEST_F(SimulatedRun, MoreBuyersThanTheLimitAreDroppedAndSaidSo) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]"));
  scenario.limits.buyers_in_flight = 10;
  scenario.buyers.think = {.kind = Distribution::Kind::fixed, .mean = 1};
  const RunEnd end = run(scenario);
  const TrialResult& trial = end.result.trials.at(0);
  EXPECT_GT(trial.counts.dropped, 500);
  EXPECT_EQ(to_string(trial.validity), "invalid");
  EXPECT_THAT(trial.reasons, Contains(HasSubstr("dropped")));
  EXPECT_EQ(exit_code(end.result, 0), 2);
}

TEST_F(SimulatedRun, TrialsAreSavedAsTheyEnd) {
  std::vector<std::size_t> saved;
  std::vector<std::string> phases;
  RunObserver observer;
  observer.on_phase = [&](std::string_view what) { phases.emplace_back(what); };
  observer.on_saved = [&](const RunResult& result, const RunFolder& folder) {
    const auto read = load_result(folder.path());
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(to_json(*read), to_json(result));
    EXPECT_EQ(read->interrupted, read->trials.size() < 2 && saved.empty());
    saved.push_back(read->trials.size());
  };
  const RunEnd end =
      run(scenario_of(rush("strategies = [\"database-atomic\", \"cache-aside\"]")), observer);
  EXPECT_THAT(saved, ElementsAre(1, 2, 2)) << "after each trial, and once more at the end";
  EXPECT_THAT(phases, ElementsAre("trial 1 of 2: database-atomic", "trial 2 of 2: cache-aside"));
  EXPECT_EQ(fs::read_symlink(end.folder.path().parent_path() / "latest"), end.result.run_id);
}

TEST_F(SimulatedRun, ProgressIsToldOnceASecondOfTheOpening) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]"));
  scenario.load.stages[0].duration = 5s;
  scenario.load.stages[0].rate = 100;
  std::vector<std::int64_t> arrived;
  RunObserver observer;
  observer.on_progress = [&](const RunObserver::Progress& progress) {
    EXPECT_EQ(progress.strategy, "database-atomic");
    EXPECT_EQ(progress.trial, 1);
    EXPECT_EQ(progress.trials, 1);
    EXPECT_EQ(progress.opening.planned, 5s);
    arrived.push_back(progress.opening.total.arrived);
  };
  run(scenario, observer);
  EXPECT_GE(arrived.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(arrived));
  EXPECT_GT(arrived.back(), 300);
}

TEST_F(SimulatedRun, IsMarkedAsSimulatedEverywhere) {
  const RunEnd end = run(rush("strategies = [\"database-atomic\"]"));
  EXPECT_TRUE(end.result.simulated);
  EXPECT_EQ(end.result.environment.redis.version, "simulated");
  EXPECT_EQ(end.result.environment.postgres.version, "simulated");
  EXPECT_THAT(end.result.environment.durability, HasSubstr("simulated"));
  EXPECT_EQ(end.result.trials.at(0).cost.redis_cpu_us_per_op, std::nullopt);
}

TEST_F(SimulatedRun, NamesTheTraceThatItReplayedByItsBytes) {
  Scenario scenario = scenario_of(rush("strategies = [\"database-atomic\"]"));
  EXPECT_EQ(run(scenario).result.scenario.trace_sha256, std::nullopt);
  constexpr std::string_view kRows = "time_ms,buyer,item,kind\n1,1,1,buy\n";
  ParsedTrace trace = parse_trace(kRows, "sale.csv", scenario.shop);
  scenario.load.stages.clear();
  scenario.load.trace_file = "sale.csv";
  scenario.load.trace = std::make_shared<const Trace>(std::get<Trace>(std::move(trace)));
  EXPECT_EQ(run(scenario).result.scenario.trace_sha256, sha256(kRows));
}

TEST_F(SimulatedRun, AResultsFolderThatCannotBeIsAUsageErrorBeforeAnythingStarts) {
  fs::create_directories(root_.path());
  std::ofstream(root_.path() / "file") << "in the way";
  RunSettings settings;
  settings.simulated = true;
  settings.out = root_.path() / "file";
  RunObserver observer;
  observer.on_phase = [](std::string_view what) { ADD_FAILURE() << what; };
  const auto end =
      run_scenario(scenario_of(rush("strategies = [\"database-atomic\"]")), settings, observer);
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error().message(), HasSubstr("cannot be written"));
  EXPECT_THAT(end.error().message(), HasSubstr("--out"));
}

// What is written is executed: every scenario that ships, simulated, at a hundredth of its length.
TEST_F(SimulatedRun, EveryShippedScenarioRuns) {
  int found = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(DOORBUSTER_SOURCE_DIR) / "scenarios")) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    ++found;
    Scenario scenario = possible(load_scenario(entry.path().string(), vocabulary()));
    EXPECT_THAT(scenario.description, Not(IsEmpty()));
    ASSERT_TRUE(scale_duration(scenario, scenario.load.duration() / 100));
    scenario.warmup.duration /= 100;
    const RunEnd end = run(scenario);
    EXPECT_EQ(end.result.trials.size(),
              scenario.strategies.size() * static_cast<std::size_t>(scenario.repetitions));
    for (const TrialResult& trial : end.result.trials) {
      EXPECT_NE(trial.audit.verdict, Verdict::undecided) << trial.strategy;
    }
  }
  EXPECT_GE(found, 4);
}

}  // namespace
}  // namespace doorbuster
