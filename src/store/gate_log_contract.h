// The order that a gate itself gives to its changes, as a GoogleTest suite over the bench of
// store/cache_contract.h. Tests only; see store/contract.h.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "store/gate_contract.h"

namespace doorbuster {

template <class Bench>
class GateLogContract : public GateContract<Bench> {};
TYPED_TEST_SUITE_P(GateLogContract);

TYPED_TEST_P(GateLogContract, EveryGrantAndReturnHasTheNextNumberAndARefusalThatOfTheLast) {
  this->load(5);
  EXPECT_EQ(this->ask(ReadGate{this->kItem}).sequence, 0);
  EXPECT_EQ(this->reserve(1, 6).sequence, 0) << "refused before anything changed";
  EXPECT_EQ(this->reserve(1, 3).sequence, 1);
  EXPECT_EQ(this->reserve(2, 1).sequence, 2);
  EXPECT_EQ(this->reserve(1, 3).state, Reserve::State::repeated) << "changes nothing";
  EXPECT_EQ(this->reserve(3, 2).sequence, 2) << "refused";
  this->settle(2);
  const auto returned = this->ask(ReleaseReservation{this->kItem, OrderKey{1}});
  EXPECT_EQ(returned.sequence, 3) << "what is settled leaves the counter as it is";
  EXPECT_EQ(returned.units, 3);
  EXPECT_EQ(returned.left, 4);
  EXPECT_FALSE(this->give_back(1));
  EXPECT_EQ(this->reserve(4, 4).sequence, 4);
  EXPECT_EQ(this->ask(ReadGate{this->kItem}).sequence, 4);
  this->load(5);
  EXPECT_EQ(this->reserve(1, 1).sequence, 1) << "it was opened anew";
}

TYPED_TEST_P(GateLogContract, ManyAtOnceAreNumberedWithoutAGapAsTheyLeftTheCounter) {
  this->load(25);
  AtOnce<Reserve> asked(60);
  for (int i = 1; i <= 60; ++i) asked.add(this->bench_.cache(), this->reservation(i, 1));
  asked.run(this->bench_);
  std::set<Version> numbers;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    ASSERT_TRUE(asked.reply(i).ok());
    const Reserve::Reply& reply = *asked.reply(i);
    EXPECT_EQ(reply.left, 25 - reply.sequence);
    if (reply.state == Reserve::State::granted) numbers.insert(reply.sequence);
  }
  EXPECT_EQ(numbers.size(), 25u);
  EXPECT_EQ(*numbers.begin(), 1);
  EXPECT_EQ(*numbers.rbegin(), 25);
}

TYPED_TEST_P(GateLogContract, WhatIsQueuedIsNumberedToo) {
  this->load(2);
  EXPECT_EQ(this->reserve(1, 1).sequence, 1);
  EXPECT_EQ(this->ask(ReserveQueued{this->reservation(2, 1).order}).sequence, 2);
  EXPECT_EQ(this->ask(ReserveQueued{this->reservation(3, 1).order}).sequence, 2) << "refused";
}

TYPED_TEST_P(GateLogContract, WhatCannotBeGivenBackHasNoNumber) {
  this->load(5);
  this->reserve(1, 2);
  this->ask(Delete{this->kCounter});
  EXPECT_FALSE(this->give_back(1));
  EXPECT_EQ(this->ask(ReadGate{this->kItem}).sequence, 1);
}

REGISTER_TYPED_TEST_SUITE_P(GateLogContract,
                            EveryGrantAndReturnHasTheNextNumberAndARefusalThatOfTheLast,
                            ManyAtOnceAreNumberedWithoutAGapAsTheyLeftTheCounter,
                            WhatIsQueuedIsNumberedToo, WhatCannotBeGivenBackHasNoNumber);

}  // namespace doorbuster
