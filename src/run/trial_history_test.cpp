#include "run/trial_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "history/history_file.h"
#include "run/run_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSmallSale = R"(
strategies = ["{}"]
[shop]
stock = 50
[load]
profile = "constant"
duration = "300ms"
rate = 2000
[buyers]
views = 2
think = "20ms"
retries = {}
[warmup]
duration = "50ms"
rate = 200
{}
)";

class SimulatedHistory : public testing::Test {
 protected:
  RunEnd run(std::string_view strategy, std::string_view more = "", int retries = 0) {
    RunSettings settings;
    settings.simulated = true;
    settings.out = root_.path();
    settings.whole_history = whole_;
    auto end = run_scenario(
        scenario_of(fmt::format(fmt::runtime(kSmallSale), strategy, retries, more)), settings, {});
    CHECK(end.ok(), "{}", end.error().message());
    return *std::move(end);
  }
  static JudgedHistory history_of(const RunEnd& end, std::size_t trial = 0) {
    const auto file =
        HistoryFile::open(end.folder.path() / end.result.trials.at(trial).history.file);
    CHECK(file.ok(), "{}", file.error().message());
    CHECK(!file->damage(), "{}", *file->damage());
    auto history = file->read_all();
    CHECK(history.ok(), "{}", history.error().message());
    return *std::move(history);
  }
  static const PropertyResult& property(const TrialResult& trial, std::string_view name) {
    const auto found = std::ranges::find(trial.audit.properties, name, &PropertyResult::name);
    CHECK(found != trial.audit.properties.end(), "{}", name);
    return *found;
  }

  ResultsRoot root_;
  bool whole_ = false;
};

TEST_F(SimulatedHistory, HasEveryOperationAndTheGroundTruthOfATrial) {
  const RunEnd end = run("cache-aside");
  const TrialResult& trial = end.result.trials.at(0);
  EXPECT_EQ(trial.history.file, "history/cache-aside.1.dbh");
  EXPECT_EQ(trial.history.operations,
            trial.counts.views + trial.counts.views_failed + trial.counts.attempts);
  const JudgedHistory history = history_of(end);
  EXPECT_EQ(static_cast<std::int64_t>(history.operations.size()), trial.history.operations);
  EXPECT_EQ(static_cast<std::int64_t>(history.orders.size()), *trial.audit.database_sold_units);
  for (const PlacedOrder& order : history.orders) {
    EXPECT_NE(order.op, kNoOperation) << "order " << order.order << " is of nobody";
  }
  ASSERT_EQ(history.items.size(), 1U);
  EXPECT_EQ(history.items[0].initial, 50);
}

// With the log the order of blind overwrites is known too.
TEST_F(SimulatedHistory, TheLogOfTheStockDecidesWhatOrdersAloneDoNot) {
  for (const char* strategy : {"read-then-write", "cache-aside-textbook", "hold"}) {
    const RunEnd plain = run(strategy);
    EXPECT_EQ(property(plain.result.trials.at(0), "no_stale_reads").verdict, Verdict::undecided)
        << strategy;
    const RunEnd logged = run(strategy, "[history]\nstock_log = true\n");
    EXPECT_NE(property(logged.result.trials.at(0), "no_stale_reads").verdict, Verdict::undecided)
        << strategy << ": " << property(logged.result.trials.at(0), "no_stale_reads").witness;
    EXPECT_FALSE(history_of(logged).stock_log.empty());
  }
}

// Two ways to the same answer: the records in memory, and the file read again.
TEST_F(SimulatedHistory, JudgedAgainSaysOfTheSumsWhatTheResultSays) {
  for (const char* strategy : {"database-atomic", "cache-aside-textbook", "read-then-write",
                               "redis-gate", "hold", "retried"}) {
    const bool retried = std::string_view(strategy) == "retried";
    const RunEnd end = retried ? run("database-atomic",
                                     "[[trouble]]\noperation = \"take_if_available\"\nkind = "
                                     "\"lose_reply\"\ntime = \"5ms\"\nshare = 0.2\n",
                                     1)
                               : run(strategy);
    const HistoryVerdict again = judge_history(history_of(end));
    for (const InvariantResult& invariant : end.result.trials.at(0).audit.invariants) {
      const auto found = std::ranges::find(again.findings, invariant.name, &PropertyFinding::name);
      ASSERT_NE(found, again.findings.end()) << invariant.name;
      EXPECT_EQ(found->verdict, invariant.verdict) << strategy << ": " << invariant.name;
      EXPECT_EQ(found->found, invariant.found) << strategy << ": " << invariant.name;
    }
  }
}

TEST_F(SimulatedHistory, TheDatabaseAloneIsLinearizableAndNeverStale) {
  const RunEnd end = run("database-atomic");
  const TrialResult& trial = end.result.trials.at(0);
  for (const PropertyResult& each : trial.audit.properties) {
    EXPECT_EQ(each.verdict, Verdict::holds) << each.name << ": " << each.witness;
  }
  EXPECT_EQ(trial.audit.staleness.views, trial.counts.views);
  EXPECT_EQ(trial.audit.staleness.stale, 0);
}

TEST_F(SimulatedHistory, TheTextbooksCacheShowsWhatWasOverwrittenAndHowLongAgo) {
  const RunEnd end = run("cache-aside-textbook",
                         "[history]\nstock_log = true\n[[trouble]]\noperation = \"set_expiring\"\n"
                         "kind = \"delay\"\ntime = \"50ms\"\n");
  const TrialResult& trial = end.result.trials.at(0);
  EXPECT_EQ(property(trial, "no_stale_reads").verdict, Verdict::broken);
  EXPECT_GT(trial.audit.staleness.stale, 0);
  EXPECT_GT(trial.audit.staleness.certain_age.max_us, 0);
}

// A copy that nothing deletes is wrong until its time to live ends.
TEST_F(SimulatedHistory, TellsWhenCacheAndDatabaseAgreedAgain) {
  const auto staleness = [&](std::string_view ttl) {
    const RunEnd end = run("cache-aside", fmt::format("[strategy.cache-aside]\nttl = \"{}\"\n"
                                                      "after_purchase = \"none\"\nunsafe = true\n",
                                                      ttl));
    return end.result.trials.at(0).audit.staleness;
  };
  const StalenessResult never = staleness("300s");
  EXPECT_EQ(never.agrees_after_s, std::nullopt);
  EXPECT_THAT(never.agrees_note, HasSubstr("did not agree within 3 s: of item 1 the cache shows"));
  const StalenessResult healed = staleness("1s");
  ASSERT_TRUE(healed.agrees_after_s.has_value()) << healed.agrees_note;
  EXPECT_GT(*healed.agrees_after_s, 0);
  EXPECT_LE(*healed.agrees_after_s, 1.02);
  const StalenessResult none = run("database-atomic").result.trials.at(0).audit.staleness;
  EXPECT_EQ(none.agrees_after_s, std::nullopt);
  EXPECT_EQ(none.agrees_note, "no page came from a copy");
  const StalenessResult right = run("write-through").result.trials.at(0).audit.staleness;
  EXPECT_EQ(right.agrees_after_s, 0);
  EXPECT_EQ(right.agrees_note, "");
}

// Units that come back, to stock or to a gate, are no reason to accuse anybody.
TEST_F(SimulatedHistory, WhereUnitsComeBackNobodyIsAccusedOfIt) {
  for (const std::string_view log : {"", "[history]\nstock_log = true\n"}) {
    const RunEnd declined = run("hold", fmt::format("[buyers.payment]\nfails = 0.4\n{}", log));
    const RunEnd dead =
        run("redis-gate", fmt::format("[[trouble]]\noperation = \"take_if_available\"\n"
                                      "kind = \"die\"\nshare = 0.1\n{}",
                                      log));
    for (const RunEnd* end : {&declined, &dead}) {
      const TrialResult& trial = end->result.trials.at(0);
      EXPECT_EQ(trial.audit.verdict, Verdict::holds) << trial.strategy;
      for (const PropertyResult& each : trial.audit.properties) {
        if (each.name == "no_read_ahead") continue;  // a page of the gate's runs ahead by design
        EXPECT_NE(each.verdict, Verdict::broken)
            << trial.strategy << ": " << each.name << ": " << each.witness;
      }
    }
  }
}

// Two logs: the gate's own decides what it said, and is held against the database's.
TEST_F(SimulatedHistory, AGatesOwnLogDecidesItsRefusalsAndIsHeldAgainstTheDatabases) {
  for (const char* strategy : {"redis-gate", "combined", "write-behind"}) {
    const RunEnd end = run(strategy);
    const TrialResult& trial = end.result.trials.at(0);
    const PropertyResult& judged = property(trial, "no_false_sold_out");
    EXPECT_EQ(judged.verdict, Verdict::holds) << strategy << ": " << judged.witness;
    ASSERT_TRUE(trial.audit.gate_divergence.has_value()) << strategy;
    const GateDivergenceResult& apart = *trial.audit.gate_divergence;
    EXPECT_EQ(apart.orders_in_both, 50) << strategy;
    EXPECT_EQ(apart.granted_without_row, 0) << strategy;
    EXPECT_EQ(apart.rows_without_grant, 0) << strategy;
    EXPECT_EQ(apart.unknown_changes, 0) << strategy;
    EXPECT_TRUE(apart.displaced.has_value()) << strategy;
    const JudgedHistory history = history_of(end);
    EXPECT_EQ(static_cast<std::int64_t>(history.gate_log.size()),
              *history.items.at(0).gate->sequence)
        << strategy;
    const auto refusals = std::ranges::count_if(history.operations, [](const Operation& each) {
      return each.outcome == Answer::sold_out && each.source == AnswerSource::gate &&
             each.version >= 50;
    });
    EXPECT_GT(refusals, 0) << strategy;
  }
  EXPECT_FALSE(run("database-atomic").result.trials.at(0).audit.gate_divergence.has_value());
}

// What a dead buyer had reserved is in the gate's log alone, until the reaper gives it back: and
// without one it stays there.
TEST_F(SimulatedHistory, UnitsThatLeakedAreInTheGatesLogAlone) {
  const std::string_view deaths =
      "[[trouble]]\noperation = \"take_if_available\"\nkind = \"die\"\nshare = 0.1\n"
      "[strategy.redis-gate]\n{}";
  const RunEnd reaped = run("redis-gate", fmt::format(fmt::runtime(deaths), ""));
  const RunEnd leaked =
      run("redis-gate", fmt::format(fmt::runtime(deaths), "reaper = false\nunsafe = true\n"));
  const auto& apart = reaped.result.trials.at(0).audit.gate_divergence;
  ASSERT_TRUE(apart.has_value());
  EXPECT_EQ(apart->granted_without_row, 0);
  const AuditResult& audit = leaked.result.trials.at(0).audit;
  ASSERT_TRUE(audit.gate_divergence.has_value());
  EXPECT_GT(audit.gate_divergence->granted_without_row, 0);
  EXPECT_EQ(audit.gate_divergence->granted_without_row, audit.leaked_units);
  EXPECT_EQ(audit.gate_divergence->rows_without_grant, 0);
}

// A reply that was lost leaves a number that nobody was told.
TEST_F(SimulatedHistory, ALostReplyIsAChangeByNobodyKnown) {
  const RunEnd end = run("redis-gate",
                         "[[trouble]]\noperation = \"reserve\"\nkind = \"lose_reply\"\n"
                         "time = \"5ms\"\nshare = 0.2\n");
  const TrialResult& trial = end.result.trials.at(0);
  ASSERT_TRUE(trial.audit.gate_divergence.has_value());
  EXPECT_GT(trial.audit.gate_divergence->unknown_changes, 0);
  EXPECT_NE(property(trial, "no_false_sold_out").verdict, Verdict::broken)
      << property(trial, "no_false_sold_out").witness;
}

TEST_F(SimulatedHistory, KnowsWhenTheFaultsOfTheRunWentOn) {
  const RunEnd end = run("database-atomic",
                         "[[fault]]\nkind = \"cut\"\nat = \"0.2s\"\nfor = \"0.1s\"\n"
                         "operation = \"take_if_available\"\n");
  const std::vector<HistoryFault> expected = {
      {"cut", "take_if_available", kRunStart + 200ms, kRunStart + 300ms}};
  EXPECT_EQ(history_of(end).faults, expected);
}

TEST_F(SimulatedHistory, AScenarioMayExpectOfSingleAnswersToo) {
  const std::string_view expects = "[expect.database-atomic]\nno_stale_reads = \"{}\"\n";
  EXPECT_EQ(run("database-atomic", fmt::format(fmt::runtime(expects), "holds")).result.verdict,
            Verdict::holds);
  const RunEnd end = run("database-atomic", fmt::format(fmt::runtime(expects), "broken"));
  EXPECT_EQ(end.result.verdict, Verdict::broken);
  const auto& invariants = end.result.trials.at(0).audit.invariants;
  for (const InvariantResult& invariant : invariants) {
    EXPECT_EQ(invariant.expected, Verdict::holds) << "a property says nothing of the sums";
  }
}

TEST_F(SimulatedHistory, ViewsAreLeftOutWhereTheScenarioSaysSoAndKeptWhereTheUserDoes) {
  const std::string_view no_views = "[history]\nviews = false\n";
  const RunEnd without = run("cache-aside", no_views);
  const TrialResult& trial = without.result.trials.at(0);
  EXPECT_EQ(trial.history.operations, trial.counts.attempts);
  EXPECT_EQ(trial.history.views_left_out, trial.counts.views);
  EXPECT_EQ(trial.audit.staleness.views, 0);
  EXPECT_EQ(property(trial, "no_stale_reads").verdict, Verdict::undecided) << "nobody looked";
  EXPECT_EQ(property(trial, "no_false_sold_out").verdict, Verdict::holds) << "purchases are there";
  whole_ = true;
  EXPECT_EQ(run("cache-aside", no_views).result.trials.at(0).history.views_left_out, 0);
}

// More than stay in memory until the end: what waited in a file is judged with the rest.
TEST_F(SimulatedHistory, OfMorePurchasesThanMemoryKeepsNoneIsLostToTheAudit) {
  RunSettings settings;
  settings.simulated = true;
  settings.out = root_.path();
  const auto end = run_scenario(scenario_of(R"(
strategies = ["database-atomic"]
shards = 2
shop.stock = 4000
load = { profile = "constant", duration = "500ms", rate = 20000 }
buyers = { views = 0 }
)"),
                                settings, {});
  ASSERT_TRUE(end) << end.error().message();
  const TrialResult& trial = end->result.trials.at(0);
  EXPECT_EQ(trial.counts.attempts, 10'000);
  EXPECT_EQ(trial.audit.acknowledged_units, 4000);
  EXPECT_EQ(trial.audit.phantom_orders, 0) << "an order that nobody asked for";
  EXPECT_EQ(trial.audit.lost_orders, 0);
}

TEST_F(SimulatedHistory, ADiskThatTakesNoHistoryMakesTheTrialDegradedAndNothingWorse) {
  ResultsRoot root;
  fs::create_directories(root.path());
  std::ofstream(root.path() / "history") << "a file where the folder should be";
  HistoryPlan plan;
  plan.folder = root.path();
  plan.path = "history/a.1.dbh";
  TrialHistory history(plan, 1);
  EXPECT_EQ(history.writer(), nullptr);
  history.finish(GroundTruth{});
  EXPECT_THAT(history.judge().error().message(),
              AllOf(HasSubstr("history/a.1.dbh: Not a directory"), HasSubstr("--out")));
  EXPECT_EQ(history.result().file, "");
  EXPECT_THAT(history.reasons(), Contains(HasSubstr("no history is kept")));
}

TEST_F(SimulatedHistory, WithoutAGroundTruthThereIsNothingToJudge) {
  ResultsRoot root;
  HistoryPlan plan;
  plan.folder = root.path();
  plan.path = "history/a.1.dbh";
  TrialHistory history(plan, 1);
  history.writer()->shard(0).record({.key = OrderKey{1}, .kind = OperationKind::buy});
  history.finish(std::nullopt);
  EXPECT_THAT(history.judge().error().message(), HasSubstr("the ground truth could not be read"));
  EXPECT_THAT(history.reasons(), IsEmpty()) << "the trial has them";
  EXPECT_EQ(history.result().operations, 1);
}

}  // namespace
}  // namespace doorbuster
