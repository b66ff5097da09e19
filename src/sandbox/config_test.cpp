#include "sandbox/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster {
namespace {

using ::testing::HasSubstr;

const ServerPlace kPlace{"/tmp/d", 6400, "secret", false};
const ServerPlace kOddPlace{"/tmp/it's \"a\\b\",c", 6400, "secret", true};

TEST(SandboxConfig, RedisListensOnLoopbackWithAPasswordAndKeepsNothing) {
  const std::string text = redis_config(kPlace);
  for (const char* line : {"bind 127.0.0.1\n", "port 6400\n", "unixsocket \"/tmp/d/redis.sock\"\n",
                           "requirepass secret\n", "save \"\"\n", "appendonly no\n",
                           "maxmemory-policy noeviction\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(redis_config(kOddPlace), HasSubstr("appendonly yes\nappendfsync always\n"));
}

TEST(SandboxConfig, PostgresSyncsOnlyWhereDurable) {
  EXPECT_THAT(postgres_config(kPlace, 37),
              HasSubstr("max_connections = 37\nfsync = off\nfull_page_writes = off\n"));
  EXPECT_THAT(postgres_config(kPlace, 37), HasSubstr("listen_addresses = '127.0.0.1'\n"));
  EXPECT_THAT(postgres_config(kOddPlace, 37), HasSubstr("fsync = on\nfull_page_writes = on\n"));
}

TEST(SandboxConfig, OddFoldersAreQuoted) {
  EXPECT_THAT(redis_config(kOddPlace), HasSubstr(R"(dir "/tmp/it's \"a\\b\",c")"));
  EXPECT_THAT(postgres_config(kOddPlace, 1),
              HasSubstr(R"(unix_socket_directories = '"/tmp/it''s ""a\\b"",c"')"));
  EXPECT_EQ(
      postgres_socket_url(kOddPlace),
      "postgresql://doorbuster:secret@/postgres?host=/tmp/it%27s%20%22a%5Cb%22%2Cc&port=6400");
}

TEST(SandboxConfig, UrlsHaveBothForms) {
  EXPECT_EQ(redis_tcp_url(kPlace), "redis://:secret@127.0.0.1:6400");
  EXPECT_EQ(redis_socket_url(kPlace), "unix://:secret@/tmp/d/redis.sock");
  EXPECT_EQ(postgres_tcp_url(kPlace), "postgresql://doorbuster:secret@127.0.0.1:6400/postgres");
}

TEST(SandboxConfig, ALogsEndIsItsLastTellingLinesWithoutThePassword) {
  EXPECT_EQ(end_of_log("", 2, "secret"), "");
  EXPECT_EQ(end_of_log("one\ntwo\n\n  \nthree secret, secret\n", 2, "secret"),
            "two / three ***, ***");
  EXPECT_EQ(end_of_log("no newline", 2, ""), "no newline");
  EXPECT_EQ(
      end_of_log("hello\nFATAL:  No space left on device\nremoving data directory\nbye\n", 2, ""),
      "FATAL:  No space left on device");
}

TEST(SandboxConfig, APostmasterIsReadyWhenItsFileSaysSoOfThisProcess) {
  const std::string file = "4711\n/d/data\n1700000000\n6400\n/d\n127.0.0.1\n  123 4\n";
  EXPECT_TRUE(postmaster_is_ready(file + "ready   \n", 4711));
  EXPECT_FALSE(postmaster_is_ready(file + "starting\n", 4711));
  EXPECT_FALSE(postmaster_is_ready(file + "ready   \n", 471));
  EXPECT_FALSE(postmaster_is_ready(file, 4711));
  EXPECT_FALSE(postmaster_is_ready("", 4711));
}

}  // namespace
}  // namespace doorbuster
