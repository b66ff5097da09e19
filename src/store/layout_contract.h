// What every Database must do for the layouts of the stock: shops laid out in buckets or in units,
// as a GoogleTest suite over the bench of store/database_contract.h. Tests only; see
// store/contract.h.
#pragma once

#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class LayoutContract : public DatabaseContract<Bench> {
 protected:
  using Base = DatabaseContract<Bench>;

  void lay_out(StockLayout layout, Quantity quantity, std::int32_t buckets = 1) {
    Stocking stocking;
    stocking.items = {{Base::kItem, quantity}, {Base::kOther, 1000}};
    stocking.layout = layout;
    stocking.buckets = buckets;
    this->bench_.stock(stocking);
  }
  Quantity left(ItemId item = Base::kItem) {
    for (const auto& truth : this->bench_.truth().items) {
      if (truth.item == item) return truth.left;
    }
    CHECK(false, "the truth knows no item {}", number(item));
  }
  std::optional<Quantity> in_buckets(ItemId item = Base::kItem) {
    return quantity_of(this->ask(ReadBuckets{item}));
  }
  std::optional<Quantity> free_units(ItemId item = Base::kItem) {
    return quantity_of(this->ask(ReadUnits{item}));
  }
  std::optional<Quantity> from_bucket(int key, std::int32_t bucket, Quantity quantity = 1,
                                      ItemId item = Base::kItem) {
    return quantity_of(this->ask(TakeFromBucket{Base::order(key, quantity, item), bucket}));
  }
  std::int64_t units(int key, bool skip_locked, Quantity quantity = 1, ItemId item = Base::kItem) {
    return this->ask(TakeUnits{Base::order(key, quantity, item), skip_locked}).rows;
  }

 private:
  static std::optional<Quantity> quantity_of(const std::optional<Stock>& stock) {
    if (!stock) return std::nullopt;
    return stock->quantity;
  }
};
TYPED_TEST_SUITE_P(LayoutContract);

TYPED_TEST_P(LayoutContract, BucketsShareTheStockEvenlyAndTheRowIsEmpty) {
  this->lay_out(StockLayout::buckets, 10, 4);
  EXPECT_EQ(this->in_buckets(), 10);
  EXPECT_EQ(this->in_buckets(this->kOther), 1000);
  EXPECT_EQ(this->in_buckets(this->kNoSuchItem), std::nullopt);
  EXPECT_EQ(this->row(), (Stock{0, 0}));
  EXPECT_EQ(this->left(), 10);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1)}), std::nullopt);
  for (const int bucket : {2, 3}) EXPECT_EQ(this->from_bucket(1, bucket, 3), std::nullopt);
  for (const int bucket : {0, 1}) EXPECT_EQ(this->from_bucket(10 + bucket, bucket, 3), 0);
  for (const int bucket : {2, 3}) EXPECT_EQ(this->from_bucket(10 + bucket, bucket, 2), 0);
  EXPECT_EQ(this->in_buckets(), 0);
  EXPECT_EQ(this->left(), 0);
}

TYPED_TEST_P(LayoutContract, APurchaseFromABucketLeavesTheOthersAndItsOrderHasNoVersion) {
  this->lay_out(StockLayout::buckets, 10, 2);
  EXPECT_EQ(this->from_bucket(1, 1, 2), 3);
  EXPECT_EQ(this->from_bucket(2, 1, 4), std::nullopt) << "the others' stock is no help";
  EXPECT_EQ(this->from_bucket(2, 0, 5), 0);
  EXPECT_EQ(this->in_buckets(), 3);
  EXPECT_EQ(this->left(), 3);
  const auto truth = this->bench_.truth();
  EXPECT_EQ(truth.items[0].initial, 10);
  ASSERT_EQ(truth.orders.size(), 2U);
  EXPECT_EQ(truth.orders[0].quantity, 2);
  EXPECT_EQ(truth.orders[0].version, std::nullopt);
}

TYPED_TEST_P(LayoutContract, ABucketThatDoesNotExistSellsNothing) {
  this->lay_out(StockLayout::buckets, 10, 2);
  EXPECT_EQ(this->from_bucket(1, 2), std::nullopt);
  EXPECT_EQ(this->from_bucket(1, -1), std::nullopt);
  EXPECT_EQ(this->from_bucket(1, 0, 1, this->kNoSuchItem), std::nullopt);
  EXPECT_EQ(this->in_buckets(), 10);
  EXPECT_EQ(this->orders(), 0U);
}

TYPED_TEST_P(LayoutContract, AnOrderKeyUsedBeforeTakesNothingFromABucket) {
  this->lay_out(StockLayout::buckets, 10, 2);
  EXPECT_EQ(this->from_bucket(1, 0), 4);
  for (const int bucket : {0, 1}) {
    this->expect_refusal(this->try_to(TakeFromBucket{this->order(1), bucket}), Cause::duplicate_key,
                         "23505");
  }
  EXPECT_EQ(this->in_buckets(), 9);
  EXPECT_EQ(this->orders(), 1U);
  EXPECT_EQ(this->from_bucket(2, 0), 3) << "no lock was left behind";
  EXPECT_EQ(this->from_bucket(3, 1), 4) << "no lock was left behind";
}

TYPED_TEST_P(LayoutContract, BuyersAtOnceTakeExactlyWhatIsInTheirBuckets) {
  this->lay_out(StockLayout::buckets, 22, 4);
  AtOnce<TakeFromBucket> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeFromBucket{this->order(i), i % 4});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 22);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->in_buckets(), 0);
  EXPECT_EQ(this->orders(), 22U);
}

TYPED_TEST_P(LayoutContract, OfOneOrderPlacedOnTwoBucketsAtOnceExactlyOneIsWritten) {
  this->lay_out(StockLayout::buckets, 20, 2);
  AtOnce<TakeFromBucket> placed(8);
  for (int i = 0; i < 8; ++i) {
    placed.add(this->any(i / 2), TakeFromBucket{this->order(1), i % 2});
  }
  placed.run(this->bench_);
  EXPECT_EQ(this->sold(placed), 1);
  EXPECT_EQ(this->duplicates(placed), 7);
  EXPECT_EQ(this->in_buckets(), 19);
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(LayoutContract, UnitsAreSoldAllThatAreAskedForOrNone) {
  for (const bool skip : {true, false}) {
    this->lay_out(StockLayout::units, 5);
    EXPECT_EQ(this->free_units(), 5);
    EXPECT_EQ(this->row(), (Stock{0, 0}));
    EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1)}), std::nullopt);
    EXPECT_EQ(this->units(1, skip, 3), 1);
    EXPECT_EQ(this->free_units(), 2);
    EXPECT_EQ(this->left(), 2);
    EXPECT_EQ(this->units(2, skip, 3), 0);
    EXPECT_EQ(this->free_units(), 2);
    EXPECT_EQ(this->units(3, skip, 2), 1) << "no lock was left behind";
    EXPECT_EQ(this->units(4, skip, 1), 0);
    EXPECT_EQ(this->free_units(), 0) << "sold is not unknown";
    EXPECT_EQ(this->free_units(this->kOther), 1000);
    const auto truth = this->bench_.truth();
    EXPECT_EQ(truth.items[0].initial, 5);
    EXPECT_EQ(truth.items[0].left, 0);
    ASSERT_EQ(truth.orders.size(), 2U);
    EXPECT_EQ(truth.orders[0].quantity, 3);
    EXPECT_EQ(truth.orders[0].version, std::nullopt);
  }
}

TYPED_TEST_P(LayoutContract, AnItemThatDoesNotExistHasNoUnits) {
  this->lay_out(StockLayout::units, 5);
  EXPECT_EQ(this->free_units(this->kNoSuchItem), std::nullopt);
  EXPECT_EQ(this->units(1, true, 1, this->kNoSuchItem), 0);
  EXPECT_EQ(this->units(1, false, 1, this->kNoSuchItem), 0);
  EXPECT_EQ(this->orders(), 0U);
}

TYPED_TEST_P(LayoutContract, AnOrderKeyUsedBeforeFreesItsUnitsAgain) {
  for (const bool skip : {true, false}) {
    this->lay_out(StockLayout::units, 5);
    EXPECT_EQ(this->units(1, skip), 1);
    this->expect_refusal(this->try_to(TakeUnits{this->order(1, 4), skip}), Cause::duplicate_key,
                         "23505");
    EXPECT_EQ(this->free_units(), 4);
    EXPECT_EQ(this->orders(), 1U);
    EXPECT_EQ(this->units(2, skip, 4), 1);
  }
}

TYPED_TEST_P(LayoutContract, BuyersAtOnceWhoWaitForUnitsTakeExactlyTheStock) {
  this->lay_out(StockLayout::units, 20);
  AtOnce<TakeUnits> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeUnits{this->order(i), false});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 20);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 0);
  EXPECT_EQ(this->orders(), 20U);
}

TYPED_TEST_P(LayoutContract, BuyersAtOnceWhoWaitForThreeUnitsLeaveTheOneThatFitsNobody) {
  this->lay_out(StockLayout::units, 10);
  AtOnce<TakeUnits> buyers(8);
  for (int i = 0; i < 8; ++i) buyers.add(this->any(i), TakeUnits{this->order(i, 3), false});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 3);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 1);
}

TYPED_TEST_P(LayoutContract, BuyersAtOnceWhoPassOverLockedUnitsTakeAtMostTheStock) {
  this->lay_out(StockLayout::units, 20);
  AtOnce<TakeUnits> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeUnits{this->order(i), true});
  buyers.run(this->bench_);
  const std::int64_t sold = this->sold(buyers);
  EXPECT_GE(sold, 1);
  EXPECT_LE(sold, 20);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 20 - sold);
  EXPECT_EQ(static_cast<std::int64_t>(this->orders()), sold);
  if (sold < 20) {
    EXPECT_EQ(this->units(100, true, 20 - sold), 1) << "what is free can be sold";
  }
  EXPECT_EQ(this->units(101, true), 0);
}

TYPED_TEST_P(LayoutContract, SomeWhoWaitForUnitsSellWhatThoseWhoPassOverThemLeave) {
  this->lay_out(StockLayout::units, 12);
  AtOnce<TakeUnits> buyers(40);
  for (int i = 0; i < 40; ++i) buyers.add(this->any(i / 2), TakeUnits{this->order(i), i % 2 == 0});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 12);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 0);
}

TYPED_TEST_P(LayoutContract, OfOneOrderOfUnitsPlacedManyTimesAtOnceExactlyOneIsWritten) {
  for (const bool skip : {true, false}) {
    this->lay_out(StockLayout::units, 20);
    AtOnce<TakeUnits> placed(10);
    for (int i = 0; i < 10; ++i) placed.add(this->any(i), TakeUnits{this->order(1), skip});
    placed.run(this->bench_);
    EXPECT_EQ(this->sold(placed), 1);
    EXPECT_EQ(this->duplicates(placed), 9);
    EXPECT_EQ(this->free_units(), 19);
    EXPECT_EQ(this->orders(), 1U);
  }
}

TYPED_TEST_P(LayoutContract, AShopOfPlainRowsHasNeitherBucketsNorUnits) {
  this->lay_out(StockLayout::buckets, 5, 2);
  this->lay_out(StockLayout::units, 5);
  this->stock(10);
  EXPECT_EQ(this->in_buckets(), std::nullopt);
  EXPECT_EQ(this->free_units(), std::nullopt);
  EXPECT_EQ(this->from_bucket(1, 0), std::nullopt);
  EXPECT_EQ(this->units(1, true), 0);
  EXPECT_EQ(this->units(1, false), 0);
  EXPECT_EQ(this->left(), 10);
}

REGISTER_TYPED_TEST_SUITE_P(LayoutContract, BucketsShareTheStockEvenlyAndTheRowIsEmpty,
                            APurchaseFromABucketLeavesTheOthersAndItsOrderHasNoVersion,
                            ABucketThatDoesNotExistSellsNothing,
                            AnOrderKeyUsedBeforeTakesNothingFromABucket,
                            BuyersAtOnceTakeExactlyWhatIsInTheirBuckets,
                            OfOneOrderPlacedOnTwoBucketsAtOnceExactlyOneIsWritten,
                            UnitsAreSoldAllThatAreAskedForOrNone, AnItemThatDoesNotExistHasNoUnits,
                            AnOrderKeyUsedBeforeFreesItsUnitsAgain,
                            BuyersAtOnceWhoWaitForUnitsTakeExactlyTheStock,
                            BuyersAtOnceWhoWaitForThreeUnitsLeaveTheOneThatFitsNobody,
                            BuyersAtOnceWhoPassOverLockedUnitsTakeAtMostTheStock,
                            SomeWhoWaitForUnitsSellWhatThoseWhoPassOverThemLeave,
                            OfOneOrderOfUnitsPlacedManyTimesAtOnceExactlyOneIsWritten,
                            AShopOfPlainRowsHasNeitherBucketsNorUnits);

}  // namespace doorbuster
