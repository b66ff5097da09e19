#include "load/crowd.h"

#include <set>
#include <tuple>

#include "load/load_testing.h"

namespace doorbuster {
namespace {

Load open(double rate, Duration duration) {
  Load load;
  load.stages = {{.profile = Profile::poisson, .duration = duration, .rate = rate}};
  return load;
}

Load closed(std::int64_t buyers, Duration duration) {
  Load load;
  load.model = Load::Model::closed;
  load.closed_buyers = buyers;
  load.closed_duration = duration;
  return load;
}

// Stands still while the loop is away: the first sleep ends that much later.
class LateClock : public Clock {
 public:
  LateClock(Clock& inner, Duration late) : inner_(inner), late_(late) {}
  Instant now() const override { return inner_.now(); }
  void set(Alarm& alarm, Instant when) override {
    inner_.set(alarm, when + std::exchange(late_, Duration{}));
  }
  void unset(Alarm& alarm) override { inner_.unset(alarm); }

 private:
  Clock& inner_;
  Duration late_;
};

Task<Done> note_end(Task<Done> task, const Clock* clock, Instant* ended) {
  (void)co_await std::move(task);
  *ended = clock->now();
  co_return Done{};
}

Task<Done> note_empty(Crowd* crowd, Instant limit, const Clock* clock, std::optional<bool>* empty,
                      Instant* ended) {
  const auto answer = co_await crowd->wait_until_empty(limit);
  *empty = *answer;
  *ended = clock->now();
  co_return Done{};
}

class CrowdTest : public LoadTest {
 protected:
  static constexpr std::int64_t kNoLimit = 1'000'000;

  // When letting in ended; kNever as long as it did not.
  void let_in(Crowd& crowd, Instant* ended, Instant opens = kRunStart) {
    inside_.spawn(note_end(crowd.let_in(opens), &clock_, ended));
  }
  void let_all_in(Crowd& crowd, Instant opens = kRunStart) {
    Instant ended = kNever;
    let_in(crowd, &ended, opens);
    scheduler_.run();
    EXPECT_NE(ended, kNever);
    EXPECT_EQ(crowd.inside(), 0U);
  }
  static std::int64_t arrivals_of(const Load& load) {
    std::int64_t count = 0;
    for (Arrivals arrivals(load, 1); arrivals.next();) ++count;
    return count;
  }
};

TEST_F(CrowdTest, AnOpenLoadLetsInExactlyTheArrivalsNeverEarlier) {
  const Load load = open(300, 3500ms);
  shop_.sale_takes = 20ms;
  Crowd crowd(floor_, load, {}, kNoLimit);
  let_all_in(crowd, at(10s));
  std::ranges::sort(history_, {}, &Record::buyer);
  std::size_t next = 0;
  Arrivals arrivals(load, 1);
  while (const auto arrival = arrivals.next()) {
    ASSERT_LT(next, history_.size());
    EXPECT_EQ(history_[next].buyer, arrival->buyer);
    EXPECT_EQ(history_[next].scheduled, at(10s) + arrival->when);
    EXPECT_EQ(history_[next].started, history_[next].scheduled) << "in virtual time";
    ++next;
  }
  EXPECT_EQ(next, history_.size());
  EXPECT_GT(next, 900U);
  EXPECT_EQ(crowd.attendance().scheduled, static_cast<std::int64_t>(next));
  EXPECT_EQ(crowd.attendance().started, crowd.attendance().scheduled);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(CrowdTest, NobodyIsInsideBeforeTheirTime) {
  Load load;
  load.stages = {{.profile = Profile::constant, .duration = 10s, .rate = 1}};
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended);
  scheduler_.run_until(at(500ms - 1ns));
  EXPECT_EQ(crowd.attendance().started, 0);
  scheduler_.run_until(at(500ms));
  EXPECT_EQ(crowd.attendance().started, 1);
}

TEST_F(CrowdTest, ArrivalsAtOneMomentAreAllLetIn) {
  const Load load = open(2'000'000, 10ms);  // more than one turn of the loop takes
  Crowd crowd(floor_, load, {}, kNoLimit);
  let_all_in(crowd, kRunStart);
  EXPECT_EQ(crowd.attendance().started, arrivals_of(load));
}

TEST_F(CrowdTest, TheSameBuyersComeAndMeanTheSameWhateverTheShards) {
  const Load load = open(400, 3s);
  const ProductChoice products(shop_with(20), {Choice::Kind::zipf, 0.99});
  buyers_.quantity = {.kind = Distribution::Kind::uniform, .low = 1, .high = 4};
  buyers_.never_buys = 0.2;
  const auto intents = [&](int shards) {
    Scheduler scheduler;
    VirtualClock clock(scheduler);
    FakeShop shop(clock);
    std::multiset<std::tuple<BuyerId, ItemId, std::int32_t, Instant>> seen;
    std::int64_t arrived = 0;
    for (int shard = 0; shard < shards; ++shard) {
      Recorder recorder;
      History history;
      const Floor floor{shop, clock, buyers_, products, 1, recorder, history};
      const Instant opens = scheduler.now();
      Crowd crowd(floor, load, {shard, shards}, kNoLimit);
      TaskScope scope;
      scope.spawn(crowd.let_in(opens));
      scheduler.run();
      for (const Record& record : history) {
        EXPECT_EQ(number(record.buyer) % shards, shard);
        seen.emplace(record.buyer, record.item, record.quantity,
                     kRunStart + (record.scheduled - opens));
      }
      arrived += crowd.attendance().started;
      EXPECT_TRUE(recorder.tally.balances());
    }
    EXPECT_EQ(arrived, arrivals_of(load));
    return seen;
  };
  const auto one = intents(1);
  EXPECT_GT(one.size(), 800U);
  EXPECT_EQ(one, intents(3));
}

TEST_F(CrowdTest, AnArrivalOverTheLimitInFlightIsDroppedAndCounted) {
  const Load load = open(100, 2s);
  shop_.sale_takes = 1h;
  Crowd crowd(floor_, load, {}, 10);
  let_all_in(crowd);
  const std::int64_t all = arrivals_of(load);
  EXPECT_EQ(crowd.attendance().scheduled, all);
  EXPECT_EQ(crowd.attendance().started, 10);
  EXPECT_EQ(crowd.attendance().dropped, all - 10);
  EXPECT_EQ(recorder_.tally[Outcome::dropped], all - 10);
  EXPECT_EQ(recorder_.tally[Outcome::sold], 10);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(CrowdTest, ALoopThatIsLateLetsInWhatIsDueAndSaysHowLate) {
  const Load load = open(100, 2s);
  LateClock clock(clock_, 1s);
  const Floor floor{shop_, clock, buyers_, products_, 1, recorder_, history_};
  Crowd crowd(floor, load, {}, kNoLimit);
  let_all_in(crowd);
  EXPECT_EQ(crowd.attendance().started, arrivals_of(load));
  EXPECT_GT(recorder_.lag.buy.max(), 900ms);
  for (const Record& record : history_) EXPECT_GE(record.started, record.scheduled);
}

TEST_F(CrowdTest, ALoopThatComesBackAfterTheEndDropsTheRest) {
  const Load load = open(100, 2s);
  LateClock clock(clock_, 10s);
  buyers_.never_buys = 0.5;
  const Floor floor{shop_, clock, buyers_, products_, 1, recorder_, history_};
  Crowd crowd(floor, load, {1, 2}, kNoLimit);
  let_all_in(crowd);
  const Attendance& attendance = crowd.attendance();
  EXPECT_EQ(attendance.started, 0);
  EXPECT_EQ(attendance.dropped, attendance.scheduled);
  EXPECT_NEAR(static_cast<double>(attendance.dropped), 100, 5) << "half of them, on average";
  EXPECT_NEAR(static_cast<double>(recorder_.tally[Outcome::dropped]), 50, 5);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(CrowdTest, LettingInEndsWhenTheLoadDoes) {
  const Load load = open(10, 2s);
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended, at(5s));
  scheduler_.run();
  EXPECT_EQ(ended, at(7s));
}

TEST_F(CrowdTest, SendingHomeEndsTheArrivalsSoonAndWhoWaitsHearsHisAnswer) {
  const Load load = open(100, 60s);
  shop_.sale_takes = 5s;
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended);
  scheduler_.run_until(at(1s));
  crowd.send_home();
  const std::int64_t started = crowd.attendance().started;
  scheduler_.run();
  EXPECT_LE(ended, at(1s + 50ms));
  EXPECT_EQ(crowd.attendance().started, started);
  EXPECT_EQ(recorder_.tally[Outcome::sold], started);
}

TEST_F(CrowdTest, SendingHomeIsNoticedBetweenRareArrivals) {
  Load load;
  load.stages = {{.profile = Profile::constant, .duration = 1000s, .rate = 0.001}};
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended);
  scheduler_.run_until(at(1s));
  crowd.send_home();
  scheduler_.run();
  EXPECT_LE(ended, at(1s + 50ms));
}

TEST_F(CrowdTest, WaitingEndsWhenTheLastBuyerLeft) {
  const Load load = open(100, 1s);
  shop_.sale_takes = 300ms;
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant let_in_ended = kNever;
  let_in(crowd, &let_in_ended);
  scheduler_.run_until(at(1s));
  ASSERT_GT(crowd.inside(), 0U);
  std::optional<bool> empty;
  Instant ended = kNever;
  inside_.spawn(note_empty(&crowd, at(60s), &clock_, &empty, &ended));
  scheduler_.run();
  EXPECT_EQ(empty, true);
  EXPECT_LE(ended, at(1302ms));
}

TEST_F(CrowdTest, WaitingHasALimitAndCutLeavesWhatIsInFlightUnknown) {
  const Load load = open(100, 1s);
  shop_.sale_takes = 1h;
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant let_in_ended = kNever;
  let_in(crowd, &let_in_ended);
  scheduler_.run_until(at(1s));
  std::optional<bool> empty;
  Instant ended = kNever;
  inside_.spawn(note_empty(&crowd, at(4s), &clock_, &empty, &ended));
  scheduler_.run_until(at(5s));
  EXPECT_EQ(empty, false);
  EXPECT_EQ(ended, at(4s));
  crowd.cut();
  EXPECT_EQ(crowd.inside(), 0U);
  EXPECT_EQ(recorder_.tally[Outcome::unknown], crowd.attendance().started);
  EXPECT_EQ(recorder_.tally.arrived, crowd.attendance().started);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(CrowdTest, WhoThinksIsSentHomeAtOnceAndWhoLooksAfterHisPage) {
  const Load load = open(100, 1s);
  buyers_.views = fixed(1);
  buyers_.think = fixed(3600);
  shop_.page_takes = 300ms;
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant let_in_ended = kNever;
  let_in(crowd, &let_in_ended);
  scheduler_.run_until(at(1s));
  const std::size_t inside = crowd.inside();
  crowd.send_home();
  EXPECT_GT(crowd.inside(), 0U) << "who looks";
  EXPECT_LT(crowd.inside(), inside) << "who thinks";
  scheduler_.run();
  EXPECT_EQ(crowd.inside(), 0U);
  EXPECT_LE(scheduler_.now(), at(1300ms));
  EXPECT_EQ(recorder_.tally[Outcome::abandoned], crowd.attendance().started);
  EXPECT_EQ(recorder_.tally.views_failed, 0);
  EXPECT_TRUE(recorder_.tally.balances());
}

// The closed model.

TEST_F(CrowdTest, NobodyWhoWasSentHomeComesAgain) {
  const Load load = closed(5, 1h);
  buyers_.think = fixed(60);
  shop_.sale_takes = 300ms;
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended);
  scheduler_.run_until(at(1s));
  EXPECT_EQ(recorder_.tally[Outcome::sold], 5) << "who pauses before he comes again";
  crowd.send_home();
  EXPECT_EQ(crowd.inside(), 0U);
  scheduler_.run();
  EXPECT_LE(scheduler_.now(), at(1s + 50ms)) << "nobody comes for his pause's end";
  EXPECT_EQ(crowd.attendance().started, 5);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(CrowdTest, AClosedLoadKeepsItsBuyersInside) {
  const Load load = closed(5, 10s);
  shop_.sale_takes = 100ms;
  buyers_.think = fixed(0.4);
  Crowd crowd(floor_, load, {}, kNoLimit);
  let_all_in(crowd);
  EXPECT_EQ(shop_.most_at_once, 5);
  EXPECT_EQ(crowd.attendance().started, 5 * 20);
  EXPECT_EQ(recorder_.tally[Outcome::sold], 5 * 20);
  std::set<OrderKey> keys;
  for (const Record& record : history_) {
    EXPECT_TRUE(keys.insert(record.key).second) << "each session is an intent of its own";
    EXPECT_LT(record.scheduled, at(10s));
  }
}

TEST_F(CrowdTest, ShardsShareTheBuyersOfAClosedLoad) {
  const Load load = closed(5, 1s);
  shop_.sale_takes = 1s;
  Crowd first(floor_, load, {0, 2}, kNoLimit);
  Crowd second(floor_, load, {1, 2}, kNoLimit);
  Instant ended = kNever;
  let_in(first, &ended);
  let_in(second, &ended);
  scheduler_.run();
  EXPECT_EQ(first.attendance().started, 3);
  EXPECT_EQ(second.attendance().started, 2);
}

TEST_F(CrowdTest, AShopThatAnswersAtOnceDoesNotHoldTimeStill) {
  const Load load = closed(1, 1ms);
  Crowd crowd(floor_, load, {}, kNoLimit);
  let_all_in(crowd);
  EXPECT_EQ(crowd.attendance().started, 1000);
}

TEST_F(CrowdTest, WhoPausesBetweenSessionsKeepsNoShopOpen) {
  const Load load = closed(5, 10s);
  buyers_.think = fixed(3600);
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended);
  scheduler_.run_until(at(1s));
  EXPECT_EQ(crowd.inside(), 0U);
  scheduler_.run();
  EXPECT_EQ(ended, at(10s));
  EXPECT_EQ(scheduler_.now(), at(10s)) << "nobody waits for a session that will not be";
}

TEST_F(CrowdTest, WhoPausesBetweenSessionsKeepsNoShopOpenOnceAllAreSentHome) {
  const Load load = closed(5, 1000s);
  buyers_.think = fixed(500);
  Crowd crowd(floor_, load, {}, kNoLimit);
  Instant ended = kNever;
  let_in(crowd, &ended);
  scheduler_.run_until(at(1s));
  crowd.send_home();
  std::optional<bool> empty;
  Instant empty_at = kNever;
  inside_.spawn(note_empty(&crowd, at(60s), &clock_, &empty, &empty_at));
  EXPECT_EQ(empty, true);
  crowd.cut();
  EXPECT_EQ(crowd.inside(), 0U);
  scheduler_.run();
  EXPECT_LE(ended, at(1s + 50ms));
  EXPECT_EQ(crowd.attendance().started, 5);
}

}  // namespace
}  // namespace doorbuster
