#include "results/distill.h"

#include <gtest/gtest.h>

#include "measure/hdr_encoding.h"
#include "results/sample_testing.h"

namespace doorbuster {
namespace {

TEST(Distill, TakesAHistogramsFiguresAndTheHistogramItself) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.record(1us * i);
  const Distilled distilled = distill(histogram);
  EXPECT_EQ(distilled.count, 1000);
  EXPECT_NEAR(distilled.p50_us, 500, 1);
  EXPECT_NEAR(distilled.p99_us, 990, 1);
  EXPECT_NEAR(distilled.p999_us, 999, 1);
  const auto decoded = decode(distilled.histogram);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, histogram);
}

TEST(Distill, CountsEveryOutcomeUnderItsOwnName) {
  Tally tally;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    tally.outcomes[i] = static_cast<std::int64_t>(i) + 1;
  }
  tally.arrived = tally.resolved();
  const CountsResult counts = distill(tally);
  EXPECT_EQ(counts.sold, 1);
  EXPECT_EQ(counts.sold_out, 2);
  EXPECT_EQ(counts.refused, 3);
  EXPECT_EQ(counts.declined, 4);
  EXPECT_EQ(counts.expired, 5);
  EXPECT_EQ(counts.failed, 6);
  EXPECT_EQ(counts.unknown, 7);
  EXPECT_EQ(counts.abandoned, 8);
  EXPECT_EQ(counts.deterred, 9);
  EXPECT_EQ(counts.dropped, 10);
  EXPECT_EQ(counts.arrived, 55);
}

TEST(Distill, KnowsNoHitRatioOfACacheThatWasNeverAsked) {
  Tally tally;
  EXPECT_FALSE(distill_cache(tally).hit_ratio.has_value());
  tally.cache_hits = 3;
  tally.cache_misses = 1;
  EXPECT_DOUBLE_EQ(*distill_cache(tally).hit_ratio, 0.75);
}

TEST(Distill, SaysWhenABuyerWasFirstToldSoldOut) {
  Record early, late;
  early.outcome = late.outcome = Outcome::sold_out;
  early.finished = kRunStart + 20ms;
  late.finished = kRunStart + 30ms;
  EXPECT_EQ(sold_out_after_ms({late, early}), 20);
  EXPECT_FALSE(sold_out_after_ms({Record{}}).has_value());
}

TEST(Distill, GivesThroughputOverTheTimeOfLoad) {
  const TrialResult trial = sample_trial("any", 1, 600, 600, 1ms);
  EXPECT_DOUBLE_EQ(trial.throughput.offered_per_s, 1000);
  EXPECT_DOUBLE_EQ(trial.throughput.achieved_per_s, 1000);
  EXPECT_DOUBLE_EQ(trial.throughput.goodput_units_per_s, 50);
  EXPECT_EQ(trial.duration_ms, 12'000);
}

TEST(Distill, HoldsFindingsAgainstWhatTheScenarioExpects) {
  struct Case {
    std::optional<Quantity> sold;  // of 2; nothing: no ground truth
    std::optional<Verdict>
        expected;  // nothing: any; of no_oversell, no_oversold_promise and conservation
    std::optional<bool> as_expected;
  };
  const Case cases[] = {
      {2, Verdict::holds, true},
      {3, Verdict::holds, false},
      {3, Verdict::broken, true},
      {2, Verdict::broken, false},
      {3, std::nullopt, true},
      {std::nullopt, std::nullopt, std::nullopt},
      {std::nullopt, Verdict::holds, std::nullopt},
      {std::nullopt, Verdict::broken, std::nullopt},
  };
  for (const Case& each : cases) {
    const AuditReport report = each.sold ? sample_audit(2, *each.sold) : audit({}, std::nullopt);
    const AuditResult result = distill(report, {{"no_oversell", each.expected},
                                                {"no_oversold_promise", each.expected},
                                                {"conservation", each.expected}});
    EXPECT_EQ(result.as_expected, each.as_expected)
        << each.sold.value_or(-1) << " " << (each.expected ? to_string(*each.expected) : "any");
    EXPECT_EQ(result.verdict, report.verdict);
    EXPECT_EQ(result.invariants.size(), invariants().size());
  }
}

}  // namespace
}  // namespace doorbuster
