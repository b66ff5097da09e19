// Who got the units: by kind, and by the order in which they came.
#include <gtest/gtest.h>

#include "base/random.h"
#include "results/sample_testing.h"

namespace doorbuster {
namespace {

Record asked(Duration when, Outcome outcome, int item = 1) {
  Record record;
  record.item = ItemId{item};
  record.outcome = outcome;
  record.scheduled = kRunStart + when;
  return record;
}

TEST(Kinds, HaveTheirCountsAndTheirSharesOfAll) {
  TrialResult trial;
  add_sample_kinds(trial);
  ASSERT_EQ(trial.kinds.size(), 2U);
  const KindResult& bots = trial.kinds[0];
  EXPECT_EQ(bots.name, "bots");
  EXPECT_EQ(bots.counts.sessions, 300);
  EXPECT_EQ(bots.counts.arrived, 300);
  EXPECT_EQ(bots.counts.sold, 200);
  EXPECT_EQ(bots.counts.sold_out, 100);
  EXPECT_EQ(bots.counts.attempts, 900);
  EXPECT_EQ(bots.units, 200);
  EXPECT_DOUBLE_EQ(*bots.arrived_share, 0.25);
  EXPECT_DOUBLE_EQ(*bots.units_share, 200.0 / 1100);
  EXPECT_EQ(bots.buy.count, 300);
  EXPECT_NEAR(bots.buy.p50_us, 2000, 5);
  EXPECT_NEAR(trial.kinds[1].buy.p50_us, 4000, 5);
}

TEST(Kinds, WithoutAPurchaseHaveNoShare) {
  Recorder recorder;
  recorder.kinds.resize(1);
  const auto kinds = distill_kinds(recorder, {"bots"});
  EXPECT_EQ(kinds[0].arrived_share, std::nullopt);
  EXPECT_EQ(kinds[0].units_share, std::nullopt);
}

TEST(Fairness, IsOneWhereTheFirstToComeAreServed) {
  const auto fairness =
      distill_fairness({asked(1s, Outcome::sold), asked(2s, Outcome::sold),
                        asked(3s, Outcome::sold_out), asked(4s, Outcome::refused)});
  EXPECT_EQ(fairness.pairs, 4);
  EXPECT_DOUBLE_EQ(*fairness.first_come_first_served, 1);
}

TEST(Fairness, CountsPairsInOrderAndTiesHalf) {
  EXPECT_DOUBLE_EQ(*distill_fairness({asked(2s, Outcome::sold), asked(1s, Outcome::sold_out)})
                        .first_come_first_served,
                   0);
  EXPECT_DOUBLE_EQ(*distill_fairness({asked(1s, Outcome::sold), asked(1s, Outcome::sold_out)})
                        .first_come_first_served,
                   0.5);
  const auto mixed = distill_fairness({asked(1s, Outcome::sold), asked(3s, Outcome::sold),
                                       asked(2s, Outcome::sold_out), asked(3s, Outcome::sold_out)});
  EXPECT_EQ(mixed.pairs, 4);
  EXPECT_DOUBLE_EQ(*mixed.first_come_first_served, 2.5 / 4);
}

TEST(Fairness, ComparesOnlyWhoWantedTheSameAndWereAnsweredByTheShop) {
  const auto fairness = distill_fairness(
      {asked(1s, Outcome::sold, 1), asked(2s, Outcome::sold_out, 2), asked(3s, Outcome::unknown, 1),
       asked(4s, Outcome::declined, 1), asked(5s, Outcome::failed, 1)});
  EXPECT_EQ(fairness.pairs, 0);
  EXPECT_EQ(fairness.first_come_first_served, std::nullopt);
}

TEST(Fairness, IsAHalfWhereItIsByLot) {
  Random random(1);
  History history;
  for (int i = 0; i < 20'000; ++i) {
    history.push_back(asked(1ms * i, random.chance(0.3) ? Outcome::sold : Outcome::sold_out));
  }
  EXPECT_NEAR(*distill_fairness(history).first_come_first_served, 0.5, 0.01);
}

}  // namespace
}  // namespace doorbuster
