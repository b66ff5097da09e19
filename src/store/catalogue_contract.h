// What every Database must do for the catalogue's further strategies, as a GoogleTest suite over
// the bench of store/database_contract.h: purchases with one more guard,
// and the outbox. Tests only; see store/contract.h.
#pragma once

#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class CatalogueContract : public DatabaseContract<Bench> {
 protected:
  using Base = DatabaseContract<Bench>;

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
  this->expect_a_guarded_purchase([](const Order& order, Version) {
    return TakeUnderLock{order, false};
  });
}

TYPED_TEST_P(CatalogueContract, APurchaseThatWaitsForTheAdvisoryLockIsAGuardedOne) {
  this->expect_a_guarded_purchase([](const Order& order, Version) {
    return TakeUnderLock{order, true};
  });
}

TYPED_TEST_P(CatalogueContract, WhoeverFindsTheAdvisoryLockHeldTakesNothing) {
  this->stock(20);
  AtOnce<TakeUnderLock> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeUnderLock{this->order(i), false});
  buyers.run(this->bench_);
  const std::int64_t sold = this->sold(buyers);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_GE(sold, 1);
  EXPECT_LE(sold, 20);
  EXPECT_EQ(this->row(), (Stock{20 - sold, sold}));
  EXPECT_EQ(static_cast<std::int64_t>(this->orders()), sold);
  for (std::int64_t i = sold; i < 20; ++i) {  // nobody holds it any more
    const Order order = this->order(static_cast<int>(100 + i));
    EXPECT_EQ(this->ask(TakeUnderLock{order, false}), (Stock{19 - i, i + 1}));
  }
  EXPECT_EQ(this->ask(TakeUnderLock{this->order(200), false}), std::nullopt);
}

TYPED_TEST_P(CatalogueContract, WhoeverWaitsForTheAdvisoryLockTakesWhatIsThere) {
  this->stock(20);
  AtOnce<TakeUnderLock> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeUnderLock{this->order(i), true});
  buyers.run(this->bench_);
  EXPECT_EQ(this->errors(buyers), 0);
  EXPECT_EQ(this->sold(buyers), 20);
  EXPECT_EQ(this->row(), (Stock{0, 20}));
  EXPECT_EQ(this->orders(), 20);
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
    APurchaseThatWaitsForTheAdvisoryLockIsAGuardedOne,
    WhoeverWaitsForTheAdvisoryLockTakesWhatIsThere,
    APurchaseWithItsNewsIsAGuardedOneAndTheOthersLeaveNone, TheNewsOfAnItemIsItsNewestStock,
    MarkingUpToAVersionLeavesWhatIsNewerInItsTurn, BuyersAtOnceLeaveTheNewsOfEverySaleMarkedOnce,
    StockingAgainForgetsFencesAndNews);

}  // namespace doorbuster
