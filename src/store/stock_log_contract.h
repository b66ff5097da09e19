// What every Database must log of the changes of its stock rows, as a GoogleTest suite over the
// bench of store/database_contract.h. Tests only; see store/contract.h.
#pragma once

#include <utility>

#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class StockLogContract : public DatabaseContract<Bench> {
 protected:
  using Log = decltype(std::declval<Bench&>().truth().stock_log);
  using Change = typename Log::value_type;

  static Change change(ItemId item, std::int32_t version, std::int32_t before, std::int32_t after) {
    Change made;
    made.item = item;
    made.version = version;
    made.before = before;
    made.after = after;
    return made;
  }

  void stock_and_log(Quantity quantity, bool log = true) {
    Stocking stocking;
    stocking.items = {{this->kItem, quantity}, {this->kOther, 1000}};
    stocking.check_constraint = false;
    stocking.log_changes = log;
    this->bench_.stock(stocking);
  }
};
TYPED_TEST_SUITE_P(StockLogContract);

TYPED_TEST_P(StockLogContract, EveryChangeIsThereInItsOrderBlindOverwritesToo) {
  this->stock_and_log(10);
  this->ask(TakeIfAvailable{this->order(1, 4)});
  this->ask(WriteStock{this->kItem, 9});
  this->ask(DecrementUnguarded{this->kItem, 1});
  this->ask(ReturnUnits{this->kItem, 2});
  this->ask(TakeIfAvailable{this->order(2, 1, this->kOther)});
  this->ask(DecrementGuarded{this->kItem, 50});
  const typename TestFixture::Log expected = {
      this->change(this->kItem, 1, 10, 6), this->change(this->kItem, 2, 6, 9),
      this->change(this->kItem, 3, 9, 8), this->change(this->kItem, 4, 8, 10),
      this->change(this->kOther, 1, 1000, 999)};
  EXPECT_EQ(this->bench_.truth().stock_log, expected);
}

TYPED_TEST_P(StockLogContract, ABatchIsAChangeForEachOfItsOrders) {
  this->stock_and_log(10);
  TakeBatch batch{.item = this->kItem};
  batch.add(this->order(5, 3));
  batch.add(this->order(4, 2));
  this->ask(batch);
  const typename TestFixture::Log expected = {this->change(this->kItem, 1, 10, 7),
                                              this->change(this->kItem, 2, 7, 5)};
  EXPECT_EQ(this->bench_.truth().stock_log, expected);
}

TYPED_TEST_P(StockLogContract, BuyersAtOnceLeaveALogWithoutAGap) {
  this->stock_and_log(20);
  AtOnce<TakeIfAvailable> purchases(30);
  for (int i = 0; i < 30; ++i) purchases.add(this->any(i), TakeIfAvailable{this->order(i + 1)});
  purchases.run(this->bench_);
  const auto log = this->bench_.truth().stock_log;
  ASSERT_EQ(log.size(), 20U);
  for (std::int32_t i = 0; i < 20; ++i) {
    EXPECT_EQ(log[static_cast<std::size_t>(i)], this->change(this->kItem, i + 1, 20 - i, 19 - i));
  }
}

TYPED_TEST_P(StockLogContract, WhatIsRefusedOrNotAskedForIsNotLogged) {
  this->stock_and_log(10);
  this->ask(TakeIfAvailable{this->order(1)});
  this->expect_refusal(this->try_to(TakeIfAvailable{this->order(1)}), Cause::duplicate_key,
                       "23505");
  EXPECT_EQ(this->bench_.truth().stock_log.size(), 1U);
  this->stock_and_log(10, false);
  this->ask(TakeIfAvailable{this->order(1)});
  EXPECT_TRUE(this->bench_.truth().stock_log.empty());
}

REGISTER_TYPED_TEST_SUITE_P(StockLogContract, EveryChangeIsThereInItsOrderBlindOverwritesToo,
                            ABatchIsAChangeForEachOfItsOrders, BuyersAtOnceLeaveALogWithoutAGap,
                            WhatIsRefusedOrNotAskedForIsNotLogged);

}  // namespace doorbuster
