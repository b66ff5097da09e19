#include "loop/address.h"

#include <gtest/gtest.h>

#include <vector>

namespace doorbuster {
namespace {

struct Good {
  std::string_view url, host, socket, user, password, shown;
  int port, database;
  bool local;
};

TEST(RedisUrl, IsTakenApartAndShownWithoutItsPassword) {
  const std::vector<Good> table = {
      {"redis://localhost", "localhost", "", "", "", "redis://localhost:6379", 6379, 0, true},
      {"redis://:s3cret@127.0.0.1:7000/2", "127.0.0.1", "", "", "s3cret",
       "redis://127.0.0.1:7000/2", 7000, 2, true},
      {"redis://shop:p%40ss%2Fw@db.example:1/", "db.example", "", "shop", "p@ss/w",
       "redis://db.example:1", 1, 0, false},
      {"redis://:a@b@10.0.0.1", "10.0.0.1", "", "", "a@b", "redis://10.0.0.1:6379", 6379, 0, false},
      {"redis://:a/b@10.0.0.1", "10.0.0.1", "", "", "a/b", "redis://10.0.0.1:6379", 6379, 0, false},
      {"rediss://[::1]:7000", "::1", "", "", "", "rediss://[::1]:7000", 7000, 0, true},
      {"unix:///run/r.sock", "", "/run/r.sock", "", "", "unix:///run/r.sock", 6379, 0, true},
      {"unix://:pw@/run/r.sock?db=3", "", "/run/r.sock", "", "pw", "unix:///run/r.sock?db=3", 6379,
       3, true},
  };
  for (const Good& row : table) {
    const auto address = parse_redis_url(row.url);
    ASSERT_TRUE(address.ok()) << row.url << ": " << address.error().message();
    EXPECT_EQ(address->host, row.host) << row.url;
    EXPECT_EQ(address->socket, row.socket) << row.url;
    EXPECT_EQ(address->user, row.user) << row.url;
    EXPECT_EQ(address->password, row.password) << row.url;
    EXPECT_EQ(address->port, row.port) << row.url;
    EXPECT_EQ(address->database, row.database) << row.url;
    EXPECT_EQ(address->shown(), row.shown) << row.url;
    EXPECT_EQ(address->local(), row.local) << row.url;
  }
}

TEST(RedisUrl, ThatIsWrongGivesOneSentenceWithoutThePassword) {
  for (const std::string_view url :
       {"", "http://:s3cret@x", "redis://", "redis://:s3cret@", "redis://:s3cret@h:0",
        "redis://:s3cret@h:65536", "redis://:s3cret@h:6x", "redis://:s3cret@h/x",
        "redis://:s3cret%4@h", "redis://:s3cret%zz@h", "redis://:s3cret@[::1", "unix://relative",
        "unix://:s3cret@relative", "unix:///a?db=x", "unix:///a?password=s3cret",
        "redis://h?password=s3cret"}) {
    const auto address = parse_redis_url(url);
    ASSERT_FALSE(address.ok()) << url;
    EXPECT_EQ(address.error().message().find("s3cret"), std::string::npos) << url;
    EXPECT_EQ(address.error().cause(), Cause::invalid) << url;
  }
  EXPECT_FALSE(parse_redis_url("unix:///" + std::string(107, 'a')).ok());
}

TEST(Address, IsLocalOnlyWhereItCannotBeElsewhere) {
  for (const std::string_view host :
       {"localhost", "127.0.0.1", "127.255.255.254", "::1", "[::1]", "/run/redis.sock"}) {
    EXPECT_TRUE(is_local(host)) << host;
  }
  for (const std::string_view host :
       {"", "10.0.0.1", "0.0.0.0", "128.0.0.1", "127.0.0.1.example.com", "127.example", "127.1.1",
        "localhost.example", "::2", "redis", "127.0.0.256", "1270.0.1"}) {
    EXPECT_FALSE(is_local(host)) << host;
  }
}

}  // namespace
}  // namespace doorbuster
