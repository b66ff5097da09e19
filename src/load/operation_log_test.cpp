#include "load/operation_log.h"

#include "load/load_testing.h"

namespace doorbuster {
namespace {

class OperationLogOfASession : public LoadTest {
 protected:
  OperationLogOfASession() { floor_.log = OperationLog(log_, at(10ms)); }

  void visit() {
    come(at(12ms));
    scheduler_.run();
  }
  std::vector<Operation> recorded() const {
    const auto all = log_.pending();
    return {all.begin(), all.end()};
  }

  ShardLog log_{1024, true};
};

TEST_F(OperationLogOfASession, HasEveryViewAndThePurchaseWithTimesSinceTheDoorsOpened) {
  buyers_.views = fixed(2);
  shop_.page_takes = 3ms;
  shop_.page = StockView{5, Source::cache, Version{7}};
  shop_.sale_takes = 4ms;
  shop_.answer = Purchase{Outcome::sold, Stock{4, Version{8}}};
  visit();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].kind, OperationKind::view);
  EXPECT_EQ(all[0].scheduled, kRunStart + 2ms);
  EXPECT_EQ(all[0].finished - all[0].started, 3ms);
  EXPECT_EQ(all[0].value, 5);
  EXPECT_EQ(all[0].version, 7);
  EXPECT_EQ(all[0].source, AnswerSource::cache);
  EXPECT_EQ(all[0].outcome, Answer::ok);
  const Operation& buy = all[2];
  EXPECT_EQ(buy.kind, OperationKind::buy);
  EXPECT_EQ(buy.key, order_key(BuyerId{7}));
  EXPECT_EQ(buy.buyer, BuyerId{7});
  EXPECT_EQ(buy.finished - buy.started, 4ms);
  EXPECT_EQ(buy.outcome, Answer::ok);
  EXPECT_EQ(buy.value, 4);
  EXPECT_EQ(buy.version, 8);
  EXPECT_EQ(buy.attempt, 1);
}

TEST_F(OperationLogOfASession, HasEachAttemptAndOneWithoutAnAnswerNeverEnds) {
  buyers_.retries = 1;
  shop_.answers = {lost_reply(), Purchase{Outcome::sold_out, {}}};
  visit();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].outcome, Answer::unknown);
  EXPECT_EQ(all[0].finished, kNever);
  EXPECT_EQ(all[1].outcome, Answer::sold_out);
  EXPECT_EQ(all[1].attempt, 2);
  EXPECT_EQ(all[0].key, all[1].key);
}

TEST_F(OperationLogOfASession, AViewThatFailedShowedNothing) {
  buyers_.views = fixed(1);
  shop_.page = not_sent();
  visit();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].outcome, Answer::failed);
  EXPECT_EQ(all[0].value, kNoStock);
}

TEST_F(OperationLogOfASession, WhatIsHeldIsOnePurchaseUntilItIsPaid) {
  shop_.hold();
  shop_.sale_takes = 4ms;
  shop_.payment_takes = 6ms;
  visit();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].outcome, Answer::ok);
  EXPECT_EQ(all[0].finished - all[0].started, 10ms);
}

TEST_F(OperationLogOfASession, AnAbandonedHoldBoughtNothing) {
  shop_.hold();
  buyers_.payment.abandons = 1;
  visit();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].outcome, Answer::refused);
}

TEST_F(OperationLogOfASession, WhoIsCutInTheMiddleLeavesAViewThatFailedOrAPurchaseWithoutAnEnd) {
  shop_.sale_takes = 1s;
  come(at(12ms));
  scheduler_.run_until(at(500ms));
  inside_.destroy_all();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].outcome, Answer::unknown);
  EXPECT_EQ(all[0].finished, kNever);
}

}  // namespace
}  // namespace doorbuster
