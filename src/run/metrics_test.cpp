#include "run/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster {
namespace {

// 100 views of 1 ms to 100 ms, half of the lag each; 11 purchases: 6 sold, 2 sold out, 1 failed,
// 1 unknown, 1 refused; 4 intents dropped.
Recorder some_recording() {
  Recorder recorder;
  for (int i = 1; i <= 100; ++i) {
    recorder.view({kRunStart, kRunStart + 500us * i, kRunStart + 1ms * i});
  }
  for (int i = 0; i < 15; ++i) recorder.intent(kRunStart);
  const auto buy = [&](Outcome outcome, Quantity units, Duration latency) {
    recorder.purchase({kRunStart, kRunStart, kRunStart + latency}, outcome, units);
  };
  for (int i = 0; i < 6; ++i) buy(Outcome::sold, 2, 10ms);
  for (int i = 0; i < 2; ++i) buy(Outcome::sold_out, 0, 20ms);
  buy(Outcome::failed, 0, 30ms);
  buy(Outcome::unknown, 0, 40ms);
  buy(Outcome::refused, 0, 5ms);
  for (int i = 0; i < 4; ++i) recorder.end_idle(Outcome::dropped, kRunStart);
  recorder.tally.cache_hits = 90;
  recorder.tally.cache_misses = 10;
  return recorder;
}

struct ReadingCase {
  const char* metric;
  double value;
  std::int64_t samples;
};

TEST(Metrics, AreReadFromWhatATrialRecorded) {
  const Recorder recorded = some_recording();
  const TrialFigures figures{recorded, 2s};
  for (const auto& [metric, value, samples] :
       {ReadingCase{"view.p50", 50e3, 100}, ReadingCase{"view.p90", 90e3, 100},
        ReadingCase{"view.p99", 99e3, 100}, ReadingCase{"view.p999", 100e3, 100},
        ReadingCase{"view.max", 100e3, 100}, ReadingCase{"view.mean", 50.5e3, 100},
        ReadingCase{"view_lag.max", 50e3, 100}, ReadingCase{"buy.p50", 10e3, 11},
        ReadingCase{"buy.max", 40e3, 11}, ReadingCase{"buy_sold.max", 10e3, 6},
        ReadingCase{"buy_sold_out.p50", 20e3, 2}, ReadingCase{"buy_lag.max", 0, 11},
        ReadingCase{"goodput", 6, 12}, ReadingCase{"achieved", 4.5, 9},
        ReadingCase{"failed_share", 2.0 / 111, 111}, ReadingCase{"dropped_share", 4.0 / 15, 15},
        ReadingCase{"refused_share", 1.0 / 15, 15}, ReadingCase{"hit_ratio", 0.9, 100}}) {
    const auto measured = measure_metric(metric, figures);
    ASSERT_TRUE(measured.has_value()) << metric;
    EXPECT_NEAR(measured->value, value, value * 0.005) << metric;
    EXPECT_EQ(measured->samples, samples) << metric;
  }
}

TEST(Metrics, APaymentIsAnOperationAndMayFailAsOne) {
  Recorder recorder;
  for (int i = 0; i < 4; ++i) {
    recorder.intent(kRunStart);
    recorder.held({kRunStart, kRunStart, kRunStart + 1ms});
    const Outcome outcome = i == 0 ? Outcome::unknown : Outcome::sold;
    recorder.paid({kRunStart, kRunStart, kRunStart + 1ms}, outcome, 1);
  }
  EXPECT_EQ(operations_of(recorder), 8);
  const auto failed = measure_metric("failed_share", {recorder, 1s});
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->value, 1.0 / 8);
  EXPECT_EQ(failed->samples, 8);
}

TEST(Metrics, WithoutASampleThereIsNoValue) {
  const Recorder nothing;
  for (const MetricWord& word : metric_words()) {
    EXPECT_EQ(measure_metric(word.name, {nothing, Duration{}}), std::nullopt) << word.name;
  }
}

TEST(Metrics, TheAuditsAreKnownOnlyOnceItHasJudged) {
  const Recorder recorded = some_recording();
  AuditFigures audit;
  EXPECT_FALSE(measure_metric("oversold_units", {recorded, 2s, &audit}))
      << "the truth could not be read";
  audit.oversold_units = 3;
  audit.oversold_promised_units = 4;
  audit.undersold_units = 5;
  EXPECT_FALSE(measure_metric("oversold_units", {recorded, 2s})) << "the trial is running";
  EXPECT_EQ(measure_metric("oversold_units", {recorded, 2s, &audit})->value, 3);
  EXPECT_EQ(measure_metric("oversold_promised_units", {recorded, 2s, &audit})->value, 4);
  EXPECT_EQ(measure_metric("undersold_units", {recorded, 2s, &audit})->value, 5);
}

TEST(Metrics, HowOldTheViewsWereIsKnownOnlyOnceTheHistoryIsJudged) {
  const Recorder recorded = some_recording();
  Staleness staleness;
  staleness.all = {.views = 100, .stale = 2};
  for (int i = 0; i < 98; ++i) staleness.age.record(Duration{});
  for (int i = 0; i < 2; ++i) staleness.age.record(30ms);
  EXPECT_FALSE(measure_metric("stale_share", {recorded, 2s}));
  EXPECT_FALSE(measure_metric("view_age.p99", {recorded, 2s}));
  const TrialFigures judged{recorded, 2s, nullptr, &staleness};
  EXPECT_EQ(measure_metric("stale_share", judged)->value, 0.02);
  EXPECT_EQ(measure_metric("view_age.p50", judged)->value, 0);
  EXPECT_NEAR(measure_metric("view_age.p99", judged)->value, 30e3, 150);
  EXPECT_EQ(measure_metric("view_age.p99", judged)->samples, 100);
}

TEST(Metrics, EveryWordIsAMetricAndNoOtherIs) {
  Recorder recorded = some_recording();
  recorded.paid({kRunStart, kRunStart, kRunStart + 5ms}, Outcome::sold, 1);
  AuditFigures audit;
  audit.oversold_units = audit.oversold_promised_units = audit.undersold_units = 0;
  Staleness staleness;
  staleness.all.views = 1;
  staleness.age.record(1ms);
  const TrialFigures figures{recorded, 1s, &audit, &staleness};
  for (const MetricWord& word : metric_words()) {
    EXPECT_TRUE(measure_metric(word.name, figures)) << word.name;
    EXPECT_EQ(word.kind == MetricKind::time, word.name.find('.') != std::string::npos) << word.name;
  }
  for (const MetricWord& word : metric_words()) {
    EXPECT_NE(measure_metric(word.name, {recorded, 1s}).has_value(), word.audited)
        << word.name << " is known while the trial runs, or only after";
  }
  for (const char* no_metric :
       {"", ".", "buy", "buy.", "buy.p98", ".p99", "sell.p99", "goodput.p99"}) {
    EXPECT_FALSE(measure_metric(no_metric, figures)) << no_metric;
  }
}

TEST(Metrics, ComparisonsAreWhatTheySay) {
  using Comparison = Threshold::Comparison;
  struct Row {
    Comparison comparison;
    bool below, at, above;
  };
  for (const auto& [comparison, below, at, above] :
       {Row{Comparison::less, true, false, false}, Row{Comparison::less_equal, true, true, false},
        Row{Comparison::greater, false, false, true},
        Row{Comparison::greater_equal, false, true, true},
        Row{Comparison::equal, false, true, false}}) {
    EXPECT_EQ(holds(comparison, 1, 2), below);
    EXPECT_EQ(holds(comparison, 2, 2), at);
    EXPECT_EQ(holds(comparison, 3, 2), above);
  }
}

}  // namespace
}  // namespace doorbuster
