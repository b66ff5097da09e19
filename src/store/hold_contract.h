// What every Database must do for holds, as a GoogleTest suite over the bench of
// store/database_contract.h. A hold that lasts no time is overdue at once. Tests only; see
// store/contract.h.
#pragma once

#include "store/database_contract.h"

namespace doorbuster {

template <class Bench>
class HoldContract : public DatabaseContract<Bench> {
 protected:
  using Base = DatabaseContract<Bench>;

  std::optional<Stock> hold(int key, Quantity quantity = 1, ItemId item = Base::kItem) {
    return this->ask(TakeHold{Base::order(key, quantity, item), 60s});
  }
  std::optional<Stock> hold_overdue(int key, Quantity quantity = 1, ItemId item = Base::kItem) {
    return this->ask(TakeHold{Base::order(key, quantity, item), 0s});
  }
  std::int64_t confirm(int key) { return this->ask(ConfirmHold{OrderKey{key}}).rows; }
  std::int64_t release(int key, bool only_if_held = true) {
    return this->ask(ReleaseHold{OrderKey{key}, only_if_held}).rows;
  }
  SweepHolds::Reply sweep(std::int64_t most = 500) { return this->ask(SweepHolds{most}); }
  std::optional<HoldState> state(int key) { return this->ask(FindHold{OrderKey{key}}); }
  std::int64_t standing() { return this->ask(CountHolds{}).rows; }
  Quantity held(ItemId item = Base::kItem) {
    for (const auto& truth : this->bench_.truth().items) {
      if (truth.item == item) return truth.held;
    }
    CHECK(false, "the truth knows no item {}", number(item));
  }
};
TYPED_TEST_SUITE_P(HoldContract);

TYPED_TEST_P(HoldContract, AHoldTakesTheStockAndIsNoOrder) {
  this->stock(10);
  EXPECT_EQ(this->hold(1, 3), (Stock{7, 1}));
  EXPECT_EQ(this->hold(2, 8), std::nullopt) << "more than is left";
  EXPECT_EQ(this->hold(2, 1, this->kNoSuchItem), std::nullopt);
  EXPECT_EQ(this->row(), (Stock{7, 1}));
  EXPECT_EQ(this->orders(), 0U);
  EXPECT_EQ(this->held(), 3);
  EXPECT_EQ(this->held(this->kOther), 0);
  EXPECT_EQ(this->standing(), 1);
  EXPECT_EQ(this->state(1), HoldState::held);
  EXPECT_EQ(this->state(2), std::nullopt) << "it was refused";
  EXPECT_EQ(this->hold(3, 7), (Stock{0, 2})) << "no lock was left behind";
}

TYPED_TEST_P(HoldContract, AnOrderKeyHoldsOnceWhateverBecameOfIt) {
  this->stock(10);
  this->hold(1);
  this->expect_refusal(this->try_to(TakeHold{this->order(1), 60s}), Cause::duplicate_key, "23505");
  this->expect_refusal(this->try_to(TakeHold{this->order(1, 1, this->kOther), 60s}),
                       Cause::duplicate_key, "23505");
  this->release(1);
  this->expect_refusal(this->try_to(TakeHold{this->order(1), 60s}), Cause::duplicate_key, "23505");
  EXPECT_EQ(this->row(), (Stock{10, 2}));
  EXPECT_EQ(this->row(this->kOther), (Stock{1000, 0}));
  EXPECT_EQ(this->hold(2), (Stock{9, 3})) << "no lock was left behind";
}

TYPED_TEST_P(HoldContract, AConfirmedHoldIsAnOrderWithTheVersionThatItMade) {
  this->stock(10);
  this->hold(1, 3);
  this->hold(2, 2);
  EXPECT_EQ(this->confirm(1), 1);
  EXPECT_EQ(this->state(1), HoldState::paid);
  EXPECT_EQ(this->row(), (Stock{5, 2})) << "it was taken before";
  EXPECT_EQ(this->held(), 2);
  const auto truth = this->bench_.truth();
  ASSERT_EQ(truth.orders.size(), 1U);
  EXPECT_EQ(truth.orders[0].key, OrderKey{1});
  EXPECT_EQ(truth.orders[0].buyer, BuyerId{1001});
  EXPECT_EQ(truth.orders[0].item, this->kItem);
  EXPECT_EQ(truth.orders[0].quantity, 3);
  EXPECT_EQ(truth.orders[0].version, Version{1});
  EXPECT_TRUE(this->ask(FindOrder{OrderKey{1}}).has_value());
}

TYPED_TEST_P(HoldContract, OnlyAHoldThatStandsIsConfirmed) {
  this->stock(10);
  EXPECT_EQ(this->confirm(1), 0) << "there is none";
  this->hold(1);
  this->confirm(1);
  EXPECT_EQ(this->confirm(1), 0) << "paid before";
  this->hold(2);
  this->release(2);
  EXPECT_EQ(this->confirm(2), 0) << "released";
  this->hold_overdue(3);
  EXPECT_EQ(this->confirm(3), 0) << "overdue";
  EXPECT_EQ(this->state(3), HoldState::held) << "though nobody swept it yet";
  this->sweep();
  EXPECT_EQ(this->confirm(3), 0) << "expired";
  EXPECT_EQ(this->orders(), 1U);
  EXPECT_EQ(this->row().quantity, 9);
}

TYPED_TEST_P(HoldContract, AReleasePutsTheUnitsBackOnceAndOnlyIfTheHoldStands) {
  this->stock(10);
  EXPECT_EQ(this->release(1), 0) << "there is none";
  this->hold(1, 3);
  EXPECT_EQ(this->release(1), 1);
  EXPECT_EQ(this->release(1), 0);
  EXPECT_EQ(this->row(), (Stock{10, 2}));
  EXPECT_EQ(this->state(1), HoldState::released);
  this->hold(2);
  this->confirm(2);
  EXPECT_EQ(this->release(2), 0) << "paid";
  this->hold_overdue(3);
  EXPECT_EQ(this->release(3), 1) << "overdue, and not yet swept";
  this->hold_overdue(4);
  this->sweep();
  EXPECT_EQ(this->release(4), 0) << "expired";
  EXPECT_EQ(this->row().quantity, 9);
  EXPECT_EQ(this->held(), 0);
}

TYPED_TEST_P(HoldContract, AReleaseThatDoesNotAskPutsBackWhatIsNotThere) {
  this->stock(10);
  EXPECT_EQ(this->release(1, false), 0) << "there is none";
  this->hold_overdue(1);
  this->sweep();
  EXPECT_EQ(this->release(1, false), 1);
  EXPECT_EQ(this->row().quantity, 11) << "once too often";
  EXPECT_EQ(this->state(1), HoldState::released);
  this->hold(2);
  EXPECT_EQ(this->release(2, false), 1);
  EXPECT_EQ(this->row().quantity, 11) << "of one that stands, it is right";
  EXPECT_EQ(this->held(), 0);
}

TYPED_TEST_P(HoldContract, ASweepReturnsWhatIsOverdueOfEveryItemAndNothingElse) {
  this->stock(10);
  EXPECT_EQ(this->sweep().holds, 0);
  this->hold_overdue(1, 3);
  this->hold(2, 2);
  this->hold_overdue(3, 1);
  this->hold_overdue(4, 5, this->kOther);
  const auto swept = this->sweep();
  EXPECT_EQ(swept.holds, 3);
  EXPECT_EQ(swept.units, 9);
  EXPECT_GE(swept.longest, Duration{});
  EXPECT_LT(swept.longest, 30s);
  EXPECT_EQ(this->row(), (Stock{8, 5})) << "each return is a version";
  EXPECT_EQ(this->row(this->kOther), (Stock{1000, 2}));
  EXPECT_EQ(this->state(1), HoldState::expired);
  EXPECT_EQ(this->state(2), HoldState::held);
  EXPECT_EQ(this->standing(), 1);
  EXPECT_EQ(this->sweep().holds, 0) << "once for all";
}

TYPED_TEST_P(HoldContract, ASweepReturnsAtMostSoMany) {
  this->stock(10);
  for (int key = 1; key <= 5; ++key) this->hold_overdue(key);
  EXPECT_EQ(this->sweep(2).holds, 2);
  EXPECT_EQ(this->row().quantity, 7);
  EXPECT_EQ(this->state(1), HoldState::expired) << "the longest overdue first";
  EXPECT_EQ(this->state(3), HoldState::held);
  EXPECT_EQ(this->sweep(2).holds, 2);
  EXPECT_EQ(this->sweep(2).holds, 1);
}

TYPED_TEST_P(HoldContract, UnitsAreReturnedWithoutAskingWhose) {
  this->stock(10);
  EXPECT_EQ(this->ask(ReturnUnits{this->kItem, 3}).rows, 1);
  EXPECT_EQ(this->row(), (Stock{13, 1}));
  EXPECT_EQ(this->ask(ReturnUnits{this->kNoSuchItem, 3}).rows, 0);
}

TYPED_TEST_P(HoldContract, StockingAgainForgetsHolds) {
  this->stock(10);
  this->hold(1);
  this->stock(10);
  EXPECT_EQ(this->state(1), std::nullopt);
  EXPECT_EQ(this->standing(), 0);
  EXPECT_EQ(this->hold(1), (Stock{9, 1}));
}

TYPED_TEST_P(HoldContract, BuyersAtOnceHoldExactlyTheStock) {
  this->stock(20);
  AtOnce<TakeHold> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeHold{this->order(i), 60s});
  buyers.run(this->bench_);
  EXPECT_EQ(buyers.count([](const auto& reply) { return reply.ok() && reply->has_value(); }), 20);
  EXPECT_EQ(buyers.count([](const auto& reply) { return !reply.ok(); }), 0);
  EXPECT_EQ(this->row(), (Stock{0, 20}));
  EXPECT_EQ(this->held(), 20);
}

TYPED_TEST_P(HoldContract, OfOneHoldPlacedOnTwoItemsAtOnceExactlyOneStands) {
  this->stock(10);
  AtOnce<TakeHold> placed(8);
  for (int i = 0; i < 8; ++i) {
    const ItemId item = i % 2 == 0 ? this->kItem : this->kOther;
    placed.add(this->any(i / 2), TakeHold{this->order(1, 1, item), 60s});
  }
  placed.run(this->bench_);
  EXPECT_EQ(placed.count([](const auto& reply) { return reply.ok() && reply->has_value(); }), 1);
  EXPECT_EQ(this->row().version + this->row(this->kOther).version, 1);
  EXPECT_EQ(this->standing(), 1);
}

TYPED_TEST_P(HoldContract, OfAConfirmationAndAReleaseAtOnceExactlyOneWins) {
  constexpr int kHolds = 12;
  this->stock(kHolds);
  for (int key = 0; key < kHolds; ++key) this->hold(key);
  std::vector<std::optional<Result<RowCount>>> confirmed(kHolds), released(kHolds);
  std::vector<Task<Done>> tasks;
  for (int key = 0; key < kHolds; ++key) {
    const auto i = static_cast<std::size_t>(key);
    tasks.push_back(ask_into(&this->any(key), ConfirmHold{OrderKey{key}}, &confirmed[i]));
    tasks.push_back(ask_into(&this->any(key + 1), ReleaseHold{OrderKey{key}}, &released[i]));
  }
  this->bench_.run(std::move(tasks));
  std::size_t sold = 0;
  for (std::size_t i = 0; i < kHolds; ++i) {
    ASSERT_TRUE(confirmed[i]->ok() && released[i]->ok());
    EXPECT_EQ((*confirmed[i])->rows + (*released[i])->rows, 1) << i;
    sold += (*confirmed[i])->rows == 1;
  }
  EXPECT_EQ(this->orders(), sold);
  EXPECT_EQ(this->row().quantity, kHolds - static_cast<Quantity>(sold));
  EXPECT_EQ(this->held(), 0);
}

TYPED_TEST_P(HoldContract, SweepsAndPurchasesAtOnceLoseNoUnit) {
  this->stock(100);
  for (int key = 0; key < 40; ++key) {
    this->hold_overdue(key, 1, key % 2 == 0 ? this->kItem : this->kOther);
  }
  std::vector<std::optional<Result<SweepHolds::Reply>>> swept(8);
  std::vector<std::optional<Result<std::optional<Stock>>>> bought(30);
  std::vector<std::optional<Result<RowCount>>> released(5);
  std::vector<Task<Done>> tasks;
  for (std::size_t i = 0; i < bought.size(); ++i) {
    const int key = 100 + static_cast<int>(i);
    const ItemId item = i % 2 == 0 ? this->kItem : this->kOther;
    tasks.push_back(
        ask_into(&this->any(key), TakeIfAvailable{this->order(key, 1, item)}, &bought[i]));
    if (i < swept.size()) {
      tasks.push_back(ask_into(&this->any(key), SweepHolds{3}, &swept[i]));
    }
    if (i < released.size()) {
      const OrderKey held{static_cast<std::int64_t>(i)};
      tasks.push_back(ask_into(&this->any(key), ReleaseHold{held}, &released[i]));
    }
  }
  this->bench_.run(std::move(tasks));
  for (const auto& reply : swept) EXPECT_TRUE(reply->ok()) << reply->error().message();
  for (const auto& reply : bought) EXPECT_TRUE(reply->ok() && (*reply)->has_value());
  while (this->sweep().holds > 0) {
  }
  EXPECT_EQ(this->row().quantity, 100 - 15);
  EXPECT_EQ(this->row(this->kOther).quantity, 1000 - 15);
  EXPECT_EQ(this->standing(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(
    HoldContract, AHoldTakesTheStockAndIsNoOrder, AnOrderKeyHoldsOnceWhateverBecameOfIt,
    AConfirmedHoldIsAnOrderWithTheVersionThatItMade, OnlyAHoldThatStandsIsConfirmed,
    AReleasePutsTheUnitsBackOnceAndOnlyIfTheHoldStands,
    AReleaseThatDoesNotAskPutsBackWhatIsNotThere,
    ASweepReturnsWhatIsOverdueOfEveryItemAndNothingElse, ASweepReturnsAtMostSoMany,
    UnitsAreReturnedWithoutAskingWhose, StockingAgainForgetsHolds, BuyersAtOnceHoldExactlyTheStock,
    OfOneHoldPlacedOnTwoItemsAtOnceExactlyOneStands, OfAConfirmationAndAReleaseAtOnceExactlyOneWins,
    SweepsAndPurchasesAtOnceLoseNoUnit);

}  // namespace doorbuster
