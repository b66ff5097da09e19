// What every Cache must do of locks and gates, as a GoogleTest suite over the bench of
// store/cache_contract.h. Tests only; see store/contract.h.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "store/cache.h"
#include "store/contract_support.h"

namespace doorbuster {

template <class Bench>
class GateContract : public testing::Test {
 protected:
  static constexpr ItemId kItem{1};
  static constexpr Key kLock{KeyFamily::lock, kItem};
  static constexpr Key kCounter{KeyFamily::gate, kItem};
  static constexpr Duration kShort = 100ms;      // a TTL or a hold that will run out
  static constexpr Duration kPastShort = 250ms;  // by then it has, on any machine
  static constexpr Duration kLong = 60s;         // one that will not
  using State = Reserve::State;

  template <class Op>
  typename Op::Reply ask(Op op) {
    auto reply = ask_one(bench_, bench_.cache(), op);
    CHECK(reply.ok(), "{}: {}", Op::kName, reply.error().message());
    return *std::move(reply);
  }
  AcquireLock::Reply acquire(std::int64_t token, Duration ttl = kLong) {
    return ask(AcquireLock{kLock, token, ttl});
  }
  bool free_lock(std::int64_t token) { return ask(ReleaseLock{kLock, token}).released; }

  static Reserve reservation(std::int64_t key, Quantity quantity, Duration hold = kLong) {
    return {Order{OrderKey{key}, BuyerId{key + 1000}, kItem, quantity}, hold};
  }
  Reserve::Reply reserve(std::int64_t key, Quantity quantity = 1, Duration hold = kLong) {
    return ask(reservation(key, quantity, hold));
  }
  void load(Quantity units) { ask(LoadGate{kItem, units}); }
  void settle(std::int64_t key) { ask(SettleReservation{kItem, OrderKey{key}}); }
  bool give_back(std::int64_t key) {
    return ask(ReleaseReservation{kItem, OrderKey{key}}).given_back;
  }
  std::optional<Quantity> left() { return ask(Get{kCounter}); }
  // The key of the order that is overdue, 0 for none.
  std::int64_t overdue(Duration again = kLong) {
    const auto order = ask(NextOverdue{kItem, again});
    return order ? number(order->order.key) : 0;
  }

  Bench bench_;
};
TYPED_TEST_SUITE_P(GateContract);

TYPED_TEST_P(GateContract, ALockIsGrantedToOneOfMany) {
  AtOnce<AcquireLock> asked(20);
  for (int i = 1; i <= 20; ++i) {
    asked.add(this->bench_.cache(), AcquireLock{this->kLock, i, this->kLong});
  }
  asked.run(this->bench_);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->acquired; }), 1);
  const AcquireLock other{Key{KeyFamily::lock, ItemId{2}}, 21, this->kLong};
  EXPECT_TRUE(this->ask(other).acquired) << "of another item";
}

TYPED_TEST_P(GateContract, ALockIsFreedByItsTokenAlone) {
  ASSERT_TRUE(this->acquire(1).acquired);
  EXPECT_FALSE(this->free_lock(2));
  EXPECT_FALSE(this->acquire(2).acquired);
  EXPECT_FALSE(this->acquire(1).acquired) << "not even to its holder a second time";
  EXPECT_TRUE(this->free_lock(1));
  EXPECT_FALSE(this->free_lock(1)) << "nobody holds it";
  EXPECT_TRUE(this->acquire(2).acquired);
}

TYPED_TEST_P(GateContract, ALockRunsOutAndItsLateHolderFreesNothing) {
  ASSERT_TRUE(this->acquire(1, this->kShort).acquired);
  EXPECT_FALSE(this->acquire(2).acquired);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_TRUE(this->acquire(2).acquired);
  EXPECT_FALSE(this->free_lock(1)) << "it is another's by now";
  EXPECT_FALSE(this->acquire(3).acquired);
}

TYPED_TEST_P(GateContract, APlainDeleteFreesALockWhoeverHoldsIt) {
  ASSERT_TRUE(this->acquire(1).acquired);
  this->ask(Delete{this->kLock});
  EXPECT_TRUE(this->acquire(2).acquired);
  EXPECT_FALSE(this->free_lock(1));
}

TYPED_TEST_P(GateContract, EveryGrantHasAHigherFenceHoweverTheLockWasFreed) {
  const auto first = this->acquire(1);
  ASSERT_TRUE(first.acquired);
  EXPECT_GT(first.fence, 0);
  EXPECT_FALSE(this->acquire(2).acquired);
  ASSERT_TRUE(this->free_lock(1));
  const auto second = this->acquire(2);
  EXPECT_GT(second.fence, first.fence);
  this->ask(Delete{this->kLock});
  const auto third = this->acquire(3, this->kShort);
  EXPECT_GT(third.fence, second.fence);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_GT(this->acquire(4).fence, third.fence);
}

TYPED_TEST_P(GateContract, AGateThatNobodyLoadedSaysSoAndIsNotMade) {
  EXPECT_EQ(this->reserve(1).state, Reserve::State::not_loaded);
  EXPECT_EQ(this->left(), std::nullopt);
  EXPECT_EQ(this->overdue(), 0);
  this->load(1);
  EXPECT_EQ(this->reserve(1).state, Reserve::State::granted) << "it took nothing before";
}

TYPED_TEST_P(GateContract, AGateSellsExactlyItsUnits) {
  this->load(25);
  AtOnce<Reserve> asked(60);
  for (int i = 1; i <= 60; ++i) asked.add(this->bench_.cache(), this->reservation(i, 1));
  asked.run(this->bench_);
  std::set<Quantity> lefts;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    ASSERT_TRUE(asked.reply(i).ok());
    if (asked.reply(i)->state == Reserve::State::granted) lefts.insert(asked.reply(i)->left);
  }
  const auto is = [](Reserve::State state) {
    return [state](const Result<Reserve::Reply>& reply) { return reply->state == state; };
  };
  EXPECT_EQ(asked.count(is(Reserve::State::granted)), 25);
  EXPECT_EQ(asked.count(is(Reserve::State::sold_out)), 35);
  EXPECT_EQ(lefts.size(), 25u) << "each was told another number of units left";
  EXPECT_EQ(*lefts.begin(), 0);
  EXPECT_EQ(this->left(), 0);
}

TYPED_TEST_P(GateContract, MoreThanIsLeftIsSoldOutAndTakesNothing) {
  this->load(5);
  EXPECT_EQ(this->reserve(1, 3).left, 2);
  const auto refused = this->reserve(2, 3);
  EXPECT_EQ(refused.state, Reserve::State::sold_out);
  EXPECT_EQ(refused.left, 2);
  EXPECT_EQ(this->left(), 2);
  EXPECT_FALSE(this->give_back(2)) << "who was refused holds nothing";
  EXPECT_EQ(this->reserve(2, 2).state, Reserve::State::granted);
  EXPECT_EQ(this->left(), 0);
}

TYPED_TEST_P(GateContract, AnOrderThatRepeatsItselfTakesOnce) {
  this->load(3);
  AtOnce<Reserve> asked(10);
  for (int i = 0; i < 10; ++i) asked.add(this->bench_.cache(), this->reservation(7, 1));
  asked.run(this->bench_);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->state == Reserve::State::granted; }),
            1);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->state == Reserve::State::repeated; }),
            9);
  EXPECT_EQ(this->left(), 2);
  this->settle(7);
  EXPECT_EQ(this->reserve(7).state, Reserve::State::repeated) << "settled";
  EXPECT_EQ(this->left(), 2);
}

TYPED_TEST_P(GateContract, AnOwnerThatRepeatsItselfIsNotToldSoldOut) {
  this->load(1);
  ASSERT_EQ(this->reserve(1).state, Reserve::State::granted);
  EXPECT_EQ(this->reserve(1).state, Reserve::State::repeated);
  EXPECT_EQ(this->reserve(2).state, Reserve::State::sold_out);
}

TYPED_TEST_P(GateContract, UnitsAreGivenBackOnceAndCanBeTakenAgain) {
  this->load(5);
  ASSERT_EQ(this->reserve(1, 2).left, 3);
  EXPECT_TRUE(this->give_back(1));
  EXPECT_EQ(this->left(), 5);
  EXPECT_FALSE(this->give_back(1));
  EXPECT_EQ(this->left(), 5);
  EXPECT_EQ(this->reserve(1, 4).state, Reserve::State::granted) << "nothing of it is there";
  EXPECT_EQ(this->left(), 1);
}

TYPED_TEST_P(GateContract, GivenBackByManyAtOnceItIsGivenBackOnce) {
  this->load(5);
  ASSERT_EQ(this->reserve(1, 2).left, 3);
  AtOnce<ReleaseReservation> asked(10);
  for (int i = 0; i < 10; ++i) {
    asked.add(this->bench_.cache(), ReleaseReservation{this->kItem, OrderKey{1}});
  }
  asked.run(this->bench_);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->given_back; }), 1);
  EXPECT_EQ(this->left(), 5);
}

TYPED_TEST_P(GateContract, WhatIsSettledIsNotGivenBack) {
  this->load(5);
  ASSERT_EQ(this->reserve(1, 2).left, 3);
  this->settle(1);
  this->settle(1);
  EXPECT_FALSE(this->give_back(1));
  EXPECT_EQ(this->left(), 3);
}

TYPED_TEST_P(GateContract, SettlingWhatNobodyReservedIsDoneAndLeavesNothing) {
  this->settle(1);
  this->load(5);
  this->settle(1);
  EXPECT_EQ(this->left(), 5);
  EXPECT_EQ(this->reserve(1).state, Reserve::State::granted);
}

TYPED_TEST_P(GateContract, AReservationIsOverdueAfterItsHoldAndNotToldTwiceAtOnce) {
  this->load(5);
  this->reserve(41, 2, this->kShort);
  this->reserve(42, 1, this->kLong);
  EXPECT_EQ(this->overdue(), 0);
  this->bench_.pass_time(this->kPastShort);
  const auto overdue = this->ask(NextOverdue{this->kItem, this->kShort});
  ASSERT_TRUE(overdue.has_value());
  EXPECT_EQ(overdue->order.key, OrderKey{41});
  EXPECT_EQ(overdue->order.item, this->kItem);
  EXPECT_EQ(overdue->order.quantity, 2);
  EXPECT_GE(overdue->age, this->kPastShort - 2ms);
  EXPECT_LT(overdue->age, this->kLong);
  EXPECT_EQ(this->overdue(), 0);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->overdue(), 41) << "again, because nobody settled or released it";
  EXPECT_TRUE(this->give_back(41)) << "being told of it changes nothing else";
  EXPECT_EQ(this->left(), 4);
}

TYPED_TEST_P(GateContract, TheLongestOverdueComesFirst) {
  this->load(5);
  this->reserve(43, 1, this->kShort);
  this->bench_.pass_time(20ms);
  this->reserve(41, 1, this->kShort);
  this->bench_.pass_time(20ms);
  this->reserve(42, 1, 1ms);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->overdue(), 42);
  EXPECT_EQ(this->overdue(), 43);
  EXPECT_EQ(this->overdue(), 41);
  EXPECT_EQ(this->overdue(), 0);
}

TYPED_TEST_P(GateContract, WhatIsSettledOrGivenBackIsNeverOverdue) {
  this->load(5);
  this->reserve(1, 1, this->kShort);
  this->reserve(2, 1, this->kShort);
  this->reserve(3, 1, this->kShort);
  this->settle(1);
  EXPECT_TRUE(this->give_back(2));
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->overdue(1ms), 3);
  this->settle(3);
  this->bench_.pass_time(20ms);
  EXPECT_EQ(this->overdue(), 0);
}

TYPED_TEST_P(GateContract, LoadingOpensTheGateAnew) {
  this->load(5);
  this->reserve(1, 2, this->kShort);
  this->reserve(2, 2, this->kShort);
  this->settle(2);
  this->load(8);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->left(), 8);
  EXPECT_EQ(this->overdue(), 0);
  EXPECT_FALSE(this->give_back(1));
  EXPECT_EQ(this->reserve(1).state, Reserve::State::granted);
  EXPECT_EQ(this->reserve(2).state, Reserve::State::granted);
  EXPECT_EQ(this->left(), 6);
}

TYPED_TEST_P(GateContract, LoadingTakesAwayATtl) {
  this->ask(SetExpiring{this->kCounter, 1, this->kShort});
  this->load(5);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->left(), 5);
}

TYPED_TEST_P(GateContract, GetAndDecrementSeeTheCounter) {
  this->load(5);
  EXPECT_EQ(this->left(), 5);
  EXPECT_EQ(this->ask(Decrement{this->kCounter, 4}).after, 1);
  EXPECT_EQ(this->reserve(1, 2).state, Reserve::State::sold_out);
  EXPECT_EQ(this->reserve(2, 1).left, 0);
  EXPECT_EQ(this->ask(Decrement{this->kCounter, 3}).after, -3);
  const auto refused = this->reserve(3, 1);
  EXPECT_EQ(refused.state, Reserve::State::sold_out);
  EXPECT_EQ(refused.left, -3);
}

TYPED_TEST_P(GateContract, ACounterThatIsLostIsNotMadeAnewByWhatIsGivenBack) {
  this->load(5);
  this->reserve(1, 2);
  this->ask(Delete{this->kCounter});
  EXPECT_EQ(this->reserve(1, 2).state, Reserve::State::repeated) << "known before the counter is";
  EXPECT_EQ(this->reserve(2, 1).state, Reserve::State::not_loaded);
  EXPECT_FALSE(this->give_back(1));
  EXPECT_EQ(this->left(), std::nullopt);
}

TYPED_TEST_P(GateContract, ItemsHaveGatesOfTheirOwn) {
  this->load(5);
  this->reserve(1, 2);
  const Reserve other{Order{OrderKey{1}, BuyerId{1}, ItemId{2}, 1}, this->kLong};
  EXPECT_EQ(this->ask(other).state, Reserve::State::not_loaded);
  this->ask(LoadGate{ItemId{2}, 9});
  EXPECT_EQ(this->ask(other).left, 8);
  EXPECT_EQ(this->left(), 3);
}

TYPED_TEST_P(GateContract, AnOrderIsHeldOnceUntilItsHoldEndsOrRunsOut) {
  EXPECT_FALSE(this->ask(EndHold{OrderKey{1}}).ended);
  EXPECT_TRUE(this->ask(SetHold{OrderKey{1}, this->kLong}).set);
  EXPECT_TRUE(this->ask(SetHold{OrderKey{2}, this->kShort}).set);
  EXPECT_FALSE(this->ask(SetHold{OrderKey{1}, this->kShort}).set);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_FALSE(this->ask(EndHold{OrderKey{2}}).ended) << "it ran out";
  EXPECT_TRUE(this->ask(EndHold{OrderKey{1}}).ended);
  EXPECT_FALSE(this->ask(EndHold{OrderKey{1}}).ended);
  EXPECT_TRUE(this->ask(SetHold{OrderKey{2}, this->kLong}).set);
}

TYPED_TEST_P(GateContract, AtRestItAccountsForEveryUnit) {
  this->load(20);
  this->reserve(42, 2);
  this->bench_.pass_time(20ms);
  this->reserve(41, 3);
  this->reserve(43, 4);
  this->settle(43);
  this->reserve(44, 1);
  EXPECT_TRUE(this->give_back(44));
  const GateAccount account = this->ask(ReadGate{this->kItem});
  EXPECT_EQ(account.left, 11);
  EXPECT_EQ(account.settled, 4);
  ASSERT_EQ(account.pending.size(), 2u);
  EXPECT_EQ(account.pending[0].order.key, OrderKey{41});
  EXPECT_EQ(account.pending[0].order.item, this->kItem);
  EXPECT_EQ(account.pending[0].order.quantity, 3);
  EXPECT_EQ(account.pending[1].order.key, OrderKey{42});
  EXPECT_EQ(account.pending[1].order.quantity, 2);
  EXPECT_GE(account.pending[1].age, 19ms) << "Redis tells whole milliseconds";
  EXPECT_LE(account.pending[0].age, account.pending[1].age);
  EXPECT_LT(account.pending[1].age, this->kLong);
}

TYPED_TEST_P(GateContract, ACounterThatIsGoneIsNoZeroAndWhatIsReservedIsStillKnown) {
  EXPECT_EQ(this->ask(ReadGate{this->kItem}), GateAccount{});
  this->load(5);
  this->reserve(1, 2);
  this->ask(Delete{this->kCounter});
  const GateAccount account = this->ask(ReadGate{this->kItem});
  EXPECT_EQ(account.left, std::nullopt);
  ASSERT_EQ(account.pending.size(), 1u);
  EXPECT_EQ(account.pending[0].order.quantity, 2);
}

REGISTER_TYPED_TEST_SUITE_P(
    GateContract, ALockIsGrantedToOneOfMany, ALockIsFreedByItsTokenAlone,
    ALockRunsOutAndItsLateHolderFreesNothing, APlainDeleteFreesALockWhoeverHoldsIt,
    EveryGrantHasAHigherFenceHoweverTheLockWasFreed, AGateThatNobodyLoadedSaysSoAndIsNotMade,
    AGateSellsExactlyItsUnits, MoreThanIsLeftIsSoldOutAndTakesNothing,
    AnOrderThatRepeatsItselfTakesOnce, AnOwnerThatRepeatsItselfIsNotToldSoldOut,
    UnitsAreGivenBackOnceAndCanBeTakenAgain, GivenBackByManyAtOnceItIsGivenBackOnce,
    WhatIsSettledIsNotGivenBack, SettlingWhatNobodyReservedIsDoneAndLeavesNothing,
    AReservationIsOverdueAfterItsHoldAndNotToldTwiceAtOnce, TheLongestOverdueComesFirst,
    WhatIsSettledOrGivenBackIsNeverOverdue, LoadingOpensTheGateAnew, LoadingTakesAwayATtl,
    GetAndDecrementSeeTheCounter, ACounterThatIsLostIsNotMadeAnewByWhatIsGivenBack,
    ItemsHaveGatesOfTheirOwn, AnOrderIsHeldOnceUntilItsHoldEndsOrRunsOut,
    AtRestItAccountsForEveryUnit, ACounterThatIsGoneIsNoZeroAndWhatIsReservedIsStillKnown);

}  // namespace doorbuster
