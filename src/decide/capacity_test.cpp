#include "decide/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decide/generated_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

RunResult probe_run(std::uint64_t seed) {
  Random random(seed);
  RunResult run = generated_run({{}}, 1, random);
  run.thresholds = {{.strategy = "cache-aside",
                     .repetition = 1,
                     .expression = "buy.p99 < 5ms",
                     .value = 4,
                     .unit = "ms",
                     .samples = 1000,
                     .holds = true}};
  return run;
}

TEST(Capacity, AProbeKeepsOnlyWhatAuditAndThresholdsKeep) {
  EXPECT_EQ(judge_probe(probe_run(1), 100, 5).answer, "keeps");
  RunResult slow = probe_run(1);
  slow.thresholds[0].holds = false;
  slow.thresholds[0].value = 7.5;
  EXPECT_EQ(judge_probe(slow, 100, 5).answer, "breaks");
  EXPECT_EQ(judge_probe(slow, 100, 5).why, "buy.p99 < 5ms: it is 7.5 ms");
  RunResult unjudged = probe_run(1);
  unjudged.thresholds[0].holds = std::nullopt;
  EXPECT_EQ(judge_probe(unjudged, 100, 5).answer, "breaks");
  RunResult late = slow;  // its latencies are the harness's
  late.trials[0].validity = Validity::invalid;
  late.trials[0].reasons = {"2 % of the buyers were dropped"};
  EXPECT_EQ(judge_probe(late, 100, 5).answer, "saturated");
  let_oversell(late.trials[0]);
  EXPECT_EQ(judge_probe(late, 100, 5).answer, "breaks") << "an oversell is real in an invalid run";
  EXPECT_EQ(judge_probe(late, 100, 5).why, "no_oversell is broken");
}

TEST(Capacity, AProbeKeepsWhatBreaksOnlyWhatIsTolerated) {
  RunResult oversold = probe_run(1);
  let_oversell(oversold.trials[0]);
  EXPECT_EQ(judge_probe(oversold, 100, 5, {"no_undersell"}).answer, "breaks");
  EXPECT_EQ(judge_probe(oversold, 100, 5, {"no_oversell"}).answer, "keeps");
  AuditResult& audit = oversold.trials[0].audit;
  InvariantResult lost = audit.invariants[0];
  lost.name = "no_lost_order";
  audit.invariants.push_back(lost);
  EXPECT_EQ(judge_probe(oversold, 100, 5, {"no_oversell"}).why, "no_lost_order is broken");
  audit.invariants[1].verdict = Verdict::undecided;
  EXPECT_EQ(judge_probe(oversold, 100, 5, {"no_oversell"}).why,
            "an audit or a threshold is undecided");
  EXPECT_EQ(judge_probe(oversold, 100, 5, {"no_oversell", "no_lost_order"}).answer, "keeps");
  oversold.thresholds[0].holds = false;
  EXPECT_EQ(judge_probe(oversold, 100, 5, {"no_oversell", "no_lost_order"}).answer, "breaks")
      << "a threshold is tolerated by nobody";
  RunResult unknown = probe_run(1);
  unknown.trials[0].audit = {};  // the ground truth could not be read
  EXPECT_EQ(judge_probe(unknown, 100, 5, {"no_oversell"}).answer, "breaks");
}

TEST(Capacity, ARunWithoutATrialSaysNothingOfTheShop) {
  RunResult none = probe_run(1);
  none.trials.clear();
  const ProbeResult probe = judge_probe(none, 100, 5);
  EXPECT_EQ(probe.answer, "saturated");
  EXPECT_EQ(probe.why, "no trial was finished");
  EXPECT_EQ(probe.rate_per_s, 100);
  EXPECT_EQ(probe.stock, 5);
  EXPECT_EQ(answer_of(probe), LoadAnswer::saturated);
  RunResult cut = probe_run(1);
  cut.trials[0].interrupted = true;
  EXPECT_EQ(judge_probe(cut, 100, 5).answer, "saturated");
  EXPECT_EQ(judge_probe(cut, 100, 5).why, "the run is no measurement");
  RunResult undecided = probe_run(1);
  undecided.trials[0].audit.as_expected = std::nullopt;
  EXPECT_EQ(judge_probe(undecided, 100, 5).answer, "breaks") << "what is not known is not kept";
}

TEST(Capacity, AProbeBreaksByAPropertyToo) {
  RunResult stale = probe_run(1);
  AuditResult& audit = stale.trials[0].audit;
  audit.as_expected = false;
  audit.properties = {{.name = "no_stale_reads",
                       .verdict = Verdict::broken,
                       .witness = "",
                       .expected = Verdict::holds,
                       .as_expected = false}};
  EXPECT_EQ(judge_probe(stale, 100, 5).why, "no_stale_reads is broken");
  EXPECT_EQ(judge_probe(stale, 100, 5, {"no_stale_reads"}).answer, "keeps");
}

TEST(Capacity, SaysWhatWasNearestItsLimit) {
  RunResult run = probe_run(2);
  EXPECT_EQ(judge_probe(run, 100, 5).busiest, "");
  run.trials[0].cost.postgres_cpu_us_per_op = 19000;  // of 100 operations a second
  const ProbeResult busy = judge_probe(run, 100, 5);
  EXPECT_NEAR(*busy.postgres_cores, 1.9, 1e-9);
  EXPECT_THAT(busy.busiest, HasSubstr("CPU, most of it PostgreSQL's (1.90 of 2 cores)"));
  run.trials[0].pool_wait.count = 10;
  run.trials[0].pool_wait.p99_us = 3000;
  EXPECT_EQ(judge_probe(run, 100, 5).busiest, "the wait for a database connection");
  run.trials[0].cost.postgres_cpu_us_per_op = 3000;
  EXPECT_EQ(judge_probe(run, 100, 5).busiest, "the wait for a database connection");
  run.scenario.resolved.emplace_back("shop.products", std::int64_t{1});
  EXPECT_THAT(judge_probe(run, 100, 5).busiest, HasSubstr("its row, or the disk"));
}

StrategyCapacity searched(double capacity, LoadAnswer beyond) {
  CapacitySearch search({.from = 100, .highest = 4000});
  std::vector<ProbeResult> probes;
  while (const auto rate = search.next()) {
    ProbeResult probe;
    probe.rate_per_s = *rate;
    search.told({*rate, *rate > capacity ? beyond : LoadAnswer::keeps, "it is late"});
    probes.push_back(probe);
  }
  return conclude_capacity("cache-aside", search, probes, std::nullopt, 500);
}

TEST(Capacity, IsAnIntervalWithItsHeadroom) {
  const StrategyCapacity found = searched(1000, LoadAnswer::breaks);
  EXPECT_EQ(found.verdict, Verdict::holds);
  EXPECT_LE(*found.kept_per_s, 1000);
  EXPECT_GT(*found.broken_per_s, 1000);
  EXPECT_NEAR(*found.headroom_percent, 90, 15);
  EXPECT_THAT(found.sentence, HasSubstr("cache-aside bears between"));
}

TEST(Capacity, OfASaturatedHarnessIsALowerBound) {
  const StrategyCapacity found = searched(1000, LoadAnswer::saturated);
  EXPECT_EQ(found.verdict, Verdict::undecided);
  EXPECT_THAT(found.sentence, HasSubstr("at least; at"));
  EXPECT_THAT(found.limited_by, HasSubstr("the harness, not the shop"));
  EXPECT_THAT(searched(1e9, LoadAnswer::breaks).sentence,
              HasSubstr("no rate that was tried breaks"));
  EXPECT_EQ(searched(0, LoadAnswer::breaks).verdict, Verdict::broken);
}

TEST(Capacity, ItsSentenceNamesTheMostAndWhatItIsOver) {
  CapacityResult result;
  result.conditions = "scenario sale";
  result.peak_per_s = 500;
  result.strategies = {searched(400, LoadAnswer::breaks), searched(1000, LoadAnswer::breaks)};
  conclude_capacities(result);
  EXPECT_EQ(result.verdict, Verdict::holds);
  EXPECT_THAT(result.conclusion,
              HasSubstr("Under scenario sale: the most that was found: cache-aside"));
  EXPECT_THAT(result.conclusion, HasSubstr("over the expected peak of 500 sessions/s"));
}

}  // namespace
}  // namespace doorbuster
