#include "measure/recorder.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

constexpr Instant at(Duration since) { return kRunStart + since; }

const Times kTimes{at(100us), at(130us), at(600us)};

TEST(Times, LatencyRunsFromTheSchedule) {
  EXPECT_EQ(kTimes.latency(), 500us);
  EXPECT_EQ(kTimes.service(), 470us);
  EXPECT_EQ(kTimes.lag(), 30us);
}

TEST(Recorder, APurchaseIsMeasuredThriceAndCountedOnce) {
  Recorder recorder;
  recorder.intent(kTimes.scheduled);
  recorder.purchase(kTimes, Outcome::sold, 3);
  EXPECT_TRUE(recorder.tally.balances());
  EXPECT_EQ(recorder.tally[Outcome::sold], 1);
  EXPECT_EQ(recorder.tally.units_sold, 3);
  EXPECT_EQ(recorder.tally.attempts, 1);
  for (const Histogram* histogram : {&recorder.latency.buy, &recorder.latency.buy_sold}) {
    EXPECT_EQ(histogram->percentile(50), Histogram::highest_of(Histogram::slot_of(500us)));
  }
  EXPECT_EQ(recorder.service.buy.percentile(50), Histogram::highest_of(Histogram::slot_of(470us)));
  EXPECT_EQ(recorder.lag.buy_sold.percentile(50), Histogram::highest_of(Histogram::slot_of(30us)));
  EXPECT_TRUE(recorder.latency.buy_sold_out.empty());
  EXPECT_TRUE(recorder.latency.view.empty());
}

TEST(Recorder, LosersHaveAHistogramOfTheirOwnAndOthersOnlyTheCommonOne) {
  Recorder recorder;
  recorder.purchase(kTimes, Outcome::sold_out, 1);
  recorder.purchase(kTimes, Outcome::unknown, 1);
  EXPECT_EQ(recorder.latency.buy.count(), 2U);
  EXPECT_EQ(recorder.latency.buy_sold_out.count(), 1U);
  EXPECT_EQ(recorder.service.buy_sold_out.count(), 1U);
  EXPECT_EQ(recorder.lag.buy_sold_out.count(), 1U);
  EXPECT_TRUE(recorder.latency.buy_sold.empty());
  EXPECT_EQ(recorder.tally.units_sold, 0);
}

TEST(Recorder, AFailedViewIsApartButItsWaitIsFelt) {
  Recorder recorder;
  recorder.view(kTimes);
  recorder.view_failed(kTimes);
  EXPECT_EQ(recorder.tally.views, 1);
  EXPECT_EQ(recorder.tally.views_failed, 1);
  EXPECT_EQ(recorder.latency.view.count(), 2U);
  EXPECT_EQ(recorder.series.rows()[0].views, 1);
}

TEST(Recorder, AnIntentThatNeverBeganCountsWithoutATime) {
  Recorder recorder;
  recorder.intent(at(1s));
  recorder.end_idle(Outcome::dropped, at(1s));
  EXPECT_TRUE(recorder.tally.balances());
  EXPECT_TRUE(recorder.latency.buy.empty());
}

TEST(Recorder, WhatIsHeldEndsWhenItIsPaid) {
  Recorder recorder;
  recorder.intent(kTimes.scheduled);
  recorder.held(kTimes, 2);
  EXPECT_FALSE(recorder.tally.balances());
  EXPECT_EQ(recorder.tally.attempts, 2);
  EXPECT_EQ(recorder.latency.buy_sold.count(), 1U);
  EXPECT_EQ(recorder.series.rows()[0].sold, 0);
  recorder.paid({at(1s), at(1s), at(1100ms)}, Outcome::sold, 3);
  EXPECT_TRUE(recorder.tally.balances());
  EXPECT_EQ(recorder.tally.units_sold, 3);
  EXPECT_EQ(recorder.latency.buy.count(), 1U);
  EXPECT_EQ(recorder.latency.pay.count(), 1U);
  EXPECT_EQ(recorder.series.rows()[1].sold, 1);
}

TEST(Recorder, KindsOfBuyersAreCountedApartAndMerged) {
  Recorder one;
  one.kinds.resize(2);
  one.intent(at(0s), 1);
  one.purchase(kTimes, Outcome::sold, 4, 3, 1);
  Recorder sum;
  sum.merge(one);
  sum.merge(one);
  ASSERT_EQ(sum.kinds.size(), 2U);
  EXPECT_EQ(sum.kinds[0].tally, Tally{});
  EXPECT_EQ(sum.kinds[1].tally.units_sold, 8);
  EXPECT_EQ(sum.kinds[1].tally.attempts, 6);
  EXPECT_EQ(sum.kinds[1].buy.count(), 2U);
  EXPECT_EQ(sum.kinds[1].tally, sum.tally);
}

TEST(Recorder, MergingAddsShards) {
  Recorder one;
  Recorder two;
  for (Recorder* shard : {&one, &two}) {
    shard->buyer_came(at(0s));
    shard->intent(kTimes.scheduled);
    shard->view(kTimes);
    shard->purchase(kTimes, Outcome::sold, 1);
    shard->purchase(kTimes, Outcome::sold_out, 1);
    shard->errors.add(invalid("bad"));
  }
  two.buyer_left(at(1s));
  one.merge(two);
  EXPECT_EQ(one.tally[Outcome::sold], 2);
  EXPECT_EQ(one.in_flight, 1);
  EXPECT_EQ(one.errors.total(), 2);
  EXPECT_EQ(one.series.rows()[0].sold, 2);
  for (const OperationHistograms* three : {&one.latency, &one.service, &one.lag}) {
    EXPECT_EQ(three->view.count(), 2U);
    EXPECT_EQ(three->buy.count(), 4U);
    EXPECT_EQ(three->buy_sold.count(), 2U);
    EXPECT_EQ(three->buy_sold_out.count(), 2U);
  }
}

TEST(Recorder, TellsItsFiguresSoFar) {
  Recorder recorder;
  recorder.buyer_came(at(0s));
  for (const Outcome outcome :
       {Outcome::sold, Outcome::sold_out, Outcome::failed, Outcome::unknown}) {
    recorder.intent(at(0s));
    recorder.purchase(kTimes, outcome, 1);
  }
  recorder.intent(at(0s));
  recorder.intent(at(0s));
  recorder.end_idle(Outcome::dropped, at(0s));
  recorder.view(kTimes);
  recorder.view_failed(kTimes);
  const Snapshot expected{.at = at(2s),
                          .arrived = 6,
                          .resolved = 5,
                          .sold = 1,
                          .sold_out = 1,
                          .views = 1,
                          .in_flight = 1,
                          .dropped = 1,
                          .errors = 3,
                          .buy_p99 = recorder.latency.buy.percentile(99)};
  EXPECT_EQ(recorder.snapshot(at(2s)), expected);
}

}  // namespace
}  // namespace doorbuster
