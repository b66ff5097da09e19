#include <gtest/gtest.h>

#include "sim/postgres_state.h"

namespace doorbuster {
namespace {

using Progress = PostgresState::Progress;
constexpr ItemId kFirst{1};
constexpr ItemId kSecond{2};

// A table of two items, and statements that come one after the other.
class Transactions : public testing::Test {
 protected:
  Transactions() {
    Stocking stocking;
    stocking.items = {{kFirst, 10}, {kSecond, 10}};
    state_.stock(stocking);
  }
  PostgresState::Execution ask(PostgresState::Transaction statement, DatabaseOperation operation) {
    return state_.execute_in(statement, operation);
  }
  TransactionId begin() { return std::get<TransactionId>(**ask(1, Begin{}).reply); }
  static std::string code(const PostgresState::Execution& execution) {
    if (execution.progress == Progress::waiting) return "waits";
    return execution.reply->ok() ? "" : execution.reply->error().code();
  }
  static Quantity left(const PostgresState::Execution& execution) {
    return std::get<std::optional<Stock>>(**execution.reply)->quantity;
  }
  PostgresState state_;
};

TEST_F(Transactions, WhoWaitedReadsTheNewestRowAfterTheHoldersCommitAndTheOldAfterItsRollback) {
  for (const bool commits : {true, false}) {
    const TransactionId holder = begin();
    const TransactionId waiter = begin();
    const Quantity before = left(ask(1, LockStock{holder, kFirst}));
    EXPECT_EQ(code(ask(2, LockStock{waiter, kFirst})), "waits");
    EXPECT_EQ(left(ask(1, TakeIn{holder, kFirst, 1})), before - 1);
    EXPECT_EQ(state_.row(kFirst)->quantity, before) << "nobody else sees it yet";
    if (commits) {
      ask(1, Commit{holder});
    } else {
      ask(1, Rollback{holder});
    }
    EXPECT_EQ(state_.called(), 2U);
    EXPECT_EQ(left(ask(2, LockStock{waiter, kFirst})), commits ? before - 1 : before);
    ask(2, Rollback{waiter});
  }
}

TEST_F(Transactions, NowaitIsRefusedAtOnceAndAbortsTheTransaction) {
  const TransactionId holder = begin();
  const TransactionId hasty = begin();
  ask(1, LockStock{holder, kFirst});
  EXPECT_EQ(code(ask(2, LockStock{hasty, kFirst, true})), "55P03");
  EXPECT_EQ(code(ask(2, LockStock{hasty, kSecond})), "25P02");
  EXPECT_EQ(code(ask(2, Rollback{hasty})), "");
  EXPECT_EQ(code(ask(2, Rollback{hasty})), "25P01");
}

TEST_F(Transactions, WhoGivesUpWaitingIsNoLongerCalled) {
  const TransactionId holder = begin();
  const TransactionId waiter = begin();
  ask(1, LockStock{holder, kFirst});
  EXPECT_EQ(code(ask(2, LockStock{waiter, kFirst})), "waits");
  EXPECT_EQ(state_.give_up(2, waiter).error().code(), "55P03");
  ask(1, Commit{holder});
  EXPECT_EQ(state_.called(), std::nullopt);
}

TEST_F(Transactions, TwoWhoLockTwoItemsInOppositeOrderDeadlockAndInOneOrderDoNot) {
  const TransactionId one = begin();
  const TransactionId two = begin();
  ask(1, LockStock{one, kFirst});
  ask(2, LockStock{two, kSecond});
  EXPECT_EQ(code(ask(1, LockStock{one, kSecond})), "waits");
  EXPECT_EQ(code(ask(2, LockStock{two, kFirst})), "40P01");
  ask(2, Rollback{two});
  EXPECT_EQ(state_.called(), 1U);
  EXPECT_EQ(code(ask(1, LockStock{one, kSecond})), "");
  const TransactionId three = begin();
  EXPECT_EQ(code(ask(3, LockStock{three, kFirst})), "waits");
  ask(1, Commit{one});
  EXPECT_EQ(code(ask(3, LockStock{three, kFirst})), "");
  EXPECT_EQ(code(ask(3, LockStock{three, kSecond})), "");
}

// The purchase in one statement holds the row and waits for the key; who inserted the key wants the
// row.
TEST_F(Transactions, APurchaseInOneStatementAndATransactionDeadlockToo) {
  const Order order{OrderKey{7}, BuyerId{7}, kFirst, 1};
  const TakeIfAvailable purchase{order};
  const TransactionId in = begin();
  ask(1, InsertOrderIn{in, order, 1});
  EXPECT_EQ(code(state_.execute(2, purchase, kRunStart)), "waits");
  EXPECT_EQ(code(ask(1, LockStock{in, kFirst})), "40P01");
  ask(1, Rollback{in});
  EXPECT_EQ(state_.called(), 2U);
  ASSERT_EQ(state_.execute(2, purchase, kRunStart).progress, Progress::locked);
  EXPECT_TRUE(state_.commit(2, purchase, kRunStart).ok());
  EXPECT_EQ(state_.row(kFirst)->quantity, 9);
}

TEST_F(Transactions, ThePurchaseIsTheVictimWhereItWaitsLast) {
  const Order order{OrderKey{7}, BuyerId{7}, kFirst, 1};
  const TransactionId holder = begin();
  const TransactionId in = begin();
  ask(1, LockStock{holder, kFirst});
  ask(2, InsertOrderIn{in, order, 1});
  EXPECT_EQ(code(state_.execute(3, TakeIfAvailable{order}, kRunStart)), "waits");
  EXPECT_EQ(code(ask(2, LockStock{in, kFirst})), "waits");
  ask(1, Rollback{holder});
  EXPECT_EQ(state_.called(), 3U);
  EXPECT_EQ(code(state_.execute(3, TakeIfAvailable{order}, kRunStart)), "40P01");
  EXPECT_EQ(state_.called(), 2U) << "its row is free again";
  EXPECT_EQ(left(ask(2, LockStock{in, kFirst})), 10);
}

TEST_F(Transactions, ADuplicateKeyAbortsAndTheRollbackUndoesTheTake) {
  const Order order{OrderKey{7}, BuyerId{7}, kFirst, 1};
  const TransactionId first = begin();
  ask(1, TakeIn{first, kFirst, 1});
  ask(1, InsertOrderIn{first, order, 1});
  ask(1, Commit{first});
  const TransactionId again = begin();
  EXPECT_EQ(left(ask(1, TakeIn{again, kFirst, 1})), 8);
  EXPECT_EQ(code(ask(1, InsertOrderIn{again, order, 2})), "23505");
  EXPECT_EQ(code(ask(1, Commit{again})), "25P02");
  EXPECT_EQ(state_.row(kFirst)->quantity, 9);
  EXPECT_EQ(state_.truth().orders.size(), 1U);
  EXPECT_EQ(code(ask(1, LockStock{begin(), kFirst, true})), "") << "no lock was left behind";
}

}  // namespace
}  // namespace doorbuster
