// Kinds of buyers: who is of which, what each does, when who waits for the sale to open begins.
#include "load/load_testing.h"

namespace doorbuster {
namespace {

BuyerKind kind(std::string name, double share) {
  BuyerKind kind;
  static_cast<Habits&>(kind) = plain_buyers();
  kind.name = std::move(name);
  kind.share = share;
  return kind;
}

class KindsOfBuyers : public LoadTest {
 protected:
  KindsOfBuyers() { buyers_.kinds = {kind("bots", 0.3), kind("people", 0.5)}; }

  Load flash() const {
    Load load;
    load.stages = {{.profile = Profile::poisson, .duration = 2s, .rate = 1},
                   {.profile = Profile::flash,
                    .duration = 5s,
                    .rate = 100,
                    .at = 1s,
                    .quiet_rate = 10,
                    .decay = 1s}};
    return load;
  }
};

TEST_F(KindsOfBuyers, HaveTheirSharesAndTheRestIsOfNone) {
  std::array<int, 3> seen{};
  constexpr int kBuyers = 100'000;
  for (int i = 0; i < kBuyers; ++i) ++seen.at(kind_of(buyers_, 1, BuyerId{i}));
  EXPECT_NEAR(seen[0] / double{kBuyers}, 0.3, 0.01);
  EXPECT_NEAR(seen[1] / double{kBuyers}, 0.5, 0.01);
  EXPECT_NEAR(seen[2] / double{kBuyers}, 0.2, 0.01);
  EXPECT_EQ(kinds_of(buyers_), 3U);
  EXPECT_EQ(&habits_of(buyers_, 1), &buyers_.kinds[1]);
  EXPECT_EQ(&habits_of(buyers_, 2), &buyers_);
}

TEST_F(KindsOfBuyers, ThatAddUpToOneLeaveNobodyOver) {
  buyers_.kinds = {kind("a", 0.1), kind("b", 0.2), kind("c", 0.7)};
  EXPECT_EQ(kinds_of(buyers_), 3U);
  for (int i = 0; i < 100'000; ++i) ASSERT_LT(kind_of(buyers_, 1, BuyerId{i}), 3U);
}

TEST_F(KindsOfBuyers, DoNotChangeWhatABuyerDraws) {
  const Buyers plain = plain_buyers();
  for (int i = 0; i < 100; ++i) {
    Random one = buyer_stream(1, BuyerId{i});
    Random two = buyer_stream(1, BuyerId{i});
    const Intent with =
        draw_intent(habits_of(buyers_, kind_of(buyers_, 1, BuyerId{i})), products_, one);
    const Intent without = draw_intent(plain, products_, two);
    EXPECT_EQ(with.item, without.item);
    EXPECT_EQ(one.next(), two.next());
  }
}

TEST_F(KindsOfBuyers, AreCountedApartAndTogether) {
  buyers_.kinds[0].retries = 3;
  buyers_.kinds[1].never_buys = 1;
  buyers_.kinds[1].views = fixed(2);
  recorder_.kinds.resize(kinds_of(buyers_));
  shop_.answer = Purchase{Outcome::refused, {}};
  for (int i = 0; i < 100; ++i) begin_session(guests_, BuyerId{i}, kRunStart);
  scheduler_.run();
  const Tally& bots = recorder_.kinds[0].tally;
  const Tally& people = recorder_.kinds[1].tally;
  const Tally& others = recorder_.kinds[2].tally;
  EXPECT_EQ(bots.sessions + people.sessions + others.sessions, 100);
  EXPECT_GT(bots.arrived, 0);
  EXPECT_EQ(bots[Outcome::refused], bots.arrived);
  EXPECT_EQ(bots.attempts, 4 * bots.arrived);
  EXPECT_EQ(people.arrived, 0);
  EXPECT_EQ(people.browsed, people.sessions);
  EXPECT_EQ(people.views, 2 * people.sessions);
  EXPECT_EQ(others.attempts, others.arrived);
  EXPECT_EQ(recorder_.kinds[0].buy.count(), static_cast<std::uint64_t>(bots.arrived));
  for (const KindFigures& each : recorder_.kinds) EXPECT_TRUE(each.tally.balances());
  Tally sum = bots;
  sum.merge(people);
  sum.merge(others);
  sum.cache_hits = recorder_.tally.cache_hits;
  EXPECT_EQ(sum, recorder_.tally);
  for (const Record& record : history_) {
    EXPECT_EQ(record.kind, kind_of(buyers_, 1, record.buyer));
  }
}

TEST_F(KindsOfBuyers, ThatReactWaitForTheSaleToOpen) {
  for (BuyerKind& each : buyers_.kinds) each.reaction = fixed(0.25);
  buyers_.reaction = fixed(0.25);
  const Load load = flash();
  const BuyerId buyer{1};
  EXPECT_EQ(begins_at(load, buyers_, 1, buyer, 1900ms), 1900ms) << "in the stage before";
  EXPECT_EQ(begins_at(load, buyers_, 1, buyer, 2s), 3250ms);
  EXPECT_EQ(begins_at(load, buyers_, 1, buyer, 2999ms), 3250ms);
  EXPECT_EQ(begins_at(load, buyers_, 1, buyer, 3s), 3s) << "the sale is open";
  EXPECT_EQ(begins_at(load, buyers_, 1, buyer, 6s), 6s);
}

TEST_F(KindsOfBuyers, ThatDoNotReactBeginWhenTheyCome) {
  EXPECT_EQ(begins_at(flash(), buyers_, 1, BuyerId{1}, 2500ms), 2500ms);
}

TEST_F(KindsOfBuyers, WhoWaitsIsInsideAndFeelsNothingUntilItBegins) {
  buyers_.kinds.clear();
  buyers_.reaction = fixed(0.25);
  const Load load = flash();
  Crowd crowd(floor_, load, {0, 1}, 1'000'000);
  inside_.spawn(crowd.let_in(kRunStart));
  scheduler_.run_until(at(2990ms));
  EXPECT_GT(crowd.inside(), 0U);
  EXPECT_EQ(recorder_.in_flight, static_cast<std::int64_t>(crowd.inside()));
  const std::size_t before = shop_.orders.size();
  const auto waiting = crowd.inside();
  scheduler_.run_until(at(3250ms));
  EXPECT_EQ(crowd.inside(), 0U);
  EXPECT_GE(shop_.orders.size(), before + waiting);
  EXPECT_EQ(recorder_.latency.buy.max(), Duration{}) << "latency runs from the shifted schedule";
}

TEST_F(KindsOfBuyers, WhoIsCutWhileWaitingIsAbandonedAndNeverLeavesBeforeItCame) {
  buyers_.kinds.clear();
  come(at(10s));
  scheduler_.run_until(at(1s));
  guests_.destroy_all();
  expect_settled(Outcome::abandoned);
  for (const SeriesRow& row : recorder_.series.rows()) EXPECT_GE(row.in_flight, 0);
}

TEST_F(KindsOfBuyers, WhoAreTooManyToLetInAreDroppedByTheirShares) {
  buyers_.kinds[0].never_buys = 1;
  buyers_.kinds[1].cart = fixed(3);
  EXPECT_NEAR(mean_intents(buyers_), 0.5 * 3 + 0.2, 1e-9);
}

}  // namespace
}  // namespace doorbuster
