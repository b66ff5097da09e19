#include "load/replay.h"

#include <gtest/gtest.h>

#include "load/load_testing.h"
#include "scenario/trace.h"

namespace doorbuster {
namespace {

class Replaying : public LoadTest {
 protected:
  Load replaying(std::string_view rows, double speedup = 1) {
    Load load;
    load.speedup = speedup;
    auto parsed = parse_trace("time_s,buyer,item,kind\n" + std::string(rows), "x", shop_with(3));
    const auto* problem = std::get_if<Problem>(&parsed);
    EXPECT_EQ(problem, nullptr) << problem->message;
    load.trace = std::make_shared<const Trace>(std::get<Trace>(std::move(parsed)));
    return load;
  }
  void let_in(Crowd& crowd) {
    inside_.spawn(all_of_it(&crowd));
    scheduler_.run();
  }
  static Task<Done> all_of_it(Crowd* crowd) {
    (void)co_await crowd->let_in(kRunStart);
    (void)co_await crowd->wait_until_empty(kRunStart + 1h);
    co_return Done{};
  }
};

TEST_F(Replaying, ABuyerDoesWhatTheRowsSayWhenTheySayIt) {
  const Load load = replaying("2,5,3,view\n4,5,2,buy\n6,9,1,view\n8,5,1,buy\n", 2);
  Crowd crowd(floor_, load, {}, 100);
  let_in(crowd);
  EXPECT_EQ(shop_.views, 2);
  ASSERT_EQ(history_.size(), 2U);
  EXPECT_EQ(history_[0].item, ItemId{2});
  EXPECT_EQ(history_[0].scheduled, at(2s));
  EXPECT_EQ(history_[0].started, at(2s));
  EXPECT_EQ(history_[1].item, ItemId{1});
  EXPECT_EQ(history_[1].started, at(4s));
  EXPECT_EQ(history_[0].buyer, history_[1].buyer);
  EXPECT_NE(history_[0].key, history_[1].key) << "two purchases, two intents";
  EXPECT_EQ(recorder_.tally.arrived, 2);
  EXPECT_EQ(recorder_.tally.browsed, 1);
  EXPECT_EQ(recorder_.tally.sessions, 2);
  EXPECT_TRUE(recorder_.tally.balances());
  EXPECT_EQ(crowd.attendance().started, 2);
}

TEST_F(Replaying, ASlowShopCannotHideItsQueue) {
  shop_.sale_takes = 3s;
  const Load load = replaying("1,5,1,buy\n2,5,1,buy\n");
  Crowd crowd(floor_, load, {}, 100);
  let_in(crowd);
  ASSERT_EQ(history_.size(), 2U);
  EXPECT_EQ(history_[1].scheduled, at(2s)) << "as the trace has it";
  EXPECT_EQ(history_[1].started, at(4s)) << "the row before took so long";
  EXPECT_EQ(history_[1].finished, at(7s));
}

TEST_F(Replaying, EachShardReplaysItsOwnBuyers) {
  const Load load = replaying("1,1,1,buy\n1,2,2,buy\n1,3,3,buy\n");
  Crowd first(floor_, load, {0, 2}, 100);
  let_in(first);
  EXPECT_EQ(history_.size(), 2U);
  Crowd second(floor_, load, {1, 2}, 100);
  inside_.spawn(all_of_it(&second));
  scheduler_.run();
  EXPECT_EQ(history_.size(), 3U);
  EXPECT_EQ(recorder_.tally.arrived, 3);
}

TEST_F(Replaying, WhoIsOverTheLimitIsDroppedWithEveryPurchase) {
  shop_.sale_takes = 10s;
  const Load load = replaying("1,1,1,buy\n2,2,1,view\n2,2,1,buy\n3,2,1,buy\n");
  Crowd crowd(floor_, load, {}, 1);
  let_in(crowd);
  EXPECT_EQ(recorder_.tally[Outcome::dropped], 2);
  EXPECT_EQ(recorder_.tally[Outcome::sold], 1);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(Replaying, ACutLeavesNothingOpen) {
  shop_.sale_takes = 10s;
  const Load load = replaying("0,1,1,buy\n30,1,1,buy\n30,1,1,view\n");
  Crowd crowd(floor_, load, {}, 100);
  inside_.spawn(crowd.let_in(kRunStart));
  scheduler_.run_until(at(5s));
  crowd.cut();
  EXPECT_EQ(recorder_.tally[Outcome::unknown], 1);
  EXPECT_EQ(recorder_.tally[Outcome::abandoned], 1);
  EXPECT_EQ(recorder_.tally.views_failed, 0);
  EXPECT_TRUE(recorder_.tally.balances());
  EXPECT_EQ(recorder_.in_flight, 0);
}

TEST_F(Replaying, WhoIsSentHomeHearsHisAnswerAndDoesNoMore) {
  shop_.sale_takes = 10s;
  const Load load = replaying("0,1,1,buy\n30,1,1,buy\n30,1,1,view\n");
  Crowd crowd(floor_, load, {}, 100);
  inside_.spawn(crowd.let_in(kRunStart));
  scheduler_.run_until(at(5s));
  crowd.send_home();
  scheduler_.run();
  EXPECT_EQ(recorder_.tally[Outcome::sold], 1);
  EXPECT_EQ(recorder_.tally[Outcome::abandoned], 1);
  EXPECT_EQ(shop_.views, 0);
  EXPECT_TRUE(recorder_.tally.balances());
  EXPECT_EQ(recorder_.in_flight, 0);
}

TEST_F(Replaying, WhatIsOnlyHeldIsPaidAtOnce) {
  shop_.answer = Purchase{.outcome = Outcome::sold, .after = {}, .to_pay = true};
  const Load load = replaying("0,1,1,buy\n");
  Crowd crowd(floor_, load, {}, 100);
  let_in(crowd);
  EXPECT_EQ(recorder_.tally[Outcome::sold], 1);
}

}  // namespace
}  // namespace doorbuster
