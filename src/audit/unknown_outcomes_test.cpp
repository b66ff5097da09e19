// A buyer whose reply was lost tries again: what the rows prove of his first attempt.
#include "audit/unknown_outcomes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/judge_history.h"
#include "base/order.h"

namespace doorbuster {
namespace {

constexpr BuyerId kBuyer{5};

// Ten units; the buyer's attempts at 1 ms and at 10 ms, another buyer's purchase where wanted.
class UnknownOutcome : public testing::Test {
 protected:
  UnknownOutcome() {
    ItemTruth item;
    item.item = ItemId{1};
    item.initial = item.left = 10;
    history_.items = {item};
  }

  void buys(BuyerId buyer, int attempt, Duration at, Answer outcome, bool new_key = true) {
    Operation buy;
    buy.op = OperationId{static_cast<std::uint32_t>(history_.operations.size())};
    buy.key = order_key(buyer, 0, new_key ? attempt - 1 : 0);
    buy.buyer = buyer;
    buy.item = ItemId{1};
    buy.kind = OperationKind::buy;
    buy.outcome = outcome;
    buy.attempt = static_cast<std::uint8_t>(attempt);
    buy.scheduled = buy.started = kRunStart + at;
    if (outcome != Answer::unknown) buy.finished = buy.started + 1ms;
    history_.operations.push_back(buy);
  }

  // The order of the operation with this number, as the next change of the stock.
  void commits(std::uint32_t op, bool with_version = true) {
    const Operation& by = history_.operations[op];
    PlacedOrder order;
    order.order = std::ssize(history_.orders) + 1;
    order.key = by.key;
    order.buyer = by.buyer;
    order.op = by.op;
    order.item = by.item;
    if (with_version) order.version = static_cast<std::int32_t>(order.order);
    history_.orders.push_back(order);
    --history_.items[0].left;
  }

  UnknownOutcomes resolved() const { return judge_history(history_).unknown.value(); }

  JudgedHistory history_;
};

TEST_F(UnknownOutcome, CommittedAfterAPurchaseThatBeganLaterThanTheRetryIsAZombie) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  buys(kBuyer, 2, 10ms, Answer::refused);
  buys(BuyerId{6}, 1, 11ms, Answer::ok);
  commits(2);
  commits(0);
  const UnknownOutcomes outcomes = resolved();
  EXPECT_EQ(outcomes.attempts, 1);
  EXPECT_EQ(outcomes.sold, 1);
  EXPECT_EQ(outcomes.zombies, 1);
  EXPECT_EQ(outcomes.possible_zombies, 1);
  EXPECT_EQ(outcomes.duplicates, 0);
  ASSERT_EQ(outcomes.named.size(), 1U);
  EXPECT_EQ(outcomes.named[0].op, OperationId{0});
  EXPECT_EQ(outcomes.named[0].version, 2);
  EXPECT_EQ(outcomes.named[0].sentence,
            "order 5 of operation 0 (buyer 5), which got no answer, was committed as version 2 of "
            "item 1, after its buyer had tried again with operation 1 at 0.010000 s: version 1, of "
            "operation 2 (buyer 6), came about before it, and was begun at 0.011000 s only");
}

TEST_F(UnknownOutcome, CommittedAfterTheRetrysOwnOrderIsAZombieAndADuplicate) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  buys(kBuyer, 2, 10ms, Answer::ok);
  commits(1);
  commits(0);
  const UnknownOutcomes outcomes = resolved();
  EXPECT_EQ(outcomes.zombies, 1);
  EXPECT_EQ(outcomes.duplicates, 1);
  EXPECT_EQ(outcomes.named.size(), 2U);
}

TEST_F(UnknownOutcome, CommittedBeforeADuplicateMayBeNoZombie) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  buys(kBuyer, 2, 10ms, Answer::ok);
  commits(0);
  commits(1);
  const UnknownOutcomes outcomes = resolved();
  EXPECT_EQ(outcomes.zombies, 0);
  EXPECT_EQ(outcomes.possible_zombies, 1) << "nothing says when it was committed";
  EXPECT_EQ(outcomes.duplicates, 1);
}

TEST_F(UnknownOutcome, CommittedBeforeAPurchaseThatWasDoneByTheRetryIsNoZombie) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  buys(kBuyer, 2, 10ms, Answer::refused);
  buys(BuyerId{6}, 1, 3ms, Answer::ok);
  commits(0);
  commits(2);
  const UnknownOutcomes outcomes = resolved();
  EXPECT_EQ(outcomes.sold, 1);
  EXPECT_EQ(outcomes.possible_zombies, 0);
}

TEST_F(UnknownOutcome, UnderOneKeyThatTheRetryWasToldToHaveIsNoZombie) {
  buys(kBuyer, 1, 1ms, Answer::unknown, false);
  buys(kBuyer, 2, 10ms, Answer::ok, false);
  buys(BuyerId{6}, 1, 11ms, Answer::ok);
  commits(2);
  commits(0);
  const UnknownOutcomes outcomes = resolved();
  EXPECT_EQ(outcomes.sold, 1);
  EXPECT_EQ(outcomes.possible_zombies, 0);
  EXPECT_EQ(outcomes.duplicates, 0);
}

TEST_F(UnknownOutcome, WithoutAnOrderOfChangesIsAPossibleZombie) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  buys(kBuyer, 2, 10ms, Answer::refused);
  commits(0, false);
  EXPECT_EQ(resolved().zombies, 0);
  EXPECT_EQ(resolved().possible_zombies, 1);
}

TEST_F(UnknownOutcome, OfABuyerWhoDidNotTryAgainIsNoZombie) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  buys(BuyerId{6}, 1, 11ms, Answer::ok);
  commits(1);
  commits(0);
  EXPECT_EQ(resolved().sold, 1);
  EXPECT_EQ(resolved().possible_zombies, 0);
}

TEST_F(UnknownOutcome, WithoutAnOrderIsNotSoldAndWhatItHoldsAtTheGateIsLeaked) {
  buys(kBuyer, 1, 1ms, Answer::unknown);
  EXPECT_EQ(resolved().not_sold, 1);
  EXPECT_EQ(resolved().leaked_units, 0);

  Reservation pending;
  pending.order.key = order_key(kBuyer);
  pending.order.quantity = 2;
  history_.items[0].gate.emplace();
  history_.items[0].gate->pending = {pending};
  EXPECT_EQ(resolved().leaked_units, 2);
  EXPECT_THAT(resolved().named.at(0).sentence, testing::HasSubstr("2 of item 1 stand reserved"));

  history_.cache_read = false;
  EXPECT_EQ(resolved().leaked_units, std::nullopt);
}

}  // namespace
}  // namespace doorbuster
