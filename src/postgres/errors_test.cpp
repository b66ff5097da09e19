#include "postgres/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(StatementError, SaysCauseAndCertaintyOfEachSqlstate) {
  struct Row {
    const char* sqlstate;
    const char* severity;
    Cause cause;
    bool definite_for_a_write;
  };
  constexpr Row kTable[] = {
      {"23505", "ERROR", Cause::duplicate_key, true},
      {"23514", "ERROR", Cause::refused_by_server, true},
      {"40001", "ERROR", Cause::refused_by_server, true},
      {"40P01", "ERROR", Cause::refused_by_server, true},
      {"57014", "ERROR", Cause::refused_by_server, true},  // cancelled: the session goes on
      {"42P01", "ERROR", Cause::refused_by_server, true},
      {"57P01", "FATAL", Cause::connection_lost, false},
      {"57P02", "WARNING", Cause::connection_lost, false},
      {"08006", "ERROR", Cause::connection_lost, false},
      {"25P03", "FATAL", Cause::connection_lost, false},
      {"XX000", "PANIC", Cause::connection_lost, false},
      {"", "", Cause::connection_lost, false},  // libpq's own: the server hung up
  };
  for (const Row& row : kTable) {
    const Error write = statement_error(row.sqlstate, row.severity, "no", Access::write);
    EXPECT_EQ(write.cause(), row.cause) << row.sqlstate;
    EXPECT_EQ(write.definite(), row.definite_for_a_write) << row.sqlstate;
    EXPECT_EQ(write.code(), row.sqlstate);
    EXPECT_EQ(write.store(), Store::postgres);
    EXPECT_TRUE(statement_error(row.sqlstate, row.severity, "no", Access::read).definite());
  }
}

TEST(StatementError, IsOneLine) {
  const Error error = statement_error("42P01", "ERROR", "no such\n\ttable\n", Access::read);
  EXPECT_EQ(error.message(), "PostgreSQL refused a statement (42P01): no such table");
}

TEST(ConnectError, SaysWhatToDo) {
  struct Row {
    const char* libpq;
    const char* code;
    const char* sentence;
  };
  const Row table[] = {
      {"connection to server at \"127.0.0.1\", port 5 failed: Connection refused\n\tIs the server "
       "running on that host and accepting TCP/IP connections?\n",
       "", "no server listens at"},
      {"connection to server on socket \"/x/.s.PGSQL.5432\" failed: No such file or directory\n",
       "", "no PostgreSQL socket"},
      {"connection to server at \"127.0.0.1\", port 5 failed: FATAL:  28P01: password "
       "authentication failed for user \"u\"\nLOCATION:  auth_failed, auth.c:335\n",
       "28P01", "refused the user or the password"},
      {"connection to server at \"h\", port 5 failed: FATAL:  53300: sorry, too many clients "
       "already\nLOCATION:  x\n",
       "53300", "max_connections"},
      {"connection to server at \"h\", port 5 failed: FATAL:  3D000: database \"x\" does not exist",
       "3D000", "no such database"},
      {"connection to server at \"h\", port 5 failed: FATAL:  57P03: the database system is "
       "starting "
       "up",
       "57P03", "try again"},
      {"connection to server at \"h\", port 5 failed: FATAL:  42501: not for you\nLOCATION:  x",
       "42501", "let us not in (42501): not for you"},
      {"connection to server at \"h\", port 5 failed: received invalid response to SSL "
       "negotiation: "
       "H\n",
       "", "does not speak as PostgreSQL"},
      {"connection to server at \"h\", port 5 failed: fe_sendauth: no password supplied\n", "",
       "wants a password"},
      {"something\nnew", "", "cannot connect to PostgreSQL at there: something new"},
  };
  for (const Row& row : table) {
    const Error error = connect_error("there", row.libpq);
    EXPECT_EQ(error.code(), row.code) << row.libpq;
    EXPECT_THAT(error.message(), HasSubstr(row.sentence));
    EXPECT_THAT(error.message(), HasSubstr("there"));
    EXPECT_THAT(error.message(), Not(HasSubstr("\n")));
    EXPECT_EQ(error.cause(), Cause::not_connected);
    EXPECT_TRUE(error.definite());
  }
}

}  // namespace
}  // namespace doorbuster::postgres
