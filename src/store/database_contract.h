// What every Database must do, as a GoogleTest suite over a bench. Tests only; see
// store/contract.h.
//
//   struct Bench {
//     static constexpr const char* kName = "OnServers";   // or "Simulated"
//     static constexpr int kClients = 2;                  // at least 2, each with its own pool
//     Database& database(int client);                     // 0..kClients-1
//     void stock(const Stocking&);                        // lays the tables out anew
//     GroundTruth truth();                                // history/ground_truth.h
//     void run(std::vector<Task<Done>> tasks);            // all at once, until all have ended
//   };
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "store/contract_support.h"
#include "store/database.h"

namespace doorbuster {

template <class Bench>
class DatabaseContract : public testing::Test {
 protected:
  static_assert(Bench::kClients >= 2);
  static constexpr ItemId kItem{1};
  static constexpr ItemId kOther{2};
  static constexpr ItemId kNoSuchItem{99};

  void stock(Quantity quantity, bool check_constraint = true) {
    Stocking stocking;
    stocking.items = {{kItem, quantity}, {kOther, 1000}};
    stocking.check_constraint = check_constraint;
    bench_.stock(stocking);
  }
  Database& any(int index) { return bench_.database(index % Bench::kClients); }

  template <class Op>
  Result<typename Op::Reply> try_to(Op op) {
    return ask_one(bench_, bench_.database(0), op);
  }
  template <class Op>
  typename Op::Reply ask(Op op) {
    auto reply = try_to(op);
    CHECK(reply.ok(), "{}: {}", Op::kName, reply.error().message());
    return *std::move(reply);
  }
  Stock row(ItemId item = kItem) {
    const auto stock = ask(ReadStock{item});
    CHECK(stock.has_value(), "item {} has no row", number(item));
    return *stock;
  }
  std::size_t orders() { return bench_.truth().orders.size(); }

  static Order order(int key, Quantity quantity = 1, ItemId item = kItem) {
    return Order{OrderKey{key}, BuyerId{1000 + key}, item, quantity};
  }
  template <class T>
  static void expect_refusal(const Result<T>& reply, Cause cause, const char* code) {
    ASSERT_FALSE(reply.ok()) << "expected " << code;
    EXPECT_EQ(reply.error().store(), Store::postgres);
    EXPECT_EQ(reply.error().cause(), cause) << reply.error().message();
    EXPECT_EQ(reply.error().code(), code) << reply.error().message();
    EXPECT_TRUE(reply.error().definite()) << reply.error().message();
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

  Bench bench_;
};
TYPED_TEST_SUITE_P(DatabaseContract);

TYPED_TEST_P(DatabaseContract, StockIsReadAsItWasStockedAtVersionZero) {
  this->stock(10);
  EXPECT_EQ(this->row(), (Stock{10, 0}));
}

TYPED_TEST_P(DatabaseContract, StockingAgainForgetsWhatWas) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(1)});
  this->stock(20);
  EXPECT_EQ(this->row(), (Stock{20, 0}));
  EXPECT_EQ(this->orders(), 0U);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1)}), (Stock{19, 1})) << "the key is new again";
}

TYPED_TEST_P(DatabaseContract, AnItemThatDoesNotExistHasNoStockAndChangesNothing) {
  this->stock(10);
  EXPECT_EQ(this->ask(ReadStock{this->kNoSuchItem}), std::nullopt);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1, 1, this->kNoSuchItem)}), std::nullopt);
  EXPECT_EQ(this->ask(DecrementGuarded{this->kNoSuchItem, 1}), std::nullopt);
  EXPECT_EQ(this->ask(DecrementUnguarded{this->kNoSuchItem, 1}), std::nullopt);
  EXPECT_EQ(this->ask(WriteStock{this->kNoSuchItem, 5}), std::nullopt);
  EXPECT_EQ(this->orders(), 0U);
}

TYPED_TEST_P(DatabaseContract, APurchaseTakesTheStockAndWritesTheOrderWithTheVersionItMade) {
  this->stock(10);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1, 3)}), (Stock{7, 1}));
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(2, 2)}), (Stock{5, 2}));
  EXPECT_EQ(this->row(), (Stock{5, 2}));
  const auto truth = this->bench_.truth();
  ASSERT_EQ(truth.orders.size(), 2U);
  EXPECT_EQ(truth.orders[1].key, OrderKey{2});
  EXPECT_EQ(truth.orders[1].buyer, BuyerId{1002});
  EXPECT_EQ(truth.orders[1].item, this->kItem);
  EXPECT_EQ(truth.orders[1].quantity, 2);
  EXPECT_EQ(truth.orders[1].version, Version{2});
}

TYPED_TEST_P(DatabaseContract, APurchaseOfMoreThanIsLeftTakesNothing) {
  this->stock(2);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1, 3)}), std::nullopt);
  EXPECT_EQ(this->row(), (Stock{2, 0}));
  EXPECT_EQ(this->orders(), 0U);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(2, 2)}), (Stock{0, 1})) << "just what is left";
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(3, 1)}), std::nullopt);
}

TYPED_TEST_P(DatabaseContract, AnOrderKeyUsedBeforeIsRefusedAndTakesNothing) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(1)});
  this->expect_refusal(this->try_to(TakeIfAvailable{this->order(1)}), Cause::duplicate_key,
                       "23505");
  this->expect_refusal(this->try_to(TakeIfAvailable{this->order(1, 1, this->kOther)}),
                       Cause::duplicate_key, "23505");
  EXPECT_EQ(this->row(), (Stock{9, 1}));
  EXPECT_EQ(this->row(this->kOther), (Stock{1000, 0}));
  EXPECT_EQ(this->orders(), 1U);
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(2)}), (Stock{8, 2})) << "no lock was left behind";
}

TYPED_TEST_P(DatabaseContract, AnOrderKeyUsedBeforeIsNotNoticedWhenNothingIsLeft) {
  this->stock(1);
  this->ask(TakeIfAvailable{this->order(1)});
  EXPECT_EQ(this->ask(TakeIfAvailable{this->order(1)}), std::nullopt);
}

TYPED_TEST_P(DatabaseContract, AnOrderRowAloneHasNoVersionAndTakesNothing) {
  this->stock(10);
  this->ask(InsertOrder{this->order(1, 4)});
  EXPECT_EQ(this->row(), (Stock{10, 0}));
  const auto truth = this->bench_.truth();
  ASSERT_EQ(truth.orders.size(), 1U);
  EXPECT_EQ(truth.orders[0].quantity, 4);
  EXPECT_EQ(truth.orders[0].version, std::nullopt);
  this->expect_refusal(this->try_to(InsertOrder{this->order(1)}), Cause::duplicate_key, "23505");
  this->expect_refusal(this->try_to(TakeIfAvailable{this->order(1)}), Cause::duplicate_key,
                       "23505");
  EXPECT_EQ(this->row(), (Stock{10, 0}));
}

TYPED_TEST_P(DatabaseContract, AGuardedDecrementStopsAtWhatIsLeft) {
  this->stock(3);
  EXPECT_EQ(this->ask(DecrementGuarded{this->kItem, 2}), (Stock{1, 1}));
  EXPECT_EQ(this->ask(DecrementGuarded{this->kItem, 2}), std::nullopt);
  EXPECT_EQ(this->row(), (Stock{1, 1}));
  EXPECT_EQ(this->orders(), 0U);
}

TYPED_TEST_P(DatabaseContract, AnUnguardedDecrementGoesBelowZero) {
  this->stock(1, false);
  EXPECT_EQ(this->ask(DecrementUnguarded{this->kItem, 1}), (Stock{0, 1}));
  EXPECT_EQ(this->ask(DecrementUnguarded{this->kItem, 2}), (Stock{-2, 2}));
  EXPECT_EQ(this->row(), (Stock{-2, 2}));
}

TYPED_TEST_P(DatabaseContract, TheCheckConstraintRefusesANegativeStock) {
  this->stock(1);
  this->expect_refusal(this->try_to(DecrementUnguarded{this->kItem, 2}), Cause::refused_by_server,
                       "23514");
  this->expect_refusal(this->try_to(WriteStock{this->kItem, -1}), Cause::refused_by_server,
                       "23514");
  EXPECT_EQ(this->row(), (Stock{1, 0}));
  EXPECT_EQ(this->ask(DecrementUnguarded{this->kItem, 1}), (Stock{0, 1}))
      << "no lock was left behind";
}

TYPED_TEST_P(DatabaseContract, WritingTheStockOverwritesWhatOthersTook) {
  this->stock(10);
  this->ask(TakeIfAvailable{this->order(1, 6)});
  EXPECT_EQ(this->ask(WriteStock{this->kItem, 9}), (Stock{9, 2}));
  EXPECT_EQ(this->row(), (Stock{9, 2}));
}

TYPED_TEST_P(DatabaseContract, TheTruthListsItemsAsStockedAndOrdersByKey) {
  this->stock(10);
  for (const int key : {30, 4, 200}) this->ask(TakeIfAvailable{this->order(key)});
  const auto truth = this->bench_.truth();
  ASSERT_EQ(truth.items.size(), 2U);
  EXPECT_EQ(truth.items[0].item, this->kItem);
  EXPECT_EQ(truth.items[0].initial, 10);
  EXPECT_EQ(truth.items[0].left, 7);
  EXPECT_EQ(truth.items[1].item, this->kOther);
  EXPECT_EQ(truth.items[1].initial, 1000);
  EXPECT_EQ(truth.items[1].left, 1000);
  ASSERT_EQ(truth.orders.size(), 3U);
  EXPECT_EQ(truth.orders[0].key, OrderKey{4});
  EXPECT_EQ(truth.orders[1].key, OrderKey{30});
  EXPECT_EQ(truth.orders[2].key, OrderKey{200});
}

TYPED_TEST_P(DatabaseContract, BuyersAtOnceTakeExactlyTheStockAndEachAVersionOfItsOwn) {
  this->stock(20);
  AtOnce<TakeIfAvailable> buyers(60);
  for (int i = 0; i < 60; ++i) buyers.add(this->any(i), TakeIfAvailable{this->order(i)});
  buyers.run(this->bench_);
  EXPECT_EQ(buyers.count([](const auto& reply) { return reply.ok() && reply->has_value(); }), 20);
  EXPECT_EQ(buyers.count([](const auto& reply) { return !reply.ok(); }), 0);
  EXPECT_EQ(this->row(), (Stock{0, 20}));
  const auto truth = this->bench_.truth();
  std::vector<Version> versions;
  for (const auto& row : truth.orders) versions.push_back(row.version.value());
  std::sort(versions.begin(), versions.end());
  ASSERT_EQ(versions.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(versions[i], static_cast<Version>(i + 1));
}

TYPED_TEST_P(DatabaseContract, BuyersOfThreeAtOnceLeaveTheOneThatFitsNobody) {
  this->stock(10);
  AtOnce<TakeIfAvailable> buyers(8);
  for (int i = 0; i < 8; ++i) buyers.add(this->any(i), TakeIfAvailable{this->order(i, 3)});
  buyers.run(this->bench_);
  EXPECT_EQ(buyers.count([](const auto& reply) { return reply.ok() && reply->has_value(); }), 3);
  EXPECT_EQ(this->row(), (Stock{1, 3}));
}

TYPED_TEST_P(DatabaseContract, OfOneOrderPlacedManyTimesAtOnceExactlyOneIsWritten) {
  this->stock(10);
  AtOnce<TakeIfAvailable> placed(10);
  for (int i = 0; i < 10; ++i) placed.add(this->any(i), TakeIfAvailable{this->order(1)});
  placed.run(this->bench_);
  const auto duplicate = [](const auto& reply) {
    return !reply.ok() && reply.error().cause() == Cause::duplicate_key && reply.error().definite();
  };
  EXPECT_EQ(placed.count([](const auto& reply) { return reply.ok() && reply->has_value(); }), 1);
  EXPECT_EQ(placed.count(duplicate), 9);
  EXPECT_EQ(this->row(), (Stock{9, 1}));
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(DatabaseContract, OfOneOrderPlacedOnTwoItemsAtOnceExactlyOneIsWritten) {
  this->stock(10);
  AtOnce<TakeIfAvailable> placed(8);
  for (int i = 0; i < 8; ++i) {
    const ItemId item = i % 2 == 0 ? this->kItem : this->kOther;
    placed.add(this->any(i / 2), TakeIfAvailable{this->order(1, 1, item)});
  }
  placed.run(this->bench_);
  EXPECT_EQ(placed.count([](const auto& reply) { return reply.ok() && reply->has_value(); }), 1);
  EXPECT_EQ(this->row().version + this->row(this->kOther).version, 1);
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(DatabaseContract, OfOneOrderRowInsertedManyTimesAtOnceExactlyOneIsWritten) {
  this->stock(10);
  AtOnce<InsertOrder> inserts(10);
  for (int i = 0; i < 10; ++i) inserts.add(this->any(i), InsertOrder{this->order(1)});
  inserts.run(this->bench_);
  EXPECT_EQ(inserts.count([](const auto& reply) { return reply.ok(); }), 1);
  EXPECT_EQ(this->orders(), 1U);
}

TYPED_TEST_P(DatabaseContract, GuardedDecrementsAtOnceStopAtZero) {
  this->stock(10, false);
  AtOnce<DecrementGuarded> decrements(30);
  for (int i = 0; i < 30; ++i) decrements.add(this->any(i), DecrementGuarded{this->kItem, 1});
  decrements.run(this->bench_);
  EXPECT_EQ(decrements.count([](const auto& reply) { return reply.ok() && *reply; }), 10);
  EXPECT_EQ(decrements.count([](const auto& reply) { return reply.ok() && !*reply; }), 20);
  EXPECT_EQ(this->row(), (Stock{0, 10}));
}

TYPED_TEST_P(DatabaseContract, UnguardedDecrementsAtOnceAreAllCounted) {
  this->stock(10, false);
  AtOnce<DecrementUnguarded> decrements(30);
  for (int i = 0; i < 30; ++i) decrements.add(this->any(i), DecrementUnguarded{this->kItem, 1});
  decrements.run(this->bench_);
  EXPECT_EQ(this->row(), (Stock{-20, 30}));
}

TYPED_TEST_P(DatabaseContract, UnguardedDecrementsAtOnceUnderTheConstraintStopAtZero) {
  this->stock(10);
  AtOnce<DecrementUnguarded> decrements(30);
  for (int i = 0; i < 30; ++i) decrements.add(this->any(i), DecrementUnguarded{this->kItem, 1});
  decrements.run(this->bench_);
  EXPECT_EQ(decrements.count([](const auto& reply) { return reply.ok(); }), 10);
  EXPECT_EQ(this->row(), (Stock{0, 10}));
}

REGISTER_TYPED_TEST_SUITE_P(
    DatabaseContract, StockIsReadAsItWasStockedAtVersionZero, StockingAgainForgetsWhatWas,
    AnItemThatDoesNotExistHasNoStockAndChangesNothing,
    APurchaseTakesTheStockAndWritesTheOrderWithTheVersionItMade,
    APurchaseOfMoreThanIsLeftTakesNothing, AnOrderKeyUsedBeforeIsRefusedAndTakesNothing,
    AnOrderKeyUsedBeforeIsNotNoticedWhenNothingIsLeft, AnOrderRowAloneHasNoVersionAndTakesNothing,
    AGuardedDecrementStopsAtWhatIsLeft, AnUnguardedDecrementGoesBelowZero,
    TheCheckConstraintRefusesANegativeStock, WritingTheStockOverwritesWhatOthersTook,
    TheTruthListsItemsAsStockedAndOrdersByKey,
    BuyersAtOnceTakeExactlyTheStockAndEachAVersionOfItsOwn,
    BuyersOfThreeAtOnceLeaveTheOneThatFitsNobody,
    OfOneOrderPlacedManyTimesAtOnceExactlyOneIsWritten,
    OfOneOrderPlacedOnTwoItemsAtOnceExactlyOneIsWritten,
    OfOneOrderRowInsertedManyTimesAtOnceExactlyOneIsWritten, GuardedDecrementsAtOnceStopAtZero,
    UnguardedDecrementsAtOnceAreAllCounted, UnguardedDecrementsAtOnceUnderTheConstraintStopAtZero);

}  // namespace doorbuster
