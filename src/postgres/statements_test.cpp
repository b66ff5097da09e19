#include "postgres/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace doorbuster::postgres {
namespace {

std::string bytes(const BoundParameters& parameters, int index) {
  return {parameters.values()[index], static_cast<std::size_t>(parameters.lengths()[index])};
}

TEST(BoundParameters, AreBigEndianAndAsWideAsTheirTypes) {
  const Order order{OrderKey{0x0102030405060708}, BuyerId{-2}, ItemId{0x0a0b0c0d}, 3};
  const BoundParameters bound{DatabaseOperation(TakeIfAvailable{order})};
  ASSERT_EQ(bound.count(), 4);
  EXPECT_EQ(bytes(bound, 0), "\x0a\x0b\x0c\x0d");
  EXPECT_EQ(bytes(bound, 1), std::string("\xff\xff\xff\xff\xff\xff\xff\xfe"));
  EXPECT_EQ(bytes(bound, 2), std::string("\0\0\0\0\0\0\0\x03", 8));
  EXPECT_EQ(bytes(bound, 3), "\x01\x02\x03\x04\x05\x06\x07\x08");
}

template <std::size_t... kIndex>
std::vector<DatabaseOperation> one_of_each(std::index_sequence<kIndex...>) {
  return {std::variant_alternative_t<kIndex, DatabaseOperation>{}...};
}
std::vector<DatabaseOperation> all() {
  return one_of_each(std::make_index_sequence<std::variant_size_v<DatabaseOperation>>());
}

TEST(BoundParameters, EndWithWhatAPurchaseAsksBesidesItsOrder) {
  const Order order{OrderKey{1}, BuyerId{2}, ItemId{3}, 4};
  const std::string wide("\0\0\0\0\0\0\0\x05", 8);
  EXPECT_EQ(bytes(BoundParameters(DatabaseOperation(TakeAtVersion{order, 5})), 4), wide);
  EXPECT_EQ(bytes(BoundParameters(DatabaseOperation(TakeFenced{order, 5})), 4), wide);
  EXPECT_EQ(bytes(BoundParameters(DatabaseOperation(TakeFromBucket{order, 5})), 4), wide.substr(4));
}

TEST(BoundParameters, OfABatchAreArraysAsThePostgresWireWantsThem) {
  TakeBatch batch{.item = ItemId{1}};
  batch.add({OrderKey{7}, BuyerId{-1}, ItemId{1}, 3});
  batch.add({OrderKey{8}, BuyerId{5}, ItemId{1}, 2});
  const BoundParameters bound{DatabaseOperation(batch)};
  ASSERT_EQ(bound.count(), 5);
  const auto word = [](char last) { return std::string(3, '\0') + last; };
  const std::string head = word(1) + word(0) + word(20) + word(2) + word(1);
  const auto element = [&](char last) { return word(8) + std::string(7, '\0') + last; };
  EXPECT_EQ(bytes(bound, 1), head + word(8) + std::string(8, '\xff') + element(5));
  EXPECT_EQ(bytes(bound, 2), head + element(3) + element(2));
  EXPECT_EQ(bytes(bound, 3), head + element(7) + element(8));
  EXPECT_EQ(bytes(bound, 4), std::string(7, '\0') + '\x05');
}

TEST(BoundParameters, AreAsManyAndAsWideAsEachStatementDeclares) {
  constexpr Oid kInt4 = 23, kArrayOfInt8 = 1016;
  for (const DatabaseOperation& operation : all()) {
    const BoundParameters bound{operation};
    const Statement& text = statement(statement_of(operation));
    ASSERT_EQ(bound.count(), text.parameters) << text.name;
    for (int i = 0; i < bound.count(); ++i) {
      const Oid type = text.types[static_cast<std::size_t>(i)];
      const int width = type == kInt4 ? 4 : type == kArrayOfInt8 ? 20 : 8;
      EXPECT_EQ(bound.lengths()[i], width) << text.name << " $" << i + 1;
    }
  }
}

TEST(Statements, AreNamedAsTheirOperationsEachAtItsIndex) {
  std::set<std::size_t> used;
  for (const DatabaseOperation& operation : all()) {
    EXPECT_EQ(statement_of(operation), operation.index());
    EXPECT_EQ(statement(operation.index()).name, name_of(operation)) << "one name everywhere";
    used.insert(statement_of(operation));
  }
  const DatabaseOperation waiting = TakeUnits{{}, false};
  EXPECT_EQ(std::string(statement(statement_of(waiting)).name), "take_units_waiting");
  used.insert(statement_of(waiting));
  const DatabaseOperation in_turn = TakeUnderLock{{}, true};
  EXPECT_EQ(std::string(statement(statement_of(in_turn)).name), "take_under_lock_waiting");
  used.insert(statement_of(in_turn));
  const DatabaseOperation refusing = LockStock{{}, {}, true};
  EXPECT_EQ(std::string(statement(statement_of(refusing)).name), "lock_stock_nowait");
  used.insert(statement_of(refusing));
  EXPECT_EQ(used.size(), kStatements) << "each has its own";
}

TEST(Reply, OfTheWrongShapeMakesNoSenseAndAWriteIsThenUnknown) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> empty(
      PQmakeEmptyPGresult(nullptr, PGRES_EMPTY_QUERY), &PQclear);
  std::vector<DatabaseOperation> operations = all();
  operations.push_back(TakeUnits{{}, false});
  operations.push_back(LockStock{{}, {}, true});
  for (const DatabaseOperation& operation : operations) {
    const std::size_t index = statement_of(operation);
    const auto reply = read_reply(index, Answer::of(empty.get()));
    ASSERT_FALSE(reply.ok()) << statement(index).name;
    EXPECT_EQ(reply.error().cause(), Cause::protocol);
    EXPECT_EQ(reply.error().definite(), access_of(operation) == Access::read)
        << statement(index).name;
  }
}

}  // namespace
}  // namespace doorbuster::postgres
