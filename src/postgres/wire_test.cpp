#include "postgres/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace doorbuster::postgres::wire {
namespace {

using namespace std::string_literals;

std::string message(char type, const std::string& body) {
  const auto length = static_cast<char>(4 + body.size());
  return std::string{type, '\0', '\0', '\0', length} + body;
}

void feed(Incoming& incoming, std::string_view bytes) {
  while (!bytes.empty()) {
    char* room = incoming.room();
    const std::size_t size = std::min(incoming.room_size(), bytes.size());
    std::memcpy(room, bytes.data(), size);
    incoming.filled(size);
    bytes.remove_prefix(size);
  }
}

TEST(Wire, AnExecutionIsBoundExecutedAndSyncedInBinary) {
  std::string out = "before";
  append_execute(out, "read_stock", BoundParameters(DatabaseOperation(ReadStock{ItemId{7}})));
  EXPECT_EQ(out,
            "before"s +
                "B\0\0\0\x22\0read_stock\0\0\x01\0\x01\0\x01\0\0\0\x04\0\0\0\x07\0\x01\0\x01"s +
                "E\0\0\0\x09\0\0\0\0\0"s + "S\0\0\0\x04"s);
}

TEST(Wire, AQueryIsItsTextAlone) {
  std::string out;
  append_query(out, "BEGIN");
  EXPECT_EQ(out, message('Q', "BEGIN\0"s));
}

TEST(Wire, MessagesComeInAnyPortions) {
  const std::string all = message('2', "") + message('C', "UPDATE 1\0"s) + message('Z', "I");
  for (std::size_t portion = 1; portion <= all.size(); ++portion) {
    Incoming incoming;
    std::string types;
    for (std::size_t at = 0; at < all.size(); at += portion) {
      feed(incoming, std::string_view(all).substr(at, portion));
      while (const auto next = incoming.next()) types += next->type;
    }
    EXPECT_EQ(types, "2CZ") << "portions of " << portion;
    EXPECT_FALSE(incoming.broken());
  }
}

TEST(Wire, AMessageLargerThanTheRoomIsWaitedFor) {
  Incoming incoming;
  const std::string body(100'000, 'x');
  feed(incoming, "N\0\x01\x86\xa4"s + body + message('Z', "I"));
  const auto notice = incoming.next();
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->body, body);
  EXPECT_TRUE(incoming.next());
}

TEST(Wire, ALengthThatNoMessageHasIsNotPostgres) {
  for (const std::string& bytes : {"HTTP/1.1 400"s, "Z\0\0\0\x03..."s}) {
    Incoming incoming;
    feed(incoming, bytes);
    EXPECT_FALSE(incoming.next());
    EXPECT_TRUE(incoming.broken());
  }
}

TEST(Wire, OfRowsTheNumbersOfTheFirstAreKept) {
  Answer answer;
  ASSERT_TRUE(add_row(
      answer, "\0\x03\0\0\0\x04\xff\xff\xff\xfe\0\0\0\x08\0\0\0\0\0\0\x01\x02\xff\xff\xff\xff"s));
  ASSERT_TRUE(add_row(answer, "\0\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s));
  EXPECT_EQ(answer.status, PGRES_TUPLES_OK);
  EXPECT_EQ(answer.rows, 2);
  EXPECT_EQ(answer.columns, 3);
  EXPECT_EQ(answer.lengths[0], 4);
  EXPECT_EQ(answer.numbers[0], -2);
  EXPECT_EQ(answer.numbers[1], 0x0102);
  EXPECT_EQ(answer.lengths[2], -1);
}

TEST(Wire, ARowThatEndsTooEarlyOrTooLateIsNone) {
  for (const std::string& body : {""s, "\0\x01"s, "\0\x01\0\0\0\x04\0\0"s, "\0\0x"s}) {
    Answer answer;
    EXPECT_FALSE(add_row(answer, body));
  }
}

TEST(Wire, AComplaintIsReadByItsFields) {
  const std::string body = "SFEHLER\0VERROR\0C23505\0Mduplicate key\0Fnbtinsert.c\0\0"s;
  const Complaint said = complaint_in(body);
  EXPECT_EQ(said.severity, "ERROR");
  EXPECT_EQ(said.sqlstate, "23505");
  EXPECT_EQ(said.message, "duplicate key");
  EXPECT_EQ(complaint_in("C23").sqlstate, "");
}

}  // namespace
}  // namespace doorbuster::postgres::wire
