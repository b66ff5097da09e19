#include "postgres/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace doorbuster {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Whatever the environment of the tests says, it says nothing here.
struct PostgresAddressTest : testing::Test {
  PostgresAddressTest() {
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE"}) {
      ::unsetenv(name);
    }
    ::setenv("PGUSER", "someone", 1);
  }
  ~PostgresAddressTest() override { ::unsetenv("PGUSER"); }
};

TEST_F(PostgresAddressTest, IsLocalWhenEveryHostIsThisMachine) {
  struct Row {
    const char* url;
    bool local;
  };
  constexpr Row kTable[] = {
      {"postgresql://u:p@127.0.0.1:5433/d", true},
      {"postgresql://localhost/d", true},
      {"postgresql://[::1]:5433/d", true},
      {"postgresql:///d?host=/run/postgresql", true},
      {"postgresql:///d?host=@abstract", true},
      {"", true},  // the default socket
      {"dbname=d", true},
      {"host=/tmp port=5433", true},
      {"host=db.example.com", false},
      {"postgresql://10.0.0.1/d", false},
      {"host=localhost hostaddr=10.0.0.1", false},
      {"host=db.example.com hostaddr=127.0.0.1", true},
      {"host=localhost,db.example.com", false},
      {"postgresql://localhost:1,127.0.0.1:2/d", true},
      {"postgresql://127.0.0.1.evil.example/d", false},
      {"service=elsewhere", false},
  };
  for (const Row& row : kTable) {
    const auto address = look_at_postgres_address(row.url);
    ASSERT_TRUE(address.ok()) << row.url;
    EXPECT_EQ(address->local, row.local) << row.url;
  }
}

TEST_F(PostgresAddressTest, TheEnvironmentNamesTheHostWhereTheAddressDoesNot) {
  ::setenv("PGHOST", "db.example.com", 1);
  EXPECT_FALSE(look_at_postgres_address("dbname=d")->local);
  EXPECT_TRUE(look_at_postgres_address("host=localhost")->local);
  ::setenv("PGHOSTADDR", "10.0.0.1", 1);
  EXPECT_FALSE(look_at_postgres_address("host=localhost")->local) << "libpq goes to PGHOSTADDR";
  ::unsetenv("PGHOST");
  ::unsetenv("PGHOSTADDR");
}

TEST_F(PostgresAddressTest, IsShownWithoutItsPassword) {
  struct Row {
    const char* url;
    const char* shown;
  };
  constexpr Row kTable[] = {
      {"postgresql://u:secret@127.0.0.1:5433/d", "postgresql://u@127.0.0.1:5433/d"},
      {"postgres://u:secret@[::1]/d?password=secret", "postgresql://u@[::1]:5432/d"},
      {"host=/tmp user=u password='secret'", "postgresql://u@/u?host=/tmp&port=5432"},
      {"password=secret", "postgresql://someone@/someone?port=5432"},
  };
  for (const Row& row : kTable) {
    EXPECT_EQ(look_at_postgres_address(row.url)->shown, row.shown) << row.url;
  }
}

TEST_F(PostgresAddressTest, WhatCannotBeReadIsNotRepeated) {
  for (const char* url : {"host=localhost secret", "postgresql://u:sec%zzret@localhost/",
                          "sekrit=secret", "mysql://u:secret@localhost"}) {
    const auto address = look_at_postgres_address(url);
    ASSERT_FALSE(address.ok()) << url;
    EXPECT_THAT(address.error().message(), Not(HasSubstr("secret")));
    EXPECT_THAT(address.error().message(), Not(HasSubstr("sec%")));
    EXPECT_EQ(address.error().cause(), Cause::invalid);
  }
}

TEST_F(PostgresAddressTest, SettingsAreAddedWhateverTheValuesHold) {
  const std::string words =
      with_settings(R"(host=/tmp password='it\'s \\ here' application_name=theirs)",
                    {{"application_name", R"(a'b\c)"}});
  EXPECT_THAT(words, HasSubstr(R"(application_name='a\'b\\c')"));
  EXPECT_THAT(words, Not(HasSubstr("theirs")));
  EXPECT_TRUE(look_at_postgres_address(words).ok());
}

}  // namespace
}  // namespace doorbuster
