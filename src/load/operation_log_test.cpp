#include "load/operation_log.h"

#include "load/load_testing.h"
#include "load/replay.h"
#include "scenario/trace.h"

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

// What the database left is its own word; the gate's is kept where the gate alone answered.
TEST_F(OperationLogOfASession, SaysWhatTheGateSaidWhereItAnsweredAlone) {
  buyers_.retries = 3;
  buyers_.ignores_sold_out = true;
  const Stock told{3, Version{17}};
  shop_.answers = {Purchase{Outcome::sold_out, {}, false, told},
                   Purchase{Outcome::refused, {}, false, told}, lost_reply(),
                   Purchase{Outcome::sold, {}, false, told}};
  visit();
  auto all = recorded();
  ASSERT_EQ(all.size(), 4U);
  for (const std::size_t i : {0U, 3U}) {
    EXPECT_EQ(all[i].source, AnswerSource::gate);
    EXPECT_EQ(all[i].value, 3);
    EXPECT_EQ(all[i].version, 17);
  }
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(all[i].source, AnswerSource::unnamed);
    EXPECT_EQ(all[i].version, kNoVersion);
  }
  shop_.answer = Purchase{Outcome::sold, Stock{4, Version{8}}, false, told};
  visit();
  all = recorded();
  EXPECT_EQ(all.back().source, AnswerSource::unnamed);
  EXPECT_EQ(all.back().version, 8);
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
  guests_.destroy_all();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].outcome, Answer::unknown);
  EXPECT_EQ(all[0].finished, kNever);
}

TEST_F(OperationLogOfASession, WhoIsCutAtAPageLeavesAViewThatFailed) {
  buyers_.views = fixed(1);
  shop_.page_takes = 1s;
  come(at(12ms));
  scheduler_.run_until(at(500ms));
  guests_.destroy_all();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 1U) << "nothing was bought, nor asked for";
  EXPECT_EQ(all[0].kind, OperationKind::view);
  EXPECT_EQ(all[0].outcome, Answer::failed);
  EXPECT_EQ(all[0].started, kRunStart + 2ms);
  EXPECT_EQ(all[0].finished, kRunStart + 490ms);
}

TEST_F(OperationLogOfASession, ViewsBeyondTheLimitAreLeftOutAndPurchasesAreNot) {
  ShardLog short_log(1024, true, 0, 1, false, 2);
  floor_.log = OperationLog(short_log, at(10ms));
  buyers_.views = fixed(5);
  visit();
  const auto all = short_log.pending();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].kind, OperationKind::view);
  EXPECT_EQ(all[2].kind, OperationKind::buy);
  EXPECT_EQ(short_log.views_left_out(), 3);
  EXPECT_EQ(recorder_.tally.views, 5) << "they happened all the same";
}

TEST_F(OperationLogOfASession, HasAPurchaseForEachLineOfACart) {
  const ProductChoice ten(shop_with(10), {Choice::Kind::uniform, 0});
  Floor wide{shop_, clock_, buyers_, ten, 1, recorder_, history_, OperationLog(log_, at(10ms))};
  buyers_.cart = fixed(3);
  buyers_.quantity = fixed(2);
  shop_.answers = {Purchase{Outcome::sold, {}}, Purchase{Outcome::sold_out, {}}};
  Guests guests(wide);
  begin_session(guests, BuyerId{7}, at(12ms));
  scheduler_.run();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t line = 0; line < 3; ++line) {
    EXPECT_EQ(all[line].key, order_key(BuyerId{7}, static_cast<int>(line)));
    EXPECT_EQ(all[line].item, shop_.orders[line].item);
    EXPECT_EQ(all[line].quantity, 2);
    EXPECT_EQ(all[line].attempt, 1) << "the line before is another purchase";
  }
  EXPECT_EQ(all[0].outcome, Answer::ok);
  EXPECT_EQ(all[1].outcome, Answer::sold_out);
  EXPECT_EQ(all[2].outcome, Answer::ok);
}

TEST_F(OperationLogOfASession, HasEachAttemptUnderTheKeyItWasSentWith) {
  buyers_.retries = 2;
  buyers_.retry_with_new_key = true;
  shop_.answers = {lost_reply(), not_sent()};
  visit();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(all[attempt].key, order_key(BuyerId{7}, 0, static_cast<int>(attempt)));
    EXPECT_EQ(all[attempt].key, shop_.orders[attempt].key);
    EXPECT_EQ(all[attempt].attempt, attempt + 1);
  }
  EXPECT_EQ(all[0].outcome, Answer::unknown);
  EXPECT_EQ(all[1].outcome, Answer::failed);
  EXPECT_EQ(all[2].outcome, Answer::ok);
}

TEST_F(OperationLogOfASession, HasWhatTheRowsOfATraceDoAndWhenTheyWereDue) {
  auto parsed =
      parse_trace("time_s,buyer,item,kind\n1,5,3,view\n2,5,2,buy\n3,5,1,buy\n", "x", shop_with(3));
  Load load;
  load.trace = std::make_shared<const Trace>(std::get<Trace>(std::move(parsed)));
  shop_.sale_takes = 2s;
  shop_.answers = {lost_reply(), Purchase{Outcome::sold, Stock{8, Version{4}}}};
  begin_replay(guests_, load, BuyerId{0}, at(10ms) + first_due(load, BuyerId{0}));
  scheduler_.run();
  const auto all = recorded();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].kind, OperationKind::view);
  EXPECT_EQ(all[0].item, ItemId{3});
  EXPECT_EQ(all[0].scheduled, kRunStart + 1s);
  EXPECT_EQ(all[1].outcome, Answer::unknown);
  EXPECT_EQ(all[1].finished, kNever);
  EXPECT_EQ(all[2].scheduled, kRunStart + 3s);
  EXPECT_EQ(all[2].started, kRunStart + 4s) << "the row before took so long";
  EXPECT_EQ(all[2].value, 8);
  EXPECT_EQ(all[2].version, 4);
  EXPECT_NE(all[1].key, all[2].key) << "two purchases";
}

}  // namespace
}  // namespace doorbuster
