// What every Cache must do of orders' claims, of units counted against a buyer's limit, and of the
// time a value still has, as a GoogleTest suite over the bench of store/cache_contract.h. Tests
// only; see store/contract.h.
#pragma once

#include <gtest/gtest.h>

#include "store/cache.h"
#include "store/contract_support.h"

namespace doorbuster {

using ClaimState = ClaimOrder::State;

template <class Bench>
class OrderContract : public testing::Test {
 protected:
  static constexpr Key kPlain{KeyFamily::inventory, ItemId{1}};
  static constexpr Duration kShort = 100ms;      // a TTL that will run out
  static constexpr Duration kPastShort = 250ms;  // by then it has, on any machine
  static constexpr Duration kLong = 60s;         // one that will not

  template <class Op>
  typename Op::Reply ask(Op op) {
    auto reply = ask_one(bench_, bench_.cache(), op);
    CHECK(reply.ok(), "{}: {}", Op::kName, reply.error().message());
    return *std::move(reply);
  }
  ClaimState claim(std::int64_t key, Duration ttl = kLong) {
    return ask(ClaimOrder{OrderKey{key}, ttl}).state;
  }
  static CountUnits units(std::int64_t key, std::int64_t buyer, Quantity quantity, Quantity most) {
    return {Order{OrderKey{key}, BuyerId{buyer}, ItemId{1}, quantity}, most};
  }
  bool count(std::int64_t key, std::int64_t buyer, Quantity quantity, Quantity most) {
    return ask(units(key, buyer, quantity, most)).allowed;
  }
  void uncount(std::int64_t key, std::int64_t buyer) {
    ask(UncountUnits{Order{OrderKey{key}, BuyerId{buyer}, ItemId{1}, 1}});
  }

  Bench bench_;
};
TYPED_TEST_SUITE_P(OrderContract);

TYPED_TEST_P(OrderContract, AValueTellsHowLongItStillHas) {
  EXPECT_EQ(this->ask(GetAging{this->kPlain}).has_value(), false);
  this->ask(SetExpiring{this->kPlain, 5, this->kLong});
  const auto fresh = this->ask(GetAging{this->kPlain});
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(fresh->value, 5);
  EXPECT_LE(fresh->left, this->kLong);
  EXPECT_GT(fresh->left, this->kLong / 2);
  this->bench_.pass_time(this->kShort);
  EXPECT_LE(this->ask(GetAging{this->kPlain})->left, this->kLong - this->kShort);
  this->ask(Delete{this->kPlain});
  this->ask(Decrement{this->kPlain, 1});
  EXPECT_EQ(this->ask(GetAging{this->kPlain})->left, Duration::max()) << "it has no TTL";
}

TYPED_TEST_P(OrderContract, AKeyIsClaimedByOneOfMany) {
  AtOnce<ClaimOrder> asked(20);
  for (int i = 0; i < 20; ++i) asked.add(this->bench_.cache(), ClaimOrder{OrderKey{7}, 60s});
  asked.run(this->bench_);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->state == ClaimState::claimed; }), 1);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->state == ClaimState::under_way; }),
            19);
  EXPECT_EQ(this->claim(8), ClaimState::claimed) << "another order's";
}

TYPED_TEST_P(OrderContract, WhatEndedIsToldAsItEnded) {
  for (const Outcome outcome : {Outcome::sold, Outcome::sold_out}) {
    this->claim(1);
    this->ask(KeepAnswer{OrderKey{1}, outcome, this->kLong});
    const auto again = this->ask(ClaimOrder{OrderKey{1}, this->kLong});
    EXPECT_EQ(again.state, ClaimState::ended);
    EXPECT_EQ(again.outcome, outcome);
  }
}

TYPED_TEST_P(OrderContract, AClaimRunsOutAndSoDoesAnAnswer) {
  this->claim(1, this->kShort);
  this->ask(KeepAnswer{OrderKey{2}, Outcome::sold, this->kShort});
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->claim(1), ClaimState::claimed);
  EXPECT_EQ(this->claim(2), ClaimState::claimed);
}

TYPED_TEST_P(OrderContract, ADroppedClaimCanBeHadAgain) {
  this->claim(1);
  this->ask(DropClaim{OrderKey{1}});
  EXPECT_EQ(this->claim(1), ClaimState::claimed);
  this->ask(DropClaim{OrderKey{9}});
}

TYPED_TEST_P(OrderContract, ABuyerHasNoMoreUnitsThanTheLimit) {
  EXPECT_TRUE(this->count(1, 7, 2, 3));
  EXPECT_FALSE(this->count(2, 7, 2, 3));
  EXPECT_TRUE(this->count(3, 7, 1, 3));
  EXPECT_FALSE(this->count(4, 7, 1, 3));
  EXPECT_TRUE(this->count(5, 8, 3, 3)) << "another buyer";
}

TYPED_TEST_P(OrderContract, ThoseWhoAskAtOnceDoNotPassTogether) {
  AtOnce<CountUnits> asked(20);
  for (int i = 1; i <= 20; ++i) {
    asked.add(this->bench_.cache(), CountUnits{Order{OrderKey{i}, BuyerId{7}, ItemId{1}, 1}, 2});
  }
  asked.run(this->bench_);
  EXPECT_EQ(asked.count([](const auto& reply) { return reply->allowed; }), 2);
}

TYPED_TEST_P(OrderContract, AnOrderCountsOnceHoweverOftenItIsSent) {
  EXPECT_TRUE(this->count(1, 7, 1, 2));
  EXPECT_TRUE(this->count(1, 7, 1, 2));
  EXPECT_TRUE(this->count(2, 7, 1, 2));
  EXPECT_TRUE(this->count(1, 7, 1, 2)) << "though the limit is reached";
}

TYPED_TEST_P(OrderContract, WhatCountsNoMoreLeavesRoomOnce) {
  this->count(1, 7, 2, 2);
  this->uncount(1, 7);
  this->uncount(1, 7);
  this->uncount(9, 7);
  EXPECT_TRUE(this->count(2, 7, 2, 2));
  EXPECT_FALSE(this->count(3, 7, 1, 2));
}

REGISTER_TYPED_TEST_SUITE_P(OrderContract, AValueTellsHowLongItStillHas, AKeyIsClaimedByOneOfMany,
                            WhatEndedIsToldAsItEnded, AClaimRunsOutAndSoDoesAnAnswer,
                            ADroppedClaimCanBeHadAgain, ABuyerHasNoMoreUnitsThanTheLimit,
                            ThoseWhoAskAtOnceDoNotPassTogether,
                            AnOrderCountsOnceHoweverOftenItIsSent, WhatCountsNoMoreLeavesRoomOnce);

}  // namespace doorbuster
