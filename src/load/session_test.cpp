#include "load/session.h"

#include "load/load_testing.h"

namespace doorbuster {
namespace {

class Session : public LoadTest {};

TEST_F(Session, AnswersAreOutcomes) {
  for (const Outcome outcome : {Outcome::sold, Outcome::sold_out, Outcome::refused}) {
    recorder_ = Recorder();
    history_.clear();
    shop_.answer = Purchase{outcome, {}};
    come();
    scheduler_.run();
    expect_settled(outcome);
    ASSERT_EQ(history_.size(), 1U);
    EXPECT_EQ(history_[0].outcome, outcome);
    EXPECT_NE(history_[0].finished, kNever);
    EXPECT_TRUE(history_[0].sent);
  }
}

TEST_F(Session, ADefiniteErrorIsFailedAndAnIndefiniteOneIsUnknown) {
  shop_.answer = not_sent();
  come();
  scheduler_.run();
  expect_settled(Outcome::failed);
  EXPECT_NE(history_[0].finished, kNever);

  recorder_ = Recorder();
  history_.clear();
  shop_.answer = lost_reply();
  come();
  scheduler_.run();
  expect_settled(Outcome::unknown);
  EXPECT_EQ(history_[0].finished, kNever) << "there came no answer";
}

TEST_F(Session, LatencyCountsFromTheScheduleAndLagIsToldApart) {
  scheduler_.run_until(at(30ms));  // the harness is late
  shop_.sale_takes = 20ms;
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
  EXPECT_EQ(history_[0].scheduled, kRunStart);
  EXPECT_EQ(history_[0].started, at(30ms));
  EXPECT_EQ(history_[0].finished, at(50ms));
  EXPECT_NEAR(to_millis(recorder_.latency.buy.max()), 50, 0.1);
  EXPECT_NEAR(to_millis(recorder_.service.buy.max()), 20, 0.1);
  EXPECT_NEAR(to_millis(recorder_.lag.buy.max()), 30, 0.1);
}

TEST_F(Session, APageIsWaitedForFromItsScheduleToo) {
  scheduler_.run_until(at(30ms));
  buyers_.views = fixed(1);
  shop_.page_takes = 20ms;
  come();
  scheduler_.run();
  EXPECT_NEAR(to_millis(recorder_.latency.view.max()), 50, 0.1);
  EXPECT_NEAR(to_millis(recorder_.service.view.max()), 20, 0.1);
  EXPECT_NEAR(to_millis(recorder_.lag.view.max()), 30, 0.1);
}

TEST_F(Session, ThinkTimeMovesTheScheduleOfTheNextStep) {
  buyers_.views = fixed(2);
  buyers_.think = fixed(1);
  shop_.page_takes = 10ms;
  shop_.sale_takes = 5ms;
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
  EXPECT_EQ(history_[0].scheduled, at(2020ms)) << "each thought begins when a page is there";
  EXPECT_EQ(history_[0].started, at(2020ms));
  EXPECT_EQ(history_[0].finished, at(2025ms));
  EXPECT_EQ(recorder_.tally.views, 2);
  EXPECT_NEAR(to_millis(recorder_.latency.view.max()), 10, 0.1);
  EXPECT_NEAR(to_millis(recorder_.latency.buy.max()), 5, 0.1);
}

TEST_F(Session, TheFirstStepIsNotBeforeItsTime) {
  come(at(3s));
  scheduler_.run();
  EXPECT_EQ(history_[0].started, at(3s));
}

TEST_F(Session, WhoLosesPatienceWhileThinkingLeavesThen) {
  buyers_.views = fixed(1);
  buyers_.think = fixed(60);
  buyers_.patience = 500ms;
  come();
  scheduler_.run();
  expect_settled(Outcome::abandoned);
  EXPECT_EQ(scheduler_.now(), at(500ms));
  EXPECT_TRUE(shop_.orders.empty());
  EXPECT_TRUE(history_.empty());
}

TEST_F(Session, WhoLosesPatienceBeforeAPageIsThereNeverBuys) {
  buyers_.views = fixed(3);
  buyers_.patience = 100ms;
  shop_.page_takes = 300ms;
  come();
  scheduler_.run();
  expect_settled(Outcome::abandoned);
  EXPECT_EQ(shop_.views, 1);
}

TEST_F(Session, WhoLosesPatienceDuringAPurchaseDoesNotKnow) {
  buyers_.patience = 100ms;
  shop_.sale_takes = 300ms;
  come();
  scheduler_.run();
  expect_settled(Outcome::unknown);
  EXPECT_EQ(history_[0].finished, kNever);
  EXPECT_TRUE(history_[0].sent);
  EXPECT_NEAR(to_millis(recorder_.latency.buy.max()), 100, 0.1) << "waited no longer";
}

TEST_F(Session, WhoIsDeterredDoesNotTryWhenThePageShowsTooFew) {
  buyers_.views = fixed(1);
  buyers_.quantity = fixed(3);
  buyers_.deterred = true;
  shop_.page = StockView{2, Source::database, {}};
  come();
  scheduler_.run();
  expect_settled(Outcome::deterred);
  EXPECT_TRUE(shop_.orders.empty());
}

TEST_F(Session, OthersTryAllTheSame) {
  buyers_.views = fixed(1);
  shop_.page = StockView{0, Source::database, {}};
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
}

TEST_F(Session, APageThatCannotTellDetersNobody) {
  buyers_.views = fixed(1);
  buyers_.deterred = true;
  shop_.page = StockView{};
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
}

TEST_F(Session, APageThatFailsIsCountedAndTheBuyerGoesOn) {
  buyers_.views = fixed(2);
  shop_.page = not_sent();
  come();
  scheduler_.run();
  expect_settled(Outcome::sold);
  EXPECT_EQ(recorder_.tally.views, 0);
  EXPECT_EQ(recorder_.tally.views_failed, 2);
  EXPECT_EQ(recorder_.tally.cache_hits, 0);
}

TEST_F(Session, WhoOnlyLooksIsOutsideTheAccounts) {
  buyers_.never_buys = 1;
  buyers_.views = fixed(3);
  come();
  scheduler_.run();
  EXPECT_EQ(recorder_.tally.arrived, 0);
  EXPECT_EQ(recorder_.tally.browsed, 1);
  EXPECT_EQ(recorder_.tally.views, 3);
  EXPECT_EQ(recorder_.tally.cache_hits, 3);
  EXPECT_TRUE(recorder_.tally.balances());
  EXPECT_TRUE(shop_.orders.empty());
  EXPECT_EQ(recorder_.in_flight, 0);
}

// A run that is cut destroys its sessions where they stand.

TEST_F(Session, ABuyerWhoIsCutWhileThinkingIsAbandoned) {
  buyers_.views = fixed(1);
  buyers_.think = fixed(60);
  come();
  scheduler_.run_until(at(1s));
  guests_.destroy_all();
  expect_settled(Outcome::abandoned);
  EXPECT_TRUE(history_.empty());
}

TEST_F(Session, ABuyerWhoIsCutBeforeAPageIsThereIsAbandoned) {
  buyers_.views = fixed(1);
  shop_.page_takes = 60s;
  come();
  scheduler_.run_until(at(1s));
  guests_.destroy_all();
  expect_settled(Outcome::abandoned);
  EXPECT_EQ(recorder_.tally.views, 0);
  EXPECT_EQ(recorder_.tally.views_failed, 1) << "it waited for a page in vain";
  EXPECT_NEAR(to_millis(recorder_.latency.view.max()), 1000, 1);
}

TEST_F(Session, ABuyerWhoIsCutAfterItsPagesHasNoneInFlight) {
  buyers_.views = fixed(1);
  shop_.sale_takes = 60s;
  come();
  scheduler_.run_until(at(1s));
  guests_.destroy_all();
  EXPECT_EQ(recorder_.tally.views, 1);
  EXPECT_EQ(recorder_.tally.views_failed, 0);
}

TEST_F(Session, ACacheHitsOrMissesOnlyWhereItWasAsked) {
  buyers_.views = fixed(2);
  for (const Source source : {Source::database, Source::cache, Source::cache_missed}) {
    recorder_ = Recorder();
    shop_.page = StockView{5, source, {}};
    come();
    scheduler_.run();
    EXPECT_EQ(recorder_.tally.views, 2);
    EXPECT_EQ(recorder_.tally.cache_hits, source == Source::cache ? 2 : 0);
    EXPECT_EQ(recorder_.tally.cache_misses, source == Source::cache_missed ? 2 : 0);
  }
}

TEST_F(Session, ABuyerWhoIsCutDuringAPurchaseDoesNotKnow) {
  shop_.sale_takes = 60s;
  come();
  scheduler_.run_until(at(1s));
  guests_.destroy_all();
  expect_settled(Outcome::unknown);
  ASSERT_EQ(history_.size(), 1U);
  EXPECT_EQ(history_[0].finished, kNever);
  EXPECT_TRUE(history_[0].sent);
}

TEST_F(Session, AnOrderIsWhatTheBuyerMeantFromTheBeginning) {
  buyers_.quantity = {.kind = Distribution::Kind::uniform, .low = 1, .high = 9};
  come();
  scheduler_.run();
  Random random = buyer_stream(1, BuyerId{7});
  const Intent meant = draw_intent(buyers_, products_, random);
  ASSERT_EQ(shop_.orders.size(), 1U);
  EXPECT_EQ(shop_.orders[0].quantity, meant.quantity);
  EXPECT_EQ(shop_.orders[0].item, meant.item);
  EXPECT_EQ(shop_.orders[0].buyer, BuyerId{7});
  EXPECT_EQ(history_[0].key, shop_.orders[0].key);
}

TEST_F(Session, ABuyerWhoIsTurnedAwayIsDroppedIfItMeantToBuy) {
  turn_away(floor_, BuyerId{7}, kRunStart);
  expect_settled(Outcome::dropped);
  EXPECT_EQ(recorder_.tally.sessions, 0);

  buyers_.never_buys = 1;
  turn_away(floor_, BuyerId{8}, kRunStart);
  expect_settled(Outcome::dropped);
}

}  // namespace
}  // namespace doorbuster
