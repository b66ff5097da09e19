// What every Database must do for interactive transactions, as a GoogleTest suite over the bench of
// store/database_contract.h, whose pools must not be pipelines, and which has one more:
//
//     Database& impatient();  // a client whose statements and forgotten transactions have 300 ms
//
// Tests only; see store/contract.h.
#pragma once

#include "base/task_scope.h"
#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class TransactionContract : public DatabaseContract<Bench> {
 protected:
  using Base = DatabaseContract<Bench>;

  TransactionId begin(Duration lock_timeout = {}) { return this->ask(Begin{lock_timeout}); }
  void take_and_order(TransactionId in, int key, Quantity quantity = 1) {
    const auto left = this->ask(TakeIn{in, Base::kItem, quantity});
    this->ask(InsertOrderIn{in, Base::order(key, quantity), left->version});
  }
  template <class Op>
  void expect_server_refuses(Op op, const char* code) {
    this->expect_refusal(this->try_to(op), Cause::refused_by_server, code);
  }

  // What a client that waits for the row is told, while its holder does `last`.
  template <class Last>
  std::optional<Stock> waited_for(Last last) {
    const TransactionId waiter = begin();
    std::optional<Result<std::optional<Stock>>> seen;
    std::optional<Result<Done>> ended;
    std::vector<Task<Done>> tasks;
    tasks.push_back(ask_into(&this->bench_.database(0), LockStock{waiter, Base::kItem}, &seen));
    tasks.push_back(ask_into(&this->bench_.database(0), last, &ended));
    this->bench_.run(std::move(tasks));
    this->ask(Rollback{waiter});
    CHECK(seen && seen->ok() && ended && ended->ok(), "who waited, or whom he waited for, failed");
    return **seen;
  }
};
TYPED_TEST_SUITE_P(TransactionContract);

TYPED_TEST_P(TransactionContract, NobodySeesWhatItDidBeforeTheCommitAndAllAfter) {
  this->stock(10);
  const TransactionId in = this->begin();
  EXPECT_EQ(this->ask(LockStock{in, this->kItem}), (Stock{10, 0}));
  this->take_and_order(in, 1, 3);
  EXPECT_EQ(this->ask(LockStock{in, this->kItem}), (Stock{7, 1})) << "its own change";
  EXPECT_EQ(this->row(), (Stock{10, 0}));
  EXPECT_EQ(this->ask(FindOrder{OrderKey{1}}), std::nullopt);
  this->ask(Commit{in});
  EXPECT_EQ(this->row(), (Stock{7, 1}));
  const auto truth = this->bench_.truth();
  ASSERT_EQ(truth.orders.size(), 1U);
  EXPECT_EQ(truth.orders[0].version, 1) << "the order carries the version of its sale";
  EXPECT_EQ(truth.orders[0].quantity, 3);
}

TYPED_TEST_P(TransactionContract, ARollbackUndoesAllAndGivesTheRowBack) {
  this->stock(10);
  const TransactionId in = this->begin();
  this->take_and_order(in, 1);
  this->ask(Rollback{in});
  EXPECT_EQ(this->row(), (Stock{10, 0}));
  EXPECT_EQ(this->orders(), 0U);
  const TransactionId next = this->begin();
  EXPECT_EQ(this->ask(LockStock{next, this->kItem, true}), (Stock{10, 0}));
  this->take_and_order(next, 1);
  this->ask(Commit{next});
  EXPECT_EQ(this->orders(), 1U) << "the key is free again, too";
}

TYPED_TEST_P(TransactionContract, WhoWaitsForTheRowSeesWhatItsHolderCommitted) {
  this->stock(10);
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  this->take_and_order(holder, 1);
  EXPECT_EQ(this->waited_for(Commit{holder}), (Stock{9, 1}));
}

TYPED_TEST_P(TransactionContract, WhoWaitsForTheRowSeesNothingOfWhatItsHolderRolledBack) {
  this->stock(10);
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  this->take_and_order(holder, 1);
  EXPECT_EQ(this->waited_for(Rollback{holder}), (Stock{10, 0}));
}

// READ COMMITTED: the guard of a single statement is tried once more after its wait.
TYPED_TEST_P(TransactionContract, APurchaseInOneStatementLooksAgainAfterItWaited) {
  this->stock(1);
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  this->take_and_order(holder, 1);
  std::optional<Result<std::optional<Stock>>> bought;
  std::optional<Result<Done>> ended;
  std::vector<Task<Done>> tasks;
  tasks.push_back(ask_into(&this->bench_.database(1), TakeIfAvailable{this->order(2)}, &bought));
  tasks.push_back(ask_into(&this->bench_.database(0), Commit{holder}, &ended));
  this->bench_.run(std::move(tasks));
  ASSERT_TRUE(bought && bought->ok() && ended && ended->ok());
  EXPECT_EQ(**bought, std::nullopt);
  EXPECT_EQ(this->row(), (Stock{0, 1}));
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(TransactionContract, AnOrderKeyInsertedInItIsAwaitedAndFreedByItsRollback) {
  this->stock(10);
  const TransactionId in = this->begin();
  this->ask(InsertOrderIn{in, this->order(1), 1});
  std::optional<Result<std::optional<Stock>>> bought;
  std::optional<Result<Done>> ended;
  std::vector<Task<Done>> tasks;
  tasks.push_back(ask_into(&this->bench_.database(1), TakeIfAvailable{this->order(1)}, &bought));
  tasks.push_back(ask_into(&this->bench_.database(0), Rollback{in}, &ended));
  this->bench_.run(std::move(tasks));
  ASSERT_TRUE(bought && bought->ok() && ended && ended->ok());
  EXPECT_EQ(**bought, (Stock{9, 1}));
}

TYPED_TEST_P(TransactionContract, ATransactionWhoseClientDiedBetweenTwoStatementsFreesItsRow) {
  this->stock(10);
  Database& mortal = this->bench_.impatient();
  const auto begun = ask_one(this->bench_, mortal, Begin{});
  ASSERT_TRUE(begun.ok());
  ASSERT_TRUE(ask_one(this->bench_, mortal, LockStock{*begun, this->kItem}).ok());
  ASSERT_TRUE(ask_one(this->bench_, mortal, TakeIn{*begun, this->kItem, 1}).ok());
  const TransactionId next = this->begin();
  EXPECT_EQ(this->ask(LockStock{next, this->kItem}), (Stock{10, 0})) << "once the session ended";
  this->ask(Rollback{next});
  EXPECT_FALSE(ask_one(this->bench_, mortal, Commit{*begun}).ok());
  EXPECT_EQ(this->row(), (Stock{10, 0}));
}

TYPED_TEST_P(TransactionContract, ATransactionWhoseClientDiedWhileItWaitedFreesItsRow) {
  this->stock(10);
  Database* mortal = &this->bench_.impatient();
  const auto begun = ask_one(this->bench_, *mortal, Begin{});
  ASSERT_TRUE(begun.ok());
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  const auto die_waiting = [](Database* dies, Database* other, LockStock lock) -> Task<Done> {
    std::optional<Result<std::optional<Stock>>> never;
    TaskScope client;
    client.spawn(ask_into(dies, lock, &never));
    (void)co_await (*other)(ReadStock{lock.item});  // it is on its way
    co_return Done{};
  };
  std::vector<Task<Done>> tasks;
  tasks.push_back(die_waiting(mortal, &this->bench_.database(0), LockStock{*begun, this->kItem}));
  this->bench_.run(std::move(tasks));
  this->ask(Rollback{holder});
  const TransactionId next = this->begin();
  EXPECT_EQ(this->ask(LockStock{next, this->kItem}), (Stock{10, 0}));
  this->ask(Rollback{next});
}

// The server still waits for the row then, for as long as its holder has it.
TYPED_TEST_P(TransactionContract, StatementsWhoseTimeIsUpGiveTheirConnectionsBack) {
  this->stock(10);
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  Database& hasty = this->bench_.impatient();
  for (int i = 0; i < 2; ++i) {  // as many as it has connections
    const auto begun = ask_one(this->bench_, hasty, Begin{});
    ASSERT_TRUE(begun.ok()) << begun.error().message();
    const auto locked = ask_one(this->bench_, hasty, LockStock{*begun, this->kItem});
    ASSERT_FALSE(locked.ok());
    EXPECT_EQ(locked.error().cause(), Cause::timed_out);
    EXPECT_FALSE(ask_one(this->bench_, hasty, Commit{*begun}).ok()) << "it was given up";
  }
  bool served = false;  // a real server may need a moment to let it in again
  for (int tries = 0; tries < 20 && !served; ++tries) {
    served = ask_one(this->bench_, hasty, ReadStock{this->kItem}).ok();
  }
  EXPECT_TRUE(served);
  this->ask(Rollback{holder});
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1)}), (Stock{9, 1})) << "they left no lock";
}

TYPED_TEST_P(TransactionContract, NowaitIsRefusedAtOnceAndAbortsTheTransaction) {
  this->stock(10);
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  const TransactionId hasty = this->begin();
  this->expect_server_refuses(LockStock{hasty, this->kItem, true}, "55P03");
  this->expect_server_refuses(LockStock{hasty, this->kOther}, "25P02");
  this->expect_server_refuses(Commit{hasty}, "25P02");
  this->expect_server_refuses(Rollback{hasty}, "25P01");
  this->ask(Commit{holder});
  const TransactionId next = this->begin();
  EXPECT_EQ(this->ask(LockStock{next, this->kItem, true}), (Stock{10, 0}))
      << "the commit released it";
  this->ask(Rollback{next});
}

TYPED_TEST_P(TransactionContract, AWaitEndsWithTheLockTimeoutOfItsBegin) {
  this->stock(10);
  const TransactionId holder = this->begin();
  this->ask(LockStock{holder, this->kItem});
  const TransactionId waiter = this->begin(5ms);
  this->expect_server_refuses(LockStock{waiter, this->kItem}, "55P03");
  this->ask(Rollback{waiter});
  this->ask(Rollback{holder});
  const TransactionId patient = this->begin();
  this->ask(LockStock{patient, this->kItem});
  EXPECT_EQ(this->waited_for(Rollback{patient}), (Stock{10, 0}))
      << "the timeout was of that transaction alone";
}

TYPED_TEST_P(TransactionContract, ADuplicateKeyAbortsAndItsTakeIsUndone) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(1)});
  const TransactionId in = this->begin();
  const auto left = this->ask(TakeIn{in, this->kItem, 1});
  EXPECT_EQ(left, (Stock{8, 2}));
  this->expect_refusal(this->try_to(InsertOrderIn{in, this->order(1), left->version}),
                       Cause::duplicate_key, "23505");
  this->ask(Rollback{in});
  EXPECT_EQ(this->row(), (Stock{9, 1}));
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(TransactionContract, OfTwoWhoWaitForEachOtherOneIsToldSo) {
  this->stock(10);
  const TransactionId one = this->begin();
  const TransactionId two = this->begin();
  this->ask(LockStock{one, this->kItem});
  this->ask(LockStock{two, this->kOther});
  std::optional<Result<std::optional<Stock>>> first;
  std::optional<Result<std::optional<Stock>>> second;
  const auto lock_then_roll_back = [](Database* database, TransactionId in, ItemId item,
                                      auto* into) -> Task<Done> {
    auto locked = co_await (*database)(LockStock{in, item});
    into->emplace(std::move(locked));
    co_return co_await (*database)(Rollback{in});
  };
  std::vector<Task<Done>> tasks;
  Database* database = &this->bench_.database(0);
  tasks.push_back(lock_then_roll_back(database, one, this->kOther, &first));
  tasks.push_back(lock_then_roll_back(database, two, this->kItem, &second));
  this->bench_.run(std::move(tasks));
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->ok(), second->ok()) << "one of them got its lock, when the other was gone";
  const auto& refused = first->ok() ? *second : *first;
  this->expect_refusal(refused, Cause::refused_by_server, "40P01");
}

TYPED_TEST_P(TransactionContract, ATransactionThatIsOverOrNeverBeganIsRefused) {
  this->stock(10);
  const TransactionId in = this->begin();
  this->ask(Commit{in});
  this->expect_server_refuses(Commit{in}, "25P01");
  this->expect_server_refuses(TakeIn{in, this->kItem, 1}, "25P01");
  this->expect_server_refuses(Rollback{TransactionId{}}, "25P01");
  EXPECT_EQ(this->row(), (Stock{10, 0}));
}

TYPED_TEST_P(TransactionContract, AnItemThatDoesNotExistIsNothingToLockOrTake) {
  this->stock(10);
  const TransactionId in = this->begin();
  EXPECT_EQ(this->ask(LockStock{in, this->kNoSuchItem}), std::nullopt);
  EXPECT_EQ(this->ask(TakeIn{in, this->kNoSuchItem, 1}), std::nullopt);
  this->ask(Commit{in});
}

TYPED_TEST_P(TransactionContract, TheCheckConstraintHoldsInsideItToo) {
  this->stock(1);
  const TransactionId in = this->begin();
  this->expect_server_refuses(TakeIn{in, this->kItem, 2}, "23514");
  this->ask(Rollback{in});
  EXPECT_EQ(this->row(), (Stock{1, 0}));
}

TYPED_TEST_P(TransactionContract, TheLogOfTheStockHasEachOfItsChangesOnceItIsCommitted) {
  Stocking stocking;
  stocking.items = {{this->kItem, 10}, {this->kOther, 1000}};
  stocking.log_changes = true;
  this->bench_.stock(stocking);
  const TransactionId undone = this->begin();
  this->ask(TakeIn{undone, this->kItem, 4});
  this->ask(Rollback{undone});
  const TransactionId in = this->begin();
  this->ask(TakeIn{in, this->kItem, 3});
  this->ask(TakeIn{in, this->kOther, 1});
  this->ask(TakeIn{in, this->kItem, 2});
  this->ask(Commit{in});
  const auto truth = this->bench_.truth();
  std::vector<std::vector<std::int64_t>> changes;
  for (const auto& made : truth.stock_log) {
    changes.push_back({number(made.item), made.version, made.before, made.after});
  }
  const std::vector<std::vector<std::int64_t>> expected = {{number(this->kItem), 1, 10, 7},
                                                           {number(this->kItem), 2, 7, 5},
                                                           {number(this->kOther), 1, 1000, 999}};
  EXPECT_EQ(changes, expected);
}

REGISTER_TYPED_TEST_SUITE_P(
    TransactionContract, NobodySeesWhatItDidBeforeTheCommitAndAllAfter,
    ARollbackUndoesAllAndGivesTheRowBack, WhoWaitsForTheRowSeesWhatItsHolderCommitted,
    WhoWaitsForTheRowSeesNothingOfWhatItsHolderRolledBack,
    APurchaseInOneStatementLooksAgainAfterItWaited,
    AnOrderKeyInsertedInItIsAwaitedAndFreedByItsRollback,
    ATransactionWhoseClientDiedBetweenTwoStatementsFreesItsRow,
    ATransactionWhoseClientDiedWhileItWaitedFreesItsRow,
    StatementsWhoseTimeIsUpGiveTheirConnectionsBack, NowaitIsRefusedAtOnceAndAbortsTheTransaction,
    AWaitEndsWithTheLockTimeoutOfItsBegin, ADuplicateKeyAbortsAndItsTakeIsUndone,
    OfTwoWhoWaitForEachOtherOneIsToldSo, ATransactionThatIsOverOrNeverBeganIsRefused,
    AnItemThatDoesNotExistIsNothingToLockOrTake, TheCheckConstraintHoldsInsideItToo,
    TheLogOfTheStockHasEachOfItsChangesOnceItIsCommitted);

}  // namespace doorbuster
