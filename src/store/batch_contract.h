// What every Database must do of orders that are written together, as a GoogleTest suite over the
// bench of store/database_contract.h. Tests only; see store/contract.h.
#pragma once

#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class BatchContract : public DatabaseContract<Bench> {
 protected:
  using Base = DatabaseContract<Bench>;

  // So many orders of one unit, from this key on.
  static TakeBatch batch(int first, int size, ItemId item = Base::kItem) {
    TakeBatch batch{.item = item};
    for (int i = 0; i < size; ++i) batch.add(Base::order(first + i, 1, item));
    return batch;
  }
};
TYPED_TEST_SUITE_P(BatchContract);

TYPED_TEST_P(BatchContract, ABatchTakesTheSumAndEachOrderHasAVersionOfItsOwn) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(1)});
  TakeBatch batch{.item = this->kItem};
  batch.add(this->order(5, 3));
  batch.add(this->order(4, 2));
  EXPECT_EQ(this->ask(batch), (Stock{4, 3}));
  EXPECT_EQ(this->row(), (Stock{4, 3}));
  const auto truth = this->bench_.truth();
  ASSERT_EQ(truth.orders.size(), 3U);
  EXPECT_EQ(truth.orders[1].key, OrderKey{4});
  EXPECT_EQ(truth.orders[1].buyer, BuyerId{1004});
  EXPECT_EQ(truth.orders[1].item, this->kItem);
  EXPECT_EQ(truth.orders[1].quantity, 2);
  EXPECT_EQ(truth.orders[1].version, Version{3});
  EXPECT_EQ(truth.orders[2].key, OrderKey{5});
  EXPECT_EQ(truth.orders[2].quantity, 3);
  EXPECT_EQ(truth.orders[2].version, Version{2});
}

TYPED_TEST_P(BatchContract, AFullBatchTakesTheLastUnits) {
  this->stock(kMostOfABatch);
  EXPECT_EQ(this->ask(this->batch(1, kMostOfABatch)), (Stock{0, kMostOfABatch}));
  EXPECT_EQ(this->orders(), kMostOfABatch);
}

TYPED_TEST_P(BatchContract, ABatchOfMoreThanIsLeftTakesNothingAtAll) {
  this->stock(2);
  EXPECT_EQ(this->ask(this->batch(1, 3)), std::nullopt);
  EXPECT_EQ(this->ask(this->batch(1, 1, this->kNoSuchItem)), std::nullopt);
  EXPECT_EQ(this->row(), (Stock{2, 0}));
  EXPECT_EQ(this->orders(), 0U);
  EXPECT_EQ(this->ask(this->batch(1, 2)), (Stock{0, 2})) << "no lock was left behind";
}

TYPED_TEST_P(BatchContract, OneKeyThatWasUsedBeforeRefusesTheBatchAndTheOthersAreStillNew) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(2)});
  this->expect_refusal(this->try_to(this->batch(1, 3)), Cause::duplicate_key, "23505");
  EXPECT_EQ(this->row(), (Stock{9, 1}));
  EXPECT_EQ(this->orders(), 1U);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1)}), (Stock{8, 2}));
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(3)}), (Stock{7, 3}));
}

TYPED_TEST_P(BatchContract, OneKeyTwiceInABatchRefusesIt) {
  this->stock(10);
  TakeBatch batch = this->batch(1, 2);
  batch.add(this->order(1));
  this->expect_refusal(this->try_to(batch), Cause::duplicate_key, "23505");
  EXPECT_EQ(this->row(), (Stock{10, 0}));
  EXPECT_EQ(this->ask(this->batch(1, 2)), (Stock{8, 2}));
}

// Two consumers to whom the same orders were delivered.
TYPED_TEST_P(BatchContract, OfTheSameBatchAtTheSameTimeOneIsWritten) {
  this->stock(1000);
  AtOnce<TakeBatch> asked(20);
  for (int i = 0; i < 20; ++i) asked.add(this->any(i), this->batch(1 + i % 2, 8));
  asked.run(this->bench_);
  const auto written = asked.count([](const auto& reply) { return reply && *reply; });
  const auto refused = asked.count(
      [](const auto& reply) { return !reply && reply.error().cause() == Cause::duplicate_key; });
  EXPECT_EQ(written, 1) << "they have seven of eight orders in common";
  EXPECT_EQ(refused, 19);
  EXPECT_EQ(this->orders(), 8U);
  EXPECT_EQ(this->row(), (Stock{992, 8}));
}

TYPED_TEST_P(BatchContract, BatchesAndSinglePurchasesShareTheStock) {
  this->stock(20);
  AtOnce<TakeBatch> batches(4);
  for (int i = 0; i < 4; ++i) batches.add(this->any(i), this->batch(100 * (i + 1), 8));
  batches.run(this->bench_);
  EXPECT_EQ(batches.count([](const auto& reply) { return reply && *reply; }), 2);
  EXPECT_EQ(this->row(), (Stock{4, 16}));
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1, 4)}), (Stock{0, 17}));
  EXPECT_EQ(this->orders(), 17U);
}

REGISTER_TYPED_TEST_SUITE_P(BatchContract, ABatchTakesTheSumAndEachOrderHasAVersionOfItsOwn,
                            AFullBatchTakesTheLastUnits, ABatchOfMoreThanIsLeftTakesNothingAtAll,
                            OneKeyThatWasUsedBeforeRefusesTheBatchAndTheOthersAreStillNew,
                            OneKeyTwiceInABatchRefusesIt, OfTheSameBatchAtTheSameTimeOneIsWritten,
                            BatchesAndSinglePurchasesShareTheStock);

}  // namespace doorbuster
