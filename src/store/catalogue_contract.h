// What every Database must do for the catalogue's further strategies, as a GoogleTest suite over
// the bench of store/database_contract.h: purchases with one more guard, shops laid out in buckets
// or in units, and the outbox. Tests only; see store/contract.h.
#pragma once

#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class CatalogueContract : public DatabaseContract<Bench> {
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
  std::optional<Stock> fenced(int key, std::int64_t fence, Quantity quantity = 1) {
    return this->ask(TakeFenced{Base::order(key, quantity), fence});
  }

  // A purchase with a further guard that holds is TakeIfAvailable. `make` gives the operation, of
  // an order and the version that the row has then.
  template <class Make>
  void expect_a_guarded_purchase(Make make) {
    const auto order = [](auto... of) { return Base::order(of...); };
    Base::stock(10);
    EXPECT_EQ(this->ask(make(order(1, 3), 0)), (Stock{7, 1}));
    EXPECT_EQ(this->ask(make(order(2, 8), 1)), std::nullopt) << "more than is left";
    EXPECT_EQ(this->ask(make(order(2, 1, Base::kNoSuchItem), 0)), std::nullopt);
    this->expect_refusal(this->try_to(make(order(1, 1), 1)), Cause::duplicate_key, "23505");
    this->expect_refusal(this->try_to(make(order(1, 1, Base::kOther), 0)), Cause::duplicate_key,
                         "23505");
    EXPECT_EQ(this->row(), (Stock{7, 1}));
    EXPECT_EQ(this->row(Base::kOther), (Stock{1000, 0}));
    EXPECT_EQ(this->orders(), 1U);
    EXPECT_EQ(this->ask(make(order(2, 7), 1)), (Stock{0, 2})) << "no lock was left behind";
    EXPECT_EQ(this->ask(make(order(3, 1), 2)), std::nullopt);
    const auto truth = this->bench_.truth();
    ASSERT_EQ(truth.orders.size(), 2U);
    EXPECT_EQ(truth.orders[0].quantity, 3);
    EXPECT_EQ(truth.orders[0].version, Version{1});
    EXPECT_EQ(truth.orders[1].buyer, BuyerId{1002});
    EXPECT_EQ(truth.orders[1].version, Version{2});
  }

  // Of counts of rows or optional stocks: how many bought.
  template <class Op>
  static std::int64_t sold(const AtOnce<Op>& asked) {
    return asked.count([](const auto& reply) {
      if constexpr (requires { reply->rows; }) {
        return reply.ok() && reply->rows == 1;
      } else {
        return reply.ok() && reply->has_value();
      }
    });
  }
  template <class Op>
  static std::int64_t errors(const AtOnce<Op>& asked) {
    return asked.count([](const auto& reply) { return !reply.ok(); });
  }
  template <class Op>
  static std::int64_t duplicates(const AtOnce<Op>& asked) {
    return asked.count([](const auto& reply) {
      return !reply.ok() && reply.error().cause() == Cause::duplicate_key &&
             reply.error().definite();
    });
  }

 private:
  static std::optional<Quantity> quantity_of(const std::optional<Stock>& stock) {
    if (!stock) return std::nullopt;
    return stock->quantity;
  }
};
TYPED_TEST_SUITE_P(CatalogueContract);

TYPED_TEST_P(CatalogueContract, AnOrderIsFoundByItsKeyAsItWasPlaced) {
  this->stock(10);
  EXPECT_EQ(this->ask(FindOrder{OrderKey{1}}), std::nullopt);
  this->ask(TakeIfAvailable{this->order(1, 3)});
  this->ask(InsertOrder{this->order(2, 4, this->kOther)});
  this->ask(TakeIfAvailable{this->order(3, 99)});
  const auto found = this->ask(FindOrder{OrderKey{1}});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->key, OrderKey{1});
  EXPECT_EQ(found->buyer, BuyerId{1001});
  EXPECT_EQ(found->item, this->kItem);
  EXPECT_EQ(found->quantity, 3);
  const auto inserted = this->ask(FindOrder{OrderKey{2}});
  ASSERT_TRUE(inserted.has_value());
  EXPECT_EQ(inserted->item, this->kOther);
  EXPECT_EQ(this->ask(FindOrder{OrderKey{3}}), std::nullopt) << "it was refused";
}

TYPED_TEST_P(CatalogueContract, APurchaseAtTheVersionThatWasReadIsAGuardedOne) {
  this->expect_a_guarded_purchase([](const Order& order, Version version) {
    return TakeAtVersion{order, version};
  });
}

TYPED_TEST_P(CatalogueContract, APurchaseAtAnotherVersionTakesNothing) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(1)});
  EXPECT_EQ(this->ask(TakeAtVersion{this->order(2), 0}), std::nullopt) << "it moved on";
  EXPECT_EQ(this->ask(TakeAtVersion{this->order(2), 2}), std::nullopt) << "not there yet";
  EXPECT_EQ(this->row(), (Stock{9, 1}));
  EXPECT_EQ(this->ask(TakeAtVersion{this->order(2), 1}), (Stock{8, 2}));
}

TYPED_TEST_P(CatalogueContract, OfTwentyAtOneVersionExactlyOneBuys) {
  this->stock(100);
  AtOnce<TakeAtVersion> takers(20);
  for (int i = 0; i < 20; ++i) takers.add(this->any(i), TakeAtVersion{this->order(i), 0});
  takers.run(this->bench_);
  EXPECT_EQ(this->sold(takers), 1);
  EXPECT_EQ(this->errors(takers), 0);
  EXPECT_EQ(this->row(), (Stock{99, 1}));
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(CatalogueContract, APurchaseWithTheHighestFenceIsAGuardedOne) {
  this->expect_a_guarded_purchase([](const Order& order, Version) { return TakeFenced{order, 1}; });
  this->expect_a_guarded_purchase([](const Order& order, Version version) {
    return TakeFenced{order, 5 + version};
  });
}

TYPED_TEST_P(CatalogueContract, WhoeverComesWithALowerFenceIsFencedOff) {
  this->stock(10);
  EXPECT_EQ(this->fenced(1, 7), (Stock{9, 1}));
  EXPECT_EQ(this->fenced(2, 6), std::nullopt);
  EXPECT_EQ(this->row(), (Stock{9, 1}));
  EXPECT_EQ(this->fenced(3, 7), (Stock{8, 2})) << "nobody with a higher one bought";
  EXPECT_EQ(this->fenced(4, 12), (Stock{7, 3})) << "compared as a number";
  EXPECT_EQ(this->fenced(5, 9), std::nullopt);
  EXPECT_EQ(this->ask(TakeFenced{this->order(6, 1, this->kOther), 1}), (Stock{999, 1}))
      << "another item's fence is another";
}

TYPED_TEST_P(CatalogueContract, AFenceThatDidNotBuyFencesNobodyOff) {
  this->stock(10);
  EXPECT_EQ(this->fenced(1, 1), (Stock{9, 1}));
  EXPECT_EQ(this->fenced(2, 50, 99), std::nullopt) << "too little is left";
  this->expect_refusal(this->try_to(TakeFenced{this->order(1), 60}), Cause::duplicate_key, "23505");
  EXPECT_EQ(this->fenced(3, 2), (Stock{8, 2}));
}

TYPED_TEST_P(CatalogueContract, FencesAtOnceBuyInTheirOrderAndTheHighestAlwaysBuys) {
  this->stock(40);
  AtOnce<TakeFenced> buyers(40);
  for (int i = 0; i < 40; ++i) buyers.add(this->any(i), TakeFenced{this->order(i), 1 + i * 7 % 40});
  buyers.run(this->bench_);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->row(), (Stock{40 - this->sold(buyers), this->sold(buyers)}));
  auto orders = this->bench_.truth().orders;
  ASSERT_EQ(static_cast<std::int64_t>(orders.size()), this->sold(buyers));
  std::sort(orders.begin(), orders.end(),
            [](const auto& a, const auto& b) { return a.version < b.version; });
  std::int64_t highest = 0;
  for (const auto& row : orders) {
    const std::int64_t fence = 1 + number(row.key) * 7 % 40;
    EXPECT_GT(fence, highest) << "order " << number(row.key);
    highest = fence;
  }
  EXPECT_EQ(highest, 40);
}

TYPED_TEST_P(CatalogueContract, APurchaseUnderAFreeAdvisoryLockIsAGuardedOne) {
  this->expect_a_guarded_purchase(
      [](const Order& order, Version) { return TakeIfLockFree{order}; });
}

TYPED_TEST_P(CatalogueContract, WhoeverFindsTheAdvisoryLockHeldTakesNothing) {
  this->stock(20);
  AtOnce<TakeIfLockFree> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeIfLockFree{this->order(i)});
  buyers.run(this->bench_);
  const std::int64_t sold = this->sold(buyers);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_GE(sold, 1);
  EXPECT_LE(sold, 20);
  EXPECT_EQ(this->row(), (Stock{20 - sold, sold}));
  EXPECT_EQ(static_cast<std::int64_t>(this->orders()), sold);
  for (std::int64_t i = sold; i < 20; ++i) {  // nobody holds it any more
    const Order order = this->order(static_cast<int>(100 + i));
    EXPECT_EQ(this->ask(TakeIfLockFree{order}), (Stock{19 - i, i + 1}));
  }
  EXPECT_EQ(this->ask(TakeIfLockFree{this->order(200)}), std::nullopt);
}

TYPED_TEST_P(CatalogueContract, BucketsShareTheStockEvenlyAndTheRowIsEmpty) {
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

TYPED_TEST_P(CatalogueContract, APurchaseFromABucketLeavesTheOthersAndItsOrderHasNoVersion) {
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

TYPED_TEST_P(CatalogueContract, ABucketThatDoesNotExistSellsNothing) {
  this->lay_out(StockLayout::buckets, 10, 2);
  EXPECT_EQ(this->from_bucket(1, 2), std::nullopt);
  EXPECT_EQ(this->from_bucket(1, -1), std::nullopt);
  EXPECT_EQ(this->from_bucket(1, 0, 1, this->kNoSuchItem), std::nullopt);
  EXPECT_EQ(this->in_buckets(), 10);
  EXPECT_EQ(this->orders(), 0U);
}

TYPED_TEST_P(CatalogueContract, AnOrderKeyUsedBeforeTakesNothingFromABucket) {
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

TYPED_TEST_P(CatalogueContract, BuyersAtOnceTakeExactlyWhatIsInTheirBuckets) {
  this->lay_out(StockLayout::buckets, 22, 4);
  AtOnce<TakeFromBucket> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeFromBucket{this->order(i), i % 4});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 22);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->in_buckets(), 0);
  EXPECT_EQ(this->orders(), 22U);
}

TYPED_TEST_P(CatalogueContract, OfOneOrderPlacedOnTwoBucketsAtOnceExactlyOneIsWritten) {
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

TYPED_TEST_P(CatalogueContract, UnitsAreSoldAllThatAreAskedForOrNone) {
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

TYPED_TEST_P(CatalogueContract, AnItemThatDoesNotExistHasNoUnits) {
  this->lay_out(StockLayout::units, 5);
  EXPECT_EQ(this->free_units(this->kNoSuchItem), std::nullopt);
  EXPECT_EQ(this->units(1, true, 1, this->kNoSuchItem), 0);
  EXPECT_EQ(this->units(1, false, 1, this->kNoSuchItem), 0);
  EXPECT_EQ(this->orders(), 0U);
}

TYPED_TEST_P(CatalogueContract, AnOrderKeyUsedBeforeFreesItsUnitsAgain) {
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

TYPED_TEST_P(CatalogueContract, BuyersAtOnceWhoWaitForUnitsTakeExactlyTheStock) {
  this->lay_out(StockLayout::units, 20);
  AtOnce<TakeUnits> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeUnits{this->order(i), false});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 20);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 0);
  EXPECT_EQ(this->orders(), 20U);
}

TYPED_TEST_P(CatalogueContract, BuyersAtOnceWhoWaitForThreeUnitsLeaveTheOneThatFitsNobody) {
  this->lay_out(StockLayout::units, 10);
  AtOnce<TakeUnits> buyers(8);
  for (int i = 0; i < 8; ++i) buyers.add(this->any(i), TakeUnits{this->order(i, 3), false});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 3);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 1);
}

TYPED_TEST_P(CatalogueContract, BuyersAtOnceWhoPassOverLockedUnitsTakeAtMostTheStock) {
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

TYPED_TEST_P(CatalogueContract, SomeWhoWaitForUnitsSellWhatThoseWhoPassOverThemLeave) {
  this->lay_out(StockLayout::units, 12);
  AtOnce<TakeUnits> buyers(40);
  for (int i = 0; i < 40; ++i) buyers.add(this->any(i / 2), TakeUnits{this->order(i), i % 2 == 0});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 12);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->free_units(), 0);
}

TYPED_TEST_P(CatalogueContract, OfOneOrderOfUnitsPlacedManyTimesAtOnceExactlyOneIsWritten) {
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

TYPED_TEST_P(CatalogueContract, AShopOfPlainRowsHasNeitherBucketsNorUnits) {
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

TYPED_TEST_P(CatalogueContract, APurchaseWithItsNewsIsAGuardedOneAndTheOthersLeaveNone) {
  this->expect_a_guarded_purchase(
      [](const Order& order, Version) { return TakeWithOutbox{order}; });
  EXPECT_EQ(this->ask(MarkRelayed{this->kItem, 100}).rows, 2) << "none of those refused";
  this->ask(TakeIfAvailable{this->order(50, 1, this->kOther)});
  EXPECT_FALSE(this->ask(ReadOutbox{}).has_value());
}

TYPED_TEST_P(CatalogueContract, TheNewsOfAnItemIsItsNewestStock) {
  this->stock(10);
  EXPECT_FALSE(this->ask(ReadOutbox{}).has_value());
  EXPECT_EQ(this->ask(MarkRelayed{this->kItem, 100}).rows, 0);
  this->ask(TakeWithOutbox{this->order(1, 2)});
  this->ask(TakeWithOutbox{this->order(2, 1, this->kOther)});
  this->ask(TakeWithOutbox{this->order(3, 3)});
  const auto first = this->ask(ReadOutbox{});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->item, this->kItem);
  EXPECT_EQ(first->stock, (Stock{5, 2}));
  EXPECT_GE(first->waited, Duration{});
  EXPECT_EQ(this->ask(MarkRelayed{this->kItem, 2}).rows, 2);
  EXPECT_EQ(this->ask(MarkRelayed{this->kItem, 2}).rows, 0) << "marked already";
  const auto second = this->ask(ReadOutbox{});
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->item, this->kOther);
  EXPECT_EQ(second->stock, (Stock{999, 1}));
  EXPECT_EQ(this->ask(MarkRelayed{this->kOther, 1}).rows, 1);
  EXPECT_FALSE(this->ask(ReadOutbox{}).has_value());
}

TYPED_TEST_P(CatalogueContract, MarkingUpToAVersionLeavesWhatIsNewerInItsTurn) {
  this->stock(10);
  this->ask(TakeWithOutbox{this->order(1)});
  this->ask(TakeWithOutbox{this->order(2, 1, this->kOther)});
  this->ask(TakeWithOutbox{this->order(3)});
  this->ask(TakeWithOutbox{this->order(4)});
  EXPECT_EQ(this->ask(MarkRelayed{this->kItem, 1}).rows, 1);
  auto news = this->ask(ReadOutbox{});
  ASSERT_TRUE(news.has_value());
  EXPECT_EQ(news->item, this->kOther) << "its news waits longest now";
  EXPECT_EQ(this->ask(MarkRelayed{this->kOther, 1}).rows, 1);
  news = this->ask(ReadOutbox{});
  ASSERT_TRUE(news.has_value());
  EXPECT_EQ(news->item, this->kItem);
  EXPECT_EQ(news->stock, (Stock{7, 3}));
  EXPECT_EQ(this->ask(MarkRelayed{this->kItem, 3}).rows, 2);
}

TYPED_TEST_P(CatalogueContract, BuyersAtOnceLeaveTheNewsOfEverySaleMarkedOnce) {
  this->stock(20);
  AtOnce<TakeWithOutbox> buyers(50);
  for (int i = 0; i < 50; ++i) buyers.add(this->any(i), TakeWithOutbox{this->order(i)});
  buyers.run(this->bench_);
  EXPECT_EQ(this->sold(buyers), 20);
  EXPECT_EQ(this->errors(buyers), 0);
  const auto news = this->ask(ReadOutbox{});
  ASSERT_TRUE(news.has_value());
  EXPECT_EQ(news->stock, (Stock{0, 20}));
  AtOnce<MarkRelayed> relays(4);
  for (int i = 0; i < 4; ++i) relays.add(this->any(i), MarkRelayed{this->kItem, 20});
  relays.run(this->bench_);
  EXPECT_EQ(relays.count([](const auto& reply) { return reply.ok() && reply->rows == 20; }), 1);
  EXPECT_EQ(relays.count([](const auto& reply) { return reply.ok() && reply->rows == 0; }), 3);
  EXPECT_FALSE(this->ask(ReadOutbox{}).has_value());
}

TYPED_TEST_P(CatalogueContract, StockingAgainForgetsFencesAndNews) {
  this->stock(10);
  this->fenced(1, 90);
  this->ask(TakeWithOutbox{this->order(2)});
  this->stock(10);
  EXPECT_FALSE(this->ask(ReadOutbox{}).has_value());
  EXPECT_EQ(this->ask(FindOrder{OrderKey{1}}), std::nullopt);
  EXPECT_EQ(this->fenced(1, 1), (Stock{9, 1}));
}

REGISTER_TYPED_TEST_SUITE_P(
    CatalogueContract, AnOrderIsFoundByItsKeyAsItWasPlaced,
    APurchaseAtTheVersionThatWasReadIsAGuardedOne, APurchaseAtAnotherVersionTakesNothing,
    OfTwentyAtOneVersionExactlyOneBuys, APurchaseWithTheHighestFenceIsAGuardedOne,
    WhoeverComesWithALowerFenceIsFencedOff, AFenceThatDidNotBuyFencesNobodyOff,
    FencesAtOnceBuyInTheirOrderAndTheHighestAlwaysBuys,
    APurchaseUnderAFreeAdvisoryLockIsAGuardedOne, WhoeverFindsTheAdvisoryLockHeldTakesNothing,
    BucketsShareTheStockEvenlyAndTheRowIsEmpty,
    APurchaseFromABucketLeavesTheOthersAndItsOrderHasNoVersion, ABucketThatDoesNotExistSellsNothing,
    AnOrderKeyUsedBeforeTakesNothingFromABucket, BuyersAtOnceTakeExactlyWhatIsInTheirBuckets,
    OfOneOrderPlacedOnTwoBucketsAtOnceExactlyOneIsWritten, UnitsAreSoldAllThatAreAskedForOrNone,
    AnItemThatDoesNotExistHasNoUnits, AnOrderKeyUsedBeforeFreesItsUnitsAgain,
    BuyersAtOnceWhoWaitForUnitsTakeExactlyTheStock,
    BuyersAtOnceWhoWaitForThreeUnitsLeaveTheOneThatFitsNobody,
    BuyersAtOnceWhoPassOverLockedUnitsTakeAtMostTheStock,
    SomeWhoWaitForUnitsSellWhatThoseWhoPassOverThemLeave,
    OfOneOrderOfUnitsPlacedManyTimesAtOnceExactlyOneIsWritten,
    AShopOfPlainRowsHasNeitherBucketsNorUnits,
    APurchaseWithItsNewsIsAGuardedOneAndTheOthersLeaveNone, TheNewsOfAnItemIsItsNewestStock,
    MarkingUpToAVersionLeavesWhatIsNewerInItsTurn, BuyersAtOnceLeaveTheNewsOfEverySaleMarkedOnce,
    StockingAgainForgetsFencesAndNews);

}  // namespace doorbuster
