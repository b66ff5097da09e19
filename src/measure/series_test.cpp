#include "measure/series.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace doorbuster {
namespace {

constexpr Instant moment(Duration since) { return kRunStart + since; }

void expect_about(std::optional<Duration> found, Duration expected) {
  ASSERT_TRUE(found.has_value());
  EXPECT_GE(*found, expected);
  EXPECT_LE(to_seconds(*found), to_seconds(expected) * 65 / 64);
}

TEST(Series, LatencyCountsWhereItWasScheduledAndThroughputWhereItFinished) {
  Series series;
  series.arrived(moment(900ms));
  series.bought({moment(900ms), moment(950ms), moment(2100ms)});
  series.ended(Outcome::sold, moment(2100ms));
  series.viewed(moment(1500ms));
  const auto rows = series.rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].arrived, 1);
  EXPECT_EQ(rows[0].sold, 0);
  expect_about(rows[0].buy_p50, 1200ms);
  expect_about(rows[0].buy_p99, 1200ms);
  EXPECT_EQ(rows[1].views, 1);
  EXPECT_EQ(rows[1].buy_p99, std::nullopt);
  EXPECT_EQ(rows[2].sold, 1);
  EXPECT_EQ(rows[2].buy_p99, std::nullopt);
  EXPECT_EQ(rows[2].at_ms, 2000);
}

TEST(Series, TimesAreSinceTheOriginAndEarlierOnesCountInTheFirstInterval) {
  Series series(moment(10s), 500ms);
  series.viewed(moment(9s));
  series.viewed(moment(10600ms));
  const auto rows = series.rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].views, 1);
  EXPECT_EQ(rows[1].views, 1);
  EXPECT_EQ(rows[1].at_ms, 500);
}

TEST(Series, BuyersInFlightAreThoseWhoCameAndHaveNotGoneAtTheEndOfTheInterval) {
  Series series;
  series.buyer_came(moment(100ms));
  series.buyer_came(moment(200ms));
  series.buyer_left(moment(2500ms));
  series.buyer_came(moment(3100ms));
  series.buyer_left(moment(3200ms));
  const auto rows = series.rows();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].in_flight, 2);
  EXPECT_EQ(rows[1].in_flight, 2);
  EXPECT_EQ(rows[2].in_flight, 1);
  EXPECT_EQ(rows[3].in_flight, 1);
}

TEST(Series, StockIsTheLastSeen) {
  Series series;
  series.viewed(moment(500ms));
  series.saw_stock(moment(1100ms), 9);
  series.saw_stock(moment(1900ms), 7);
  series.viewed(moment(2500ms));
  const auto rows = series.rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].stock_left, std::nullopt);
  EXPECT_EQ(rows[1].stock_left, 7);
  EXPECT_EQ(rows[2].stock_left, 7);
}

TEST(Series, PurchasesNeverBegunHaveNoLatency) {
  Series series;
  series.ended(Outcome::sold_out, moment(0s));
  series.ended(Outcome::deterred, moment(0s));
  EXPECT_EQ(series.rows()[0].sold_out, 1);
  EXPECT_EQ(series.rows()[0].buy_p50, std::nullopt);
}

struct Event {
  int what;
  Times times;
};

void apply(Series& series, const Event& event) {
  switch (event.what) {
    case 0:
      return series.arrived(event.times.scheduled);
    case 1:
      return series.viewed(event.times.finished);
    case 2:
      return series.bought(event.times);
    case 3:
      return series.ended(Outcome::sold_out, event.times.finished);
    case 4:
      return series.buyer_came(event.times.started);
    default:
      return series.buyer_left(event.times.finished);
  }
}

TEST(Series, ShardsMergedAreAsIfOneHadSeenAllHoweverLongTheRun) {
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (const Duration length : {Duration(5s), Duration(599s), Duration(700s), Duration(3h)}) {
    Series whole;
    std::vector<Series> shards(3);
    for (int i = 0; i < 2000; ++i) {
      Event event{static_cast<int>(random.below(6)), {}};
      event.times.scheduled = moment(from_seconds(random.uniform() * to_seconds(length)));
      event.times.started = event.times.scheduled + from_seconds(random.exponential(0.01));
      event.times.finished = event.times.started + from_seconds(random.exponential(0.5));
      apply(whole, event);
      // The first shard ends early: its interval may stay finer than the others'.
      const bool early = event.times.finished < moment(length / 4);
      apply(shards[early ? random.below(3) : 1 + random.below(2)], event);
    }
    for (int order = 0; order < 3; ++order) {
      Series merged;
      for (std::size_t i = 0; i < 3; ++i)
        merged.merge(shards[(i + static_cast<std::size_t>(order)) % 3]);
      EXPECT_EQ(merged.interval(), whole.interval());
      EXPECT_EQ(merged.rows(), whole.rows());
    }
  }
}

TEST(Series, AtMostSixHundredIntervalsWhateverTheTimes) {
  Series series;
  for (int i = 0; i < 1300; ++i) series.viewed(moment(i * 1s));
  series.saw_stock(moment(1299s), 5);
  auto rows = series.rows();
  EXPECT_EQ(series.interval(), Duration(4s));
  ASSERT_EQ(rows.size(), 325U);
  for (const SeriesRow& row : rows) EXPECT_EQ(row.views, 4);
  EXPECT_EQ(rows[1].at_ms, 4000);

  series.viewed(kNever);  // a bug elsewhere must not take all memory here
  EXPECT_LE(series.rows().size(), Series::kMostIntervals);
}

TEST(Series, WhenIntervalsDoubleTheLaterStockStands) {
  Series series;
  series.saw_stock(moment(0s), 7);
  series.saw_stock(moment(1s), 9);  // some came back
  series.saw_stock(moment(2s), 8);
  series.viewed(moment(700s));
  EXPECT_EQ(series.rows()[0].stock_left, 9);
  EXPECT_EQ(series.rows()[1].stock_left, 8);
}

TEST(Series, RecordsOnAfterAMergeThatDoubledItsInterval) {
  Series one;
  one.viewed(moment(500s));
  Series longer;
  longer.viewed(moment(700s));
  one.merge(longer);
  one.viewed(moment(500s));
  EXPECT_EQ(one.rows()[250].views, 2);
}

TEST(Series, MergingKeepsTheSmallerStock) {
  Series one;
  one.saw_stock(moment(100ms), 8);
  Series two;
  two.saw_stock(moment(200ms), 6);
  two.saw_stock(moment(1200ms), 3);
  one.merge(two);
  EXPECT_EQ(one.rows()[0].stock_left, 6);
  EXPECT_EQ(one.rows()[1].stock_left, 3);
}

TEST(Series, IsRecentlyWhatItsLastWholeIntervalWasAndTheStockAsLastSeen) {
  Series series;
  EXPECT_FALSE(series.recent(moment(0s)).buy_p99);
  series.bought({moment(900ms), moment(900ms), moment(910ms)});
  series.saw_stock(moment(100ms), 8);
  series.bought({moment(1100ms), moment(1100ms), moment(1300ms)});
  EXPECT_FALSE(series.recent(moment(999ms)).buy_p99) << "no interval is over";
  expect_about(series.recent(moment(1999ms)).buy_p99, 10ms);
  expect_about(series.recent(moment(2s)).buy_p50, 200ms);
  EXPECT_EQ(series.recent(moment(2s)).stock_left, 8);
  EXPECT_FALSE(series.recent(moment(3500ms)).buy_p99) << "nobody bought";
  EXPECT_FALSE(Series().recent(moment(5s)).stock_left);
}

}  // namespace
}  // namespace doorbuster
