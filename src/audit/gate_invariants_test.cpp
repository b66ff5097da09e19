// What is judged of a gate: that it agrees with the database, and that nothing leaked at it.
#include <gtest/gtest.h>

#include "audit/invariants_testing.h"

namespace doorbuster {
namespace {

ItemTruth gated(Quantity initial, Quantity left, GateAccount gate) {
  return {ItemId{1}, initial, left, left, 0, std::move(gate)};
}
Reservation reserved(int key, Quantity quantity = 1) {
  return {{OrderKey{key}, BuyerId{}, ItemId{1}, quantity}, 2s};
}
// A buyer who asked again under keys of their own: order 1's later attempts.
OrderKey attempt(int number) { return order_key(BuyerId{1}, 0, number); }
Record asked_under(int keys, Outcome outcome) {
  Record made = record(1, 1, outcome);
  made.keys = keys;
  return made;
}
OrderRow ordered_at(int number) {
  OrderRow made = order(1);
  made.key = attempt(number);
  return made;
}
Reservation reserved_at(int number) { return {{attempt(number), BuyerId{}, ItemId{1}, 1}, 2s}; }

TEST(GateAgreesWithDatabase, TheGateAccountsForItsUnitsAndItsSalesAreTheDatabases) {
  const auto sold = [](int key) { return record(key, 1, Outcome::sold); };
  check({
      {"no gate", gate_agrees_with_database, {{ItemId{1}, 2, 0, {}}}, {}, {order(1)}, 0, ""},
      {"all settled",
       gate_agrees_with_database,
       {gated(3, 1, {1, 2, {}})},
       {sold(1), sold(2)},
       {order(1), order(2)},
       0,
       ""},
      {"sold and not settled yet, beside one that leaked",
       gate_agrees_with_database,
       {gated(3, 2, {0, 1, {reserved(2), reserved(3)}})},
       {sold(1), sold(2)},
       {order(1), order(2)},
       0,
       ""},
      {"a unit was given back that is sold",
       gate_agrees_with_database,
       {gated(3, 2, {3, 0, {}})},
       {},
       {order(1)},
       1,
       "item 1: the gate was loaded with 3 units and has 3 left, 0 reserved and 0 sold; it counts "
       "0 units with an order, the database has 1"},
      {"a unit is nowhere",
       gate_agrees_with_database,
       {gated(3, 2, {1, 1, {}})},
       {sold(1)},
       {order(1)},
       1,
       "item 1: the gate was loaded with 3 units and has 1 left, 0 reserved and 1 sold; it counts "
       "1 unit with an order, the database has 1"},
      {"the counter is lost",
       gate_agrees_with_database,
       {gated(3, 3, {{}, 0, {}})},
       {},
       {},
       3,
       "item 1: the gate was loaded with 3 units and has lost its counter, 0 reserved and 0 sold; "
       "it counts 0 units with an order, the database has 0"},
  });
}

// Each attempt under a key of its own is a reservation of its own.
TEST(GateAgreesWithDatabase, AReservationIsSoldByTheOrderOfItsOwnKey) {
  check({
      {"the second attempt bought and is not settled yet",
       gate_agrees_with_database,
       {gated(3, 2, {2, 0, {reserved_at(1)}})},
       {asked_under(2, Outcome::unknown)},
       {ordered_at(1)},
       0,
       ""},
      {"the first leaked, the second bought",
       gate_agrees_with_database,
       {gated(3, 2, {1, 1, {reserved_at(0)}})},
       {asked_under(2, Outcome::sold)},
       {ordered_at(1)},
       0,
       ""},
      {"the first bought, the second leaked",
       gate_agrees_with_database,
       {gated(3, 2, {1, 1, {reserved_at(1)}})},
       {asked_under(2, Outcome::unknown)},
       {ordered_at(0)},
       0,
       ""},
  });
}

TEST(NoLeakedUnits, CountsWhatIsReservedForNobodyAndNamesTheOrder) {
  check({
      {"nothing pending", no_leaked_units, {gated(3, 3, {3, 0, {}})}, {}, {}, 0, ""},
      {"it has its order: not settled yet",
       no_leaked_units,
       {gated(3, 2, {2, 0, {reserved(1)}})},
       {record(1, 1, Outcome::unknown)},
       {order(1)},
       0,
       ""},
      {"a promise that is not kept is a lost order, no leak",
       no_leaked_units,
       {gated(3, 3, {2, 0, {reserved(1)}})},
       {record(1, 1, Outcome::sold)},
       {},
       0,
       ""},
      {"its buyer never heard anything",
       no_leaked_units,
       {gated(3, 3, {1, 0, {reserved(1, 2)}})},
       {record(1, 1, Outcome::unknown, 2)},
       {},
       2,
       "item 1: 2 units reserved for order 1 of buyer 1001 (unknown) since 2.000 s, and nobody "
       "will "
       "buy or return them"},
      {"of several the first, and how many more",
       no_leaked_units,
       {gated(3, 3, {1, 0, {reserved(1), reserved(2)}})},
       {},
       {},
       2,
       "item 1: 1 unit reserved for order 1 of nobody in the history since 2.000 s, and nobody "
       "will "
       "buy or return it (and 1 more reservation)"},
  });
}

TEST(NoLeakedUnits, AreThoseOfAnAttemptWhoseBuyerBoughtUnderAnotherKey) {
  check({
      {"the second attempt bought: not settled yet",
       no_leaked_units,
       {gated(3, 2, {2, 0, {reserved_at(1)}})},
       {asked_under(2, Outcome::unknown)},
       {ordered_at(1)},
       0,
       ""},
      {"what the second attempt was promised is a lost order, no leak",
       no_leaked_units,
       {gated(3, 3, {2, 0, {reserved_at(1)}})},
       {asked_under(2, Outcome::sold)},
       {},
       0,
       ""},
      {"he has what he was promised, and the first attempt's unit is nobody's",
       no_leaked_units,
       {gated(3, 2, {1, 1, {reserved_at(0)}})},
       {asked_under(2, Outcome::sold)},
       {ordered_at(1)},
       1,
       "item 1: 1 unit reserved for order 1 of buyer 1001 (sold) since 2.000 s, and nobody will "
       "buy or return it"},
  });
}

}  // namespace
}  // namespace doorbuster
