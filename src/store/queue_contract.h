// What every Cache must do of a gate's queue, as a GoogleTest suite over the bench of
// store/cache_contract.h. Tests only; see store/contract.h.
#pragma once

#include <gmock/gmock.h>

#include "store/gate_contract.h"

namespace doorbuster {

template <class Bench>
class QueueContract : public GateContract<Bench> {
 protected:
  using Base = GateContract<Bench>;
  static constexpr std::int64_t kConsumer = 1;
  static constexpr std::int64_t kAnother = 2;
  static constexpr Duration kNever = -1ns;

  Reserve::Reply queue(std::int64_t key, Quantity quantity = 1) {
    return this->ask(ReserveQueued{Base::reservation(key, quantity).order});
  }
  // The keys of what is delivered, negative where it was before.
  std::vector<std::int64_t> read(Duration idle = kNever, std::int64_t consumer = kConsumer,
                                 std::int64_t most = kMostOfABatch) {
    std::vector<std::int64_t> keys;
    const ReadQueue next{Base::kItem, consumer, most, idle};
    for (const QueuedOrder& each : this->ask(next)) {
      keys.push_back(each.again ? -number(each.order.key) : number(each.order.key));
    }
    return keys;
  }
  void finish(std::int64_t number, bool written = true) {
    this->ask(FinishQueued{Base::kItem, written, {number}});
  }
  std::int64_t length() { return this->ask(QueueLength{Base::kItem}).orders; }
  GateAccount account() { return this->ask(ReadGate{Base::kItem}); }
};
TYPED_TEST_SUITE_P(QueueContract);

TYPED_TEST_P(QueueContract, AnOrderIsReservedAndQueuedInOneStepAndOnlyOnce) {
  EXPECT_EQ(this->queue(41).state, Reserve::State::not_loaded);
  EXPECT_EQ(this->length(), 0);
  this->load(3);
  const auto granted = this->queue(41, 2);
  EXPECT_EQ(granted.state, Reserve::State::granted);
  EXPECT_EQ(granted.left, 1);
  EXPECT_EQ(this->queue(41, 2).state, Reserve::State::repeated);
  EXPECT_EQ(this->queue(42, 2).state, Reserve::State::sold_out);
  EXPECT_EQ(this->length(), 1);
  EXPECT_EQ(this->left(), 1);
  EXPECT_EQ(this->overdue(), 0) << "its order is on its way";
}

TYPED_TEST_P(QueueContract, IsReadInItsOrderEachByOneConsumer) {
  this->load(20);
  EXPECT_THAT(this->read(), testing::IsEmpty());
  for (std::int64_t key = 45; key > 40; --key) this->queue(key, 2);
  EXPECT_THAT(this->read(this->kNever, this->kConsumer, 2), testing::ElementsAre(45, 44));
  EXPECT_THAT(this->read(this->kNever, this->kAnother, 2), testing::ElementsAre(43, 42));
  EXPECT_THAT(this->read(), testing::ElementsAre(41));
  EXPECT_THAT(this->read(), testing::IsEmpty());
  EXPECT_EQ(this->length(), 5) << "until they are finished";
}

TYPED_TEST_P(QueueContract, TellsAllOfAnOrderAndHowLongItHasWaited) {
  this->load(20);
  this->queue(41, 2);
  this->bench_.pass_time(20ms);
  const ReadQueue next{this->kItem, this->kConsumer, 1, this->kNever};
  const auto read = this->ask(next);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].number, 1);
  EXPECT_EQ(read[0].order.key, OrderKey{41});
  EXPECT_EQ(read[0].order.buyer, BuyerId{1041});
  EXPECT_EQ(read[0].order.item, this->kItem);
  EXPECT_EQ(read[0].order.quantity, 2);
  EXPECT_FALSE(read[0].again);
  EXPECT_GE(read[0].age, 19ms);
  EXPECT_LT(read[0].age, this->kLong);
}

TYPED_TEST_P(QueueContract, WhatIsWrittenLeavesTheQueueAndIsSettledOnce) {
  this->load(10);
  this->queue(41, 2);
  this->queue(42, 3);
  this->read();
  this->finish(1);
  this->finish(1);
  EXPECT_EQ(this->length(), 1);
  const GateAccount account = this->account();
  EXPECT_EQ(account.left, 5);
  EXPECT_EQ(account.settled, 2);
  EXPECT_EQ(account.pending.size(), 1U);
  EXPECT_EQ(this->queue(41).state, Reserve::State::repeated) << "it was sold";
  this->ask(FinishQueued{this->kItem, true, {7, 2}});
  EXPECT_EQ(this->length(), 0) << "of another number nobody knows anything";
}

TYPED_TEST_P(QueueContract, TheUnitsOfARefusedOrderAreGoneFromTheGate) {
  this->load(10);
  this->queue(41, 2);
  this->read();
  this->finish(1, false);
  EXPECT_EQ(this->length(), 0);
  EXPECT_EQ(this->account(), (GateAccount{.left = 8, .settled = 0, .pending = {}, .sequence = 1}));
}

// XAUTOCLAIM: without it what a consumer had read when he died is never heard of again.
TYPED_TEST_P(QueueContract, WhatADeadConsumerHadReadIsDeliveredToAnotherAfterAWhile) {
  this->load(10);
  this->queue(41);
  this->queue(42);
  this->read(this->kNever, this->kConsumer, 1);
  EXPECT_THAT(this->read(this->kLong, this->kAnother, 1), testing::ElementsAre(42));
  EXPECT_THAT(this->read(this->kLong, this->kAnother), testing::IsEmpty()) << "he may be alive";
  this->bench_.pass_time(this->kPastShort);
  this->queue(43);
  EXPECT_THAT(this->read(this->kNever, this->kAnother, 1), testing::ElementsAre(43));
  EXPECT_THAT(this->read(this->kShort, this->kAnother), testing::ElementsAre(-41, -42));
  EXPECT_THAT(this->read(this->kShort, this->kConsumer), testing::IsEmpty()) << "they are his now";
}

// The acknowledgement got lost, or its consumer with it.
TYPED_TEST_P(QueueContract, WhatWasFinishedIsNeverDeliveredAgainAndWhatWasNotIs) {
  this->load(10);
  this->queue(41);
  this->queue(42);
  this->read();
  this->finish(2);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_THAT(this->read(this->kShort), testing::ElementsAre(-41));
}

TYPED_TEST_P(QueueContract, WhatIsClaimedComesBeforeWhatIsNewWithinOneBatch) {
  this->load(20);
  for (std::int64_t key = 1; key <= 3; ++key) this->queue(key);
  this->read(this->kNever, this->kConsumer, 2);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_THAT(this->read(this->kShort, this->kAnother), testing::ElementsAre(-1, -2, 3));
}

TYPED_TEST_P(QueueContract, WhatWasReleasedIsNotDeliveredAndWhatWasDeliveredIsNotReleased) {
  this->load(10);
  this->queue(41);
  this->queue(42);
  EXPECT_TRUE(this->give_back(41));
  EXPECT_THAT(this->read(), testing::ElementsAre(42));
  EXPECT_EQ(this->length(), 1);
  EXPECT_FALSE(this->give_back(42)) << "somebody is writing it";
  EXPECT_EQ(this->left(), 9);
}

TYPED_TEST_P(QueueContract, LoadingTheGateEmptiesItsQueue) {
  this->load(10);
  this->queue(41);
  this->read();
  this->load(5);
  EXPECT_EQ(this->length(), 0);
  this->queue(42);
  EXPECT_THAT(this->read(), testing::ElementsAre(42));
  EXPECT_EQ(this->left(), 4);
}

REGISTER_TYPED_TEST_SUITE_P(QueueContract, AnOrderIsReservedAndQueuedInOneStepAndOnlyOnce,
                            IsReadInItsOrderEachByOneConsumer,
                            TellsAllOfAnOrderAndHowLongItHasWaited,
                            WhatIsWrittenLeavesTheQueueAndIsSettledOnce,
                            TheUnitsOfARefusedOrderAreGoneFromTheGate,
                            WhatADeadConsumerHadReadIsDeliveredToAnotherAfterAWhile,
                            WhatWasFinishedIsNeverDeliveredAgainAndWhatWasNotIs,
                            WhatIsClaimedComesBeforeWhatIsNewWithinOneBatch,
                            WhatWasReleasedIsNotDeliveredAndWhatWasDeliveredIsNotReleased,
                            LoadingTheGateEmptiesItsQueue);

}  // namespace doorbuster
