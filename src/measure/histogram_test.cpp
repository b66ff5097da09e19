#include "measure/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.h"

namespace doorbuster {
namespace {

constexpr double kPercentiles[] = {0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100};

// Latencies of every size that a run can see, from nothing to an hour.
std::vector<Duration> latencies(Random& random, std::size_t count) {
  std::vector<Duration> values(count);
  for (Duration& value : values) {
    value = Duration{static_cast<Duration::rep>(std::exp2(random.uniform() * 41.7)) - 1};
  }
  return values;
}

Histogram histogram_of(const std::vector<Duration>& values) {
  Histogram histogram;
  for (const Duration value : values) histogram.record(value);
  return histogram;
}

Duration nearest_rank(const std::vector<Duration>& sorted, double percentile) {
  const double exact = percentile / 100 * static_cast<double>(sorted.size());
  const auto rank = static_cast<std::size_t>(std::ceil(exact - 1e-6));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

TEST(Histogram, PercentilesAreThoseOfTheSortedSamplesToATenthOfAPercent) {
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 50; ++round) {
    auto values = latencies(random, 1 + random.below(3000));
    const Histogram histogram = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (const double percentile : kPercentiles) {
      const Duration exact = nearest_rank(values, percentile);
      const Duration told = histogram.percentile(percentile);
      EXPECT_GE(told, exact) << percentile;
      EXPECT_LE(to_seconds(told - exact), to_seconds(exact) / 1000) << percentile;
    }
    EXPECT_EQ(histogram.count(), values.size());
    EXPECT_EQ(histogram.max(), histogram.percentile(100));
    EXPECT_LE(histogram.min(), values.front());
    EXPECT_EQ(histogram.percentile(0), Histogram::highest_of(Histogram::slot_of(values.front())));
    const auto sum = std::accumulate(values.begin(), values.end(), Duration{0});
    const double mean = to_seconds(sum) / static_cast<double>(values.size());
    EXPECT_NEAR(to_seconds(histogram.mean()), mean, mean / 1000 + 1e-9);
  }
}

TEST(Histogram, EverySlotBeginsWhereTheOneBeforeItEnds) {
  Duration next{0};
  for (std::size_t slot = 0; slot < Histogram::kSlots; ++slot) {
    ASSERT_EQ(Histogram::lowest_of(slot), next) << slot;
    ASSERT_EQ(Histogram::slot_of(Histogram::lowest_of(slot)), slot);
    ASSERT_EQ(Histogram::slot_of(Histogram::highest_of(slot)), slot);
    next = Histogram::highest_of(slot) + 1ns;
  }
  EXPECT_EQ(static_cast<std::uint64_t>(next.count()) - 1, Histogram::kHighest);
}

TEST(Histogram, KeepsWhatIsBelowAMicrosecond) {
  for (const Duration tiny : {0ns, 1ns, 17ns, 999ns, 2047ns}) {
    EXPECT_EQ(histogram_of({tiny}).percentile(50), tiny) << tiny.count();
  }
}

TEST(Histogram, HoldsAnHourToThreeDigitsAndStaysModest) {
  const Histogram histogram = histogram_of({1h});
  EXPECT_NEAR(to_seconds(histogram.max()), 3600, 3.6);
  EXPECT_EQ(histogram.slots().back(), 0U);
  EXPECT_LT(Histogram::kSlots * sizeof(Histogram::Slot), 200U * 1024);
  EXPECT_LT(CoarseHistogram::kSlots * sizeof(Histogram::Slot), 10U * 1024);
}

TEST(Histogram, WhatIsBeyondTheTopIsCountedThere) {
  const Histogram histogram = histogram_of({1ms, 2h, Duration::max()});
  EXPECT_EQ(histogram.count(), 3U);
  EXPECT_EQ(histogram.slots().back(), 2U);
  EXPECT_EQ(static_cast<std::uint64_t>(histogram.max().count()), Histogram::kHighest);
}

TEST(Histogram, ANegativeDurationCountsAsZero) {
  const Histogram histogram = histogram_of({-1ns, Duration::min()});
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.max(), 0ns);
}

TEST(Histogram, OfNoSamplesTellsZeros) {
  const Histogram none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.min(), 0ns);
  EXPECT_EQ(none.max(), 0ns);
  EXPECT_EQ(none.mean(), 0ns);
  EXPECT_EQ(none.percentile(99), 0ns);
  EXPECT_EQ(none.samples_beyond(99), 0U);
}

TEST(Histogram, RankIsExactWhereTheProductIsNotInBinary) {
  Histogram histogram;  // 99.9 / 100 * 1000 is a little over 999
  for (int i = 1; i <= 1000; ++i) histogram.record(Duration{i});
  EXPECT_EQ(histogram.percentile(99.9), 999ns);
  EXPECT_EQ(histogram.samples_beyond(99.9), 1U);
  EXPECT_EQ(histogram.samples_beyond(99), 10U);
  EXPECT_EQ(histogram.samples_beyond(100), 0U);
}

TEST(Histogram, MergingIsAsIfOneHadRecordedAll) {
  Random random(entropy());
  for (int round = 0; round < 20; ++round) {
    const auto all = latencies(random, 2000);
    std::vector<Histogram> shards(1 + random.below(5));
    for (const Duration value : all) shards[random.below(shards.size())].record(value);
    Histogram merged;
    for (const Histogram& shard : shards) merged.merge(shard);
    EXPECT_EQ(merged, histogram_of(all));
  }
}

TEST(Histogram, AFullSlotStopsAndTheRestGoesOn) {
  std::vector<Histogram::Slot> slots(11);
  slots[10] = std::numeric_limits<Histogram::Slot>::max();
  Histogram full = Histogram::from_slots(slots);
  full.record(10ns);
  full.merge(histogram_of({10ns, 20ns}));
  EXPECT_EQ(full.count(), std::uint64_t{slots[10]} + 1);
  EXPECT_EQ(full.percentile(100), 20ns);
  EXPECT_EQ(full.percentile(50), 10ns);
}

TEST(Histogram, MeanTakesASampleAtTheMiddleOfItsSlot) {
  const std::size_t slot = Histogram::slot_of(1s);
  const Duration width = Histogram::lowest_of(slot + 1) - Histogram::lowest_of(slot);
  EXPECT_EQ(histogram_of({1s}).mean(), Histogram::lowest_of(slot) + width / 2);
  EXPECT_EQ(histogram_of({10ns, 20ns, 60ns}).mean(), 30ns);
}

TEST(Histogram, ClearedIsAsNew) {
  Histogram histogram = histogram_of({1ms, 1s});
  EXPECT_NE(histogram, Histogram());
  histogram.clear();
  EXPECT_EQ(histogram, Histogram());
}

TEST(CoarseHistogram, IsRightToOneAndAHalfPercent) {
  Random random(entropy());
  for (int i = 0; i < 10'000; ++i) {
    const Duration value{static_cast<Duration::rep>(random.below(CoarseHistogram::kHighest))};
    CoarseHistogram histogram;
    histogram.record(value);
    EXPECT_GE(histogram.percentile(99), value);
    EXPECT_LE(to_seconds(histogram.percentile(99) - value), to_seconds(value) / 64);
  }
}

}  // namespace
}  // namespace doorbuster
