// Buyers who try again: one purchase, one outcome, whatever the attempts.
#include "load/load_testing.h"

namespace doorbuster {
namespace {

class Retry : public LoadTest {
 protected:
  Retry() {
    buyers_.retries = 2;
    buyers_.retry_delay = fixed(0.01);
    shop_.sale_takes = 1ms;
  }
  static Purchase no(Outcome outcome) { return Purchase{outcome, {}}; }

  void buy(std::vector<Result<Purchase>> answers) {
    recorder_ = Recorder();
    history_.clear();
    shop_.orders.clear();
    shop_.answers = std::move(answers);
    came_ = scheduler_.now();
    come(came_);
    scheduler_.run();
  }

  Instant came_{};
};

TEST_F(Retry, AfterAFailureARefusalOrNoAnswerSellsOnce) {
  for (const Result<Purchase>& first :
       {Result<Purchase>(not_sent()), Result<Purchase>(lost_reply()),
        Result<Purchase>(no(Outcome::refused))}) {
    buy({first});
    expect_settled(Outcome::sold);
    EXPECT_EQ(shop_.orders.size(), 2U);
    EXPECT_EQ(recorder_.tally.attempts, 2);
    ASSERT_EQ(history_.size(), 1U);
    EXPECT_EQ(history_[0].attempts, 2);
  }
}

TEST_F(Retry, LatencyRunsFromTheScheduleToTheLastAnswer) {
  buy({not_sent(), not_sent()});
  expect_settled(Outcome::sold);
  EXPECT_EQ(recorder_.tally.attempts, 3);
  EXPECT_EQ(history_[0].scheduled, came_);
  EXPECT_EQ(history_[0].started, came_);
  EXPECT_EQ(history_[0].finished, came_ + 23ms) << "three attempts and two delays";
  EXPECT_NEAR(to_millis(recorder_.latency.buy.max()), 23, 0.1);
  EXPECT_NEAR(to_millis(recorder_.lag.buy.max()), 0, 0.1);
  EXPECT_EQ(recorder_.latency.buy.count(), 1U);
}

TEST_F(Retry, EndsAfterTheMostAttemptsWithTheLastAnswer) {
  shop_.answer = no(Outcome::refused);
  buy({not_sent()});
  expect_settled(Outcome::refused);
  EXPECT_EQ(shop_.orders.size(), 3U);
}

TEST_F(Retry, SoldOutIsTriedAgainOnlyByWhoIgnoresIt) {
  buy({no(Outcome::sold_out)});
  expect_settled(Outcome::sold_out);
  EXPECT_EQ(shop_.orders.size(), 1U);

  buyers_.ignores_sold_out = true;
  buy({no(Outcome::sold_out), no(Outcome::sold_out)});
  expect_settled(Outcome::sold);
  EXPECT_EQ(shop_.orders.size(), 3U);
}

TEST_F(Retry, UnderTheSameKeyTellsTheShopHowOftenItCame) {
  buy({lost_reply(), lost_reply()});
  ASSERT_EQ(shop_.orders.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const Order& order = shop_.orders[static_cast<std::size_t>(i)];
    EXPECT_EQ(order.key, order_key(BuyerId{7}));
    EXPECT_EQ(order.repeats, i);
  }
  EXPECT_EQ(history_[0].keys, 1);
}

TEST_F(Retry, UnderANewKeyEachIsAPurchaseOfItsOwnToTheShopAndOneInTheHistory) {
  buyers_.retry_with_new_key = true;
  buy({lost_reply(), lost_reply()});
  expect_settled(Outcome::sold);
  ASSERT_EQ(shop_.orders.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const Order& order = shop_.orders[static_cast<std::size_t>(i)];
    EXPECT_EQ(order.key, order_key(BuyerId{7}, 0, i));
    EXPECT_EQ(order.repeats, 0);
    EXPECT_EQ(first_key(order.key), history_[0].key);
  }
  ASSERT_EQ(history_.size(), 1U);
  EXPECT_EQ(history_[0].keys, 3);
}

TEST_F(Retry, ANoAfterALostReplyIsUnknownUnlessTheKeyWasLookedUp) {
  buy({lost_reply(), no(Outcome::sold_out)});
  expect_settled(Outcome::sold_out);
  EXPECT_NE(history_[0].finished, kNever);

  buy({lost_reply(), no(Outcome::refused), no(Outcome::refused)});
  expect_settled(Outcome::unknown);
  EXPECT_EQ(history_[0].finished, kNever);

  buy({lost_reply(), not_sent(), not_sent()});
  expect_settled(Outcome::unknown);

  buyers_.retry_with_new_key = true;
  buy({lost_reply(), no(Outcome::sold_out)});
  expect_settled(Outcome::unknown);
}

TEST_F(Retry, WhoLosesPatienceBetweenAttemptsEndsWithTheLastAnswer) {
  buyers_.retry_delay = fixed(60);
  buyers_.patience = 5s;
  buy({no(Outcome::refused)});
  expect_settled(Outcome::refused);
  EXPECT_EQ(scheduler_.now(), came_ + 5s);
  EXPECT_EQ(history_[0].finished, came_ + 1ms);

  buy({lost_reply()});
  expect_settled(Outcome::unknown);
}

TEST_F(Retry, WhoLosesPatienceDuringAnAttemptDoesNotKnow) {
  buyers_.patience = 11500us;
  buy({no(Outcome::refused)});
  expect_settled(Outcome::unknown);
  EXPECT_EQ(recorder_.tally.attempts, 2);
  EXPECT_NEAR(to_millis(recorder_.latency.buy.max()), 11.5, 0.1);
}

TEST_F(Retry, ABuyerWhoIsCutBetweenAttemptsOrInOneIsSettledOnce) {
  shop_.answers = {no(Outcome::refused)};
  come();
  scheduler_.run_until(at(5ms));
  guests_.destroy_all();
  expect_settled(Outcome::refused);

  recorder_ = Recorder();
  history_.clear();
  shop_.orders.clear();
  come(at(5ms));
  scheduler_.run_until(at(16500us));
  guests_.destroy_all();
  expect_settled(Outcome::unknown);
  EXPECT_EQ(history_.size(), 1U);
  EXPECT_EQ(recorder_.tally.attempts, 2);
}

}  // namespace
}  // namespace doorbuster
