#include "store/gate_watch.h"

#include <gtest/gtest.h>

#include "base/task_scope.h"
#include "store/contract_support.h"

namespace doorbuster {
namespace {

Error lost(bool definite) { return Error(Store::redis, Cause::timed_out, definite, "", "lost"); }

class SetClock : public Clock {
 public:
  Instant now() const override { return at; }
  void set(Alarm&, Instant) override { CHECK(false, "nobody waits here"); }
  void unset(Alarm&) override {}
  Instant at = kRunStart;
};

// Every answer comes a second after it was asked for.
class AGate : public Cache {
 public:
  explicit AGate(SetClock& clock) : clock_(clock) {}
  Task<CacheReply> execute(CacheOperation) override {
    clock_.at += 1s;
    co_return answer;
  }
  Result<CacheReply> answer = lost(true);

 private:
  SetClock& clock_;
};

class WatchedGate : public testing::Test {
 protected:
  void ask(GateWatch* watch, CacheOperation operation, Result<CacheReply> reply) {
    gate_.answer = std::move(reply);
    TaskScope scope;
    scope.spawn([](Cache* cache, CacheOperation asked) -> Task<Done> {
      (void)co_await cache->execute(asked);
      co_return Done{};
    }(watch, operation));
  }
  void ask(CacheOperation operation, Result<CacheReply> reply) {
    ask(&watch_, operation, std::move(reply));
  }

  static Order order(std::int64_t key, Quantity quantity) {
    return {OrderKey{key}, BuyerId{1}, ItemId{7}, quantity};
  }
  static CacheReply reserved(Reserve::State state, Quantity left, Version sequence) {
    return Reserve::Reply{state, left, sequence};
  }
  static CacheReply released(bool given_back) {
    return given_back ? ReleaseReservation::Reply{true, 2, 8, 3} : ReleaseReservation::Reply{};
  }

  SetClock clock_;
  AGate gate_{clock_};
  GateWatch watch_{gate_, clock_, true};
};

TEST_F(WatchedGate, TellsWhenUnitsLastCameBack) {
  const auto last = [this] { return watch_.returns().last(); };
  ask(Get{}, CacheReply(std::optional<Quantity>()));
  EXPECT_EQ(last(), std::nullopt);
  ask(ReleaseReservation{}, released(false));
  EXPECT_EQ(last(), std::nullopt);
  ask(ReleaseReservation{}, released(true));
  EXPECT_EQ(last(), kRunStart + 3s);
  ask(ReleaseReservation{}, lost(true));
  EXPECT_EQ(last(), kRunStart + 3s);
  ask(ReleaseReservation{}, lost(false));
  EXPECT_EQ(last(), kNever) << "it may have been given back";
}

TEST_F(WatchedGate, LogsEveryChangeWithItsNumberAndWhenItCanHaveHappened) {
  using State = Reserve::State;
  ask(Reserve{order(41, 2), 1s}, reserved(State::granted, 8, 1));
  ask(ReserveQueued{order(42, 3)}, reserved(State::granted, 5, 2));
  ask(Reserve{order(43, 9), 1s}, reserved(State::sold_out, 5, 2));
  ask(Reserve{order(41, 2), 1s}, reserved(State::repeated, 0, 0));
  ask(Reserve{order(44, 1), 1s}, lost(false));
  ask(ReleaseReservation{ItemId{7}, OrderKey{41}},
      CacheReply(ReleaseReservation::Reply{true, 2, 6, 4}));
  ask(ReleaseReservation{ItemId{7}, OrderKey{41}}, released(false));
  const GateLog expected = {{OrderKey{41}, kRunStart, kRunStart + 1s, ItemId{7}, 1, 10, 8},
                            {OrderKey{42}, kRunStart + 1s, kRunStart + 2s, ItemId{7}, 2, 8, 5},
                            {OrderKey{41}, kRunStart + 5s, kRunStart + 6s, ItemId{7}, 4, 4, 6}};
  EXPECT_EQ(watch_.log(), expected) << "the third had no answer: it is missing";
  EXPECT_TRUE(expected[0].is_grant());
  EXPECT_FALSE(expected[2].is_grant());
}

TEST_F(WatchedGate, KeepsNoLogWhereNobodyWantsIt) {
  GateWatch watch(gate_, clock_, false);
  ask(&watch, Reserve{order(41, 2), 1s}, reserved(Reserve::State::granted, 8, 1));
  ask(&watch, ReleaseReservation{}, released(true));
  EXPECT_TRUE(watch.log().empty());
  EXPECT_EQ(watch.returns().last(), kRunStart + 2s);
}

}  // namespace
}  // namespace doorbuster
