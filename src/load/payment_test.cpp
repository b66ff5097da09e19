// Buyers whose purchase is only held until they pay.
#include "load/load_testing.h"

namespace doorbuster {
namespace {

class Paying : public LoadTest {
 protected:
  Paying() {
    shop_.hold();
    shop_.sale_takes = 10ms;
    shop_.payment_takes = 20ms;
    buyers_.payment.time = fixed(3);
  }
};

TEST_F(Paying, TakesItsTimeAndEndsThePurchase) {
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
  ASSERT_EQ(shop_.payments.size(), 1U);
  EXPECT_EQ(shop_.payments[0].second, Payment::approved);
  EXPECT_EQ(shop_.payments[0].first.key, shop_.orders[0].key);
  ASSERT_EQ(history_.size(), 1U);
  EXPECT_EQ(history_[0].outcome, Outcome::sold);
  EXPECT_EQ(history_[0].scheduled, kRunStart);
  EXPECT_EQ(history_[0].finished, at(3030ms));
  EXPECT_NEAR(to_millis(recorder_.latency.buy_sold.max()), 10, 0.1) << "the hold";
  EXPECT_NEAR(to_millis(recorder_.latency.pay.max()), 20, 0.1) << "from the provider's answer";
  EXPECT_EQ(recorder_.latency.buy.count(), 1U);
  EXPECT_EQ(recorder_.series.rows().at(3).sold, 1);
}

TEST_F(Paying, ThatTheProviderDeclinesIsDeclined) {
  buyers_.payment.fails = 1;
  come();
  scheduler_.run();
  expect_settled(Outcome::declined);
  EXPECT_EQ(shop_.payments[0].second, Payment::declined);
}

TEST_F(Paying, TooLateFindsTheHoldExpired) {
  shop_.paid = Purchase{Outcome::expired, {}};
  come();
  scheduler_.run();
  expect_settled(Outcome::expired);
  EXPECT_NE(history_[0].finished, kNever);
}

TEST_F(Paying, WithoutAnAnswerIsUnknownAndWithADefiniteErrorFailed) {
  shop_.paid = lost_reply();
  come();
  scheduler_.run();
  expect_settled(Outcome::unknown);
  EXPECT_EQ(history_[0].finished, kNever);

  recorder_ = Recorder();
  history_.clear();
  shop_.paid = not_sent();
  come();
  scheduler_.run();
  expect_settled(Outcome::failed);
}

TEST_F(Paying, IsNotForWhoAbandonsWhatIsHeld) {
  buyers_.payment.abandons = 1;
  come();
  scheduler_.run();
  expect_settled(Outcome::abandoned);
  EXPECT_TRUE(shop_.payments.empty());
  ASSERT_EQ(history_.size(), 1U);
  EXPECT_FALSE(history_[0].sent) << "an order for it would be a phantom";
  EXPECT_EQ(recorder_.latency.buy.count(), 1U) << "the hold was answered";
  EXPECT_EQ(recorder_.tally.attempts, 1);
}

TEST_F(Paying, WhoLosesPatienceBeforeTheProviderAnswersAbandons) {
  buyers_.patience = 2s;
  come();
  scheduler_.run();
  expect_settled(Outcome::abandoned);
  EXPECT_EQ(scheduler_.now(), at(2s));
}

TEST_F(Paying, WhoLosesPatienceWhileItIsInFlightDoesNotKnow) {
  buyers_.patience = 3020ms;
  come();
  scheduler_.run();
  expect_settled(Outcome::unknown);
  EXPECT_EQ(history_[0].finished, kNever);
  EXPECT_TRUE(history_[0].sent);
}

TEST_F(Paying, AfterALostAttemptSettlesAllTheSame) {
  buyers_.retries = 1;
  shop_.answers = {lost_reply()};
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
  EXPECT_EQ(shop_.payments[0].first.repeats, 1);

  recorder_ = Recorder();
  history_.clear();
  shop_.orders.clear();
  buyers_.payment.fails = 1;
  come(scheduler_.now());
  scheduler_.run();
  expect_settled(Outcome::declined);
}

TEST_F(Paying, ABuyerWhoIsCutIsSettledOnceWhereverItStands) {
  struct Cut {
    Duration when;
    Outcome outcome;
    bool sent;
  };
  for (const Cut& cut : {Cut{5ms, Outcome::unknown, true}, Cut{1s, Outcome::abandoned, false},
                         Cut{3015ms, Outcome::unknown, true}}) {
    recorder_ = Recorder();
    history_.clear();
    const Instant came = scheduler_.now();
    come(came);
    scheduler_.run_until(came + cut.when);
    guests_.destroy_all();
    expect_settled(cut.outcome);
    ASSERT_EQ(history_.size(), 1U);
    EXPECT_EQ(history_[0].sent, cut.sent);
    EXPECT_EQ(recorder_.latency.pay.count(), cut.when > 3s ? 1U : 0U);
  }
}

}  // namespace
}  // namespace doorbuster
