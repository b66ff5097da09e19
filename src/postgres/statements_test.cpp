#include "postgres/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
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

TEST(BoundParameters, AreAsManyAsEachStatementDeclares) {
  const std::vector<DatabaseOperation> all = {ReadStock{},        TakeIfAvailable{},
                                              DecrementGuarded{}, DecrementUnguarded{},
                                              WriteStock{},       InsertOrder{}};
  ASSERT_EQ(all.size(), kStatements);
  for (const DatabaseOperation& operation : all) {
    const BoundParameters bound{operation};
    EXPECT_EQ(bound.count(), statement(operation.index()).parameters);
    EXPECT_EQ(statement(operation.index()).name, name_of(operation)) << "one name everywhere";
  }
}

TEST(Reply, OfTheWrongShapeMakesNoSenseAndAWriteIsThenUnknown) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> empty(
      PQmakeEmptyPGresult(nullptr, PGRES_EMPTY_QUERY), &PQclear);
  for (std::size_t i = 0; i < kStatements; ++i) {
    const auto reply = read_reply(i, empty.get());
    ASSERT_FALSE(reply.ok()) << statement(i).name;
    EXPECT_EQ(reply.error().cause(), Cause::protocol);
    EXPECT_EQ(reply.error().definite(), i == 0) << statement(i).name;
  }
}

}  // namespace
}  // namespace doorbuster::postgres
