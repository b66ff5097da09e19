// For each invariant a table: a sale of a few purchases, what is found in it, and the witness.
#include <gtest/gtest.h>

#include <optional>

#include "audit/invariants_testing.h"

namespace doorbuster {
namespace {

constexpr auto kNothing = std::nullopt;

TEST(NoOversell, CountsUnitsInConfirmedOrdersBeyondTheStock) {
  const auto sold = [](int key) { return record(key, 1, Outcome::sold); };
  check({
      {"as many as there were",
       no_oversell,
       {{ItemId{1}, 2, 0, {}}},
       {},
       {order(1), order(2)},
       0,
       ""},
      {"the version's order names the last one",
       no_oversell,
       {{ItemId{1}, 2, 0, {}}},
       {},
       {order(1, 1, 1, 3), order(2, 1, 1, 1), order(3, 1, 1, 2)},
       1,
       "item 1: 3 units in 3 confirmed orders, 2 in stock at the start: 1 too many; the first "
       "order too many, in the order of the stock's versions, is order 1 of buyer 1001"},
      {"without versions the order of the answers does",
       no_oversell,
       {{ItemId{1}, 2, 0, {}}},
       {sold(3), sold(2), sold(1)},
       {order(1), order(2), order(3)},
       1,
       "item 1: 3 units in 3 confirmed orders, 2 in stock at the start: 1 too many; the first "
       "order too many, in the order buyers were answered, is order 3 of buyer 1003"},
      {"several units an order, several items",
       no_oversell,
       {{ItemId{1}, 2, 0, {}}, {ItemId{2}, 5, 5, {}}},
       {},
       {order(1, 1, 4), order(2, 2, 6)},
       3,
       "item 1: 4 units in 1 confirmed order, 2 in stock at the start: 2 too many; the first "
       "order too many, in the order buyers were answered, is order 1 of buyer 1001 (and 1 more "
       "item)"},
      {"an item that was never stocked",
       no_oversell,
       {},
       {},
       {order(1, 7)},
       1,
       "item 7: 1 unit in 1 confirmed order, 0 in stock at the start: 1 too many; the first "
       "order too many, in the order buyers were answered, is order 1 of buyer 1001"},
  });
}

TEST(NoOversoldPromise, CountsUnitsThatBuyersWereToldTheyHaveBeyondTheStock) {
  check({
      {"an answer that never came promises nothing",
       no_oversold_promise,
       {{ItemId{1}, 1, 0, {}}},
       {record(1, 1, Outcome::sold), record(2, 1, Outcome::unknown)},
       {order(1), order(2)},
       0,
       ""},
      {"the stock row stops at zero while the shop goes on saying yes",
       no_oversold_promise,
       {{ItemId{1}, 1, 0, {}}},
       {record(3, 1, Outcome::sold, 2), record(1, 1, Outcome::sold)},
       {},
       2,
       "item 1: buyers were told they have 3 units, 1 in stock at the start: 2 too many; the "
       "first promise too many went to buyer 1003 (order 3) at 0.008 s"},
  });
}

TEST(NoUndersell, CountsStockThatARefusedQuantityWouldHaveFitted) {
  check({
      {"nothing left",
       no_undersell,
       {{ItemId{1}, 1, 0, {}}},
       {record(1, 1, Outcome::sold_out)},
       {},
       0,
       ""},
      {"nobody refused", no_undersell, {{ItemId{1}, 9, 9, {}}}, {}, {}, 0, ""},
      {"wanted more than is left",
       no_undersell,
       {{ItemId{1}, 9, 2, {}}},
       {record(1, 1, Outcome::sold_out, 3)},
       {},
       0,
       ""},
      {"busy is no claim about stock",
       no_undersell,
       {{ItemId{1}, 9, 2, {}}},
       {record(1, 1, Outcome::refused)},
       {},
       0,
       ""},
      {"the one who wanted least is the witness",
       no_undersell,
       {{ItemId{1}, 9, 2, {}}},
       {record(1, 1, Outcome::sold_out, 3), record(2, 1, Outcome::sold_out, 2)},
       {},
       2,
       "item 1: 2 units left at the end, yet buyer 1002 (order 2), who wanted 2, was told it is "
       "sold out"},
  });
}

// A record begins its key's number of ms after the doors opened.
TEST(NoUndersell, CountsOnlyRefusalsAfterWhichNothingWasReturned) {
  const auto undersold = [](std::optional<Instant> to_stock, std::optional<Instant> to_gate = {}) {
    GroundTruth truth{{{.item = ItemId{1}, .initial = 9, .left = 2, .cached = {}}}, {}};
    truth.last_return = to_stock;
    truth.last_gate_return = to_gate;
    const History history = {record(10, 1, Outcome::sold_out), record(20, 1, Outcome::sold_out, 2)};
    const Accounts accounts(history, truth);
    return no_undersell(accounts);
  };
  EXPECT_EQ(undersold({}).found, 2);
  EXPECT_EQ(undersold(kRunStart + 9ms).found, 2);
  EXPECT_NE(undersold(kRunStart + 10ms).witness.find("order 20"), std::string::npos)
      << "the first may have come before it";
  EXPECT_EQ(undersold(kRunStart + 20ms).found, 0);
  EXPECT_EQ(undersold(kNever).found, 0) << "nobody can tell";
  EXPECT_EQ(undersold({}, kRunStart + 20ms).found, 0) << "nor those that a gate had back later";
  EXPECT_EQ(undersold(kRunStart + 9ms, kRunStart + 20ms).found, 0);
}

TEST(NoLostOrder, CountsAcknowledgedPurchasesWithoutARow) {
  check({
      {"a row for each", no_lost_order, {}, {record(1, 1, Outcome::sold)}, {order(1)}, 0, ""},
      {"an unknown one without a row is not lost",
       no_lost_order,
       {},
       {record(1, 1, Outcome::unknown)},
       {},
       0,
       ""},
      {"no row",
       no_lost_order,
       {},
       {record(1, 1, Outcome::sold), record(2, 1, Outcome::sold)},
       {},
       2,
       "buyer 1001 was told at 0.006 s to have 1 unit of item 1 (order 1), and there is no such "
       "order (and 1 more order)"},
      {"a row for fewer units",
       no_lost_order,
       {},
       {record(1, 1, Outcome::sold, 2)},
       {order(1)},
       1,
       "buyer 1001 was told at 0.006 s to have 2 units of item 1 (order 1), and the order of that "
       "key is 1 unit of item 1 for buyer 1001"},
  });
}

TEST(NoPhantomOrder, CountsRowsOfBuyersWhoWereToldADefiniteNo) {
  Record left_early = record(1, 1, Outcome::abandoned);
  left_early.sent = true;
  check({
      {"an unknown one that was sold is no phantom",
       no_phantom_order,
       {},
       {record(1, 1, Outcome::unknown)},
       {order(1)},
       0,
       ""},
      {"nor is one of a buyer who left before the answer",
       no_phantom_order,
       {},
       {left_early},
       {order(1)},
       0,
       ""},
      {"told sold out",
       no_phantom_order,
       {},
       {record(1, 1, Outcome::sold_out)},
       {order(1)},
       1,
       "order 1 (1 unit of item 1) stands for buyer 1001, who was told a definite no (sold_out) at "
       "0.006 s"},
      {"told that it failed",
       no_phantom_order,
       {},
       {record(1, 1, Outcome::failed)},
       {order(1)},
       1,
       "order 1 (1 unit of item 1) stands for buyer 1001, who was told a definite no (failed) at "
       "0.006 s"},
      {"never sent",
       no_phantom_order,
       {},
       {record(1, 1, Outcome::dropped)},
       {order(1)},
       1,
       "order 1 (1 unit of item 1) stands for buyer 1001, whose purchase was never sent (dropped)"},
      {"nobody asked",
       no_phantom_order,
       {},
       {},
       {order(5)},
       1,
       "order 5 (1 unit of item 1) stands for buyer 1005, and nobody placed an order of that key"},
      {"another's",
       no_phantom_order,
       {},
       {record(1, 2, Outcome::sold)},
       {order(1)},
       1,
       "order 1 (1 unit of item 1) stands for buyer 1001, yet that key is of buyer 1001, who "
       "wanted 1 unit of item 2"},
  });
}

TEST(NoDuplicateOrder, CountsRowsOfAKeyBeyondTheFirst) {
  check({
      {"two keys", no_duplicate_order, {}, {}, {order(1), order(2)}, 0, ""},
      {"a key three times",
       no_duplicate_order,
       {},
       {record(1, 1, Outcome::sold)},
       {order(1), order(1), order(1), order(2)},
       2,
       "order 1 of buyer 1001 (item 1) stands there 3 times"},
  });
}

TEST(Conservation, FindsSalesThatMovedNoStockAndStockThatWentWithoutASale) {
  check({
      {"sold and left make up the start",
       conservation,
       {{ItemId{1}, 3, 2, {}}},
       {},
       {order(1)},
       0,
       ""},
      {"sold, held and left make up the start",
       conservation,
       {{ItemId{1}, 4, 1, {}, 2}},
       {},
       {order(1)},
       0,
       ""},
      {"a hold that was given back and stands all the same",
       conservation,
       {{ItemId{1}, 3, 3, {}, 1}},
       {},
       {},
       1,
       "item 1: 3 units at the start, but 3 left + 1 held + 0 in confirmed orders = 4: 1 unit sold "
       "without leaving the stock"},
      {"an overwrite: two sold, one taken",
       conservation,
       {{ItemId{1}, 3, 2, {}}},
       {},
       {order(1), order(2)},
       1,
       "item 1: 3 units at the start, but 2 left + 2 in confirmed orders = 4: 1 unit sold without "
       "leaving the stock"},
      {"taken without an order; a second item with the opposite error does not cancel it",
       conservation,
       {{ItemId{1}, 3, 1, {}}, {ItemId{2}, 3, 4, {}}},
       {},
       {order(1)},
       2,
       "item 1: 3 units at the start, but 1 left + 1 in confirmed orders = 2: 1 unit gone from the "
       "stock without an order (and 1 more item)"},
  });
}

TEST(Conservation, NamesTheBuyersWhoMayHaveTakenWhatIsGone) {
  check({
      {"of this item, sent, unheard of and without an order",
       conservation,
       {{ItemId{1}, 9, 6, {}}},
       {record(1, 1, Outcome::unknown), record(2, 1, Outcome::sold_out),
        record(3, 2, Outcome::unknown), record(4, 1, Outcome::unknown),
        record(5, 1, Outcome::dropped), record(6, 1, Outcome::unknown)},
       {order(1)},
       2,
       "item 1: 9 units at the start, but 6 left + 1 in confirmed orders = 7: 2 units gone from "
       "the "
       "stock without an order; 2 purchases without an answer and without an order, the first 4 of "
       "buyer 1004"},
      {"nobody where the stock has too much",
       conservation,
       {{ItemId{1}, 3, 3, {}}},
       {record(1, 1, Outcome::unknown), record(2, 1, Outcome::sold)},
       {order(2)},
       1,
       "item 1: 3 units at the start, but 3 left + 1 in confirmed orders = 4: 1 unit sold without "
       "leaving the stock"},
  });
}

TEST(NoNegativeStock, CountsItems) {
  check({
      {"zero is not negative", no_negative_stock, {{ItemId{1}, 3, 0, {}}}, {}, {}, 0, ""},
      {"two of three",
       no_negative_stock,
       {{ItemId{1}, 3, -2, {}}, {ItemId{2}, 3, 0, {}}, {ItemId{3}, 3, -1, {}}},
       {},
       {},
       2,
       "item 1: the stock row is at -2 at the end (and 1 more item)"},
  });
}

TEST(CacheAgreesWithDatabase, CountsUnitsOfDrift) {
  check({
      {"nothing cached is no lie",
       cache_agrees_with_database,
       {{ItemId{1}, 3, 1, kNothing}},
       {},
       {},
       0,
       ""},
      {"equal", cache_agrees_with_database, {{ItemId{1}, 3, 1, 1}}, {}, {}, 0, ""},
      {"stale and negative, both absolute",
       cache_agrees_with_database,
       {{ItemId{1}, 3, 0, 3}, {ItemId{2}, 3, 0, -4}},
       {},
       {},
       7,
       "item 1: the cache shows 3 at rest, the database has 0 left: 3 units apart (and 1 more "
       "item)"},
  });
}

TEST(AuditFigures, CountNegativeCacheKeys) {
  const GroundTruth truth{{{ItemId{1}, 3, 0, -1}, {ItemId{2}, 3, 3, 3}}, {}};
  EXPECT_EQ(audit({}, truth).figures.cache_negative_keys, 1);
}

}  // namespace
}  // namespace doorbuster
