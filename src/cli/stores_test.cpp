// Stores in no state to be measured: what `run` says of them, and how soon.
#include "base/chance_testing.h"
#include "cli/listener_testing.h"
#include "cli/program_testing.h"
#include "redis/testing_redis.h"

namespace doorbuster {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

// At the door: exit code 3 and one sentence, before anything is measured. It names the place and
// says what to do.
class StoresAtTheDoor : public DoorbusterTest {
 protected:
  void expect_refused(const std::string& redis, const std::string& postgres,
                      const std::string& where, const std::string& sentence) {
    const auto program = run(
        {"run", shipped("quick"), "--quiet", "--redis", redis, "--postgres", postgres}, {}, 20s);
    expect_complaint(*program, sentence);
    EXPECT_THAT(program->err(), HasSubstr(where));
    EXPECT_LT(program->lasted(), 10s);
    expect_nothing_left();
  }
  void expect_redis_refused(Listener::Answer answer, const std::string& sentence) {
    const Listener redis(std::move(answer));
    expect_refused(redis.redis_url(), "postgresql://127.0.0.1:1/shop", redis.at(), sentence);
  }
  void expect_postgres_refused(Listener::Answer answer, const std::string& sentence) {
    const Listener redis(answers_as_redis());
    const Listener postgres(std::move(answer));
    expect_refused(redis.redis_url(), postgres.postgres_url(), postgres.at(), sentence);
  }
};

TEST_F(StoresAtTheDoor, RedisThatNeverAnswers) {
  expect_redis_refused(silent(), "no reply within 1000 ms); is it another server?");
}

TEST_F(StoresAtTheDoor, RedisThatAcceptsAndCloses) {
  expect_redis_refused(closes(), "no answer that Redis would give");
}

TEST_F(StoresAtTheDoor, WhatIsNoRedis) {
  for (auto answer : {babbles("SSH-2.0-OpenSSH_9.2p1\r\n"), speaks_http(),
                      babbles(std::string(5000, '\x01')), babbles(":1\r\n:2\r\n")}) {
    expect_redis_refused(answer, "is it another server?");
  }
}

TEST_F(StoresAtTheDoor, RedisWithTooFewConnections) {
  expect_redis_refused(babbles("-ERR max number of clients reached\r\n"),
                       "the server refused the connection: ERR max number of clients reached");
}

TEST_F(StoresAtTheDoor, RedisThatTakesNoWrites) {
  const std::pair<const char*, const char*> table[] = {
      {"-READONLY You can't write against a read only replica.\r\n",
       "is a read-only replica (READONLY): name its primary"},
      {"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
       "is out of memory (OOM): raise its maxmemory"},
      {"-MISCONF Redis is configured to save RDB snapshots\r\n", "(MISCONF): make room there"},
      {"-NOPERM No permissions to access a key\r\n", "(NOPERM): give him the right"},
      {"-ERR something new\r\n", "the server takes no writes: ERR something new"},
  };
  for (const auto& [reply, sentence] : table) {
    expect_redis_refused(answers_as_redis({{"SET", reply}}), sentence);
  }
}

TEST_F(StoresAtTheDoor, PostgresThatNeverAnswers) {
  expect_postgres_refused(silent(), "answered as PostgreSQL within 5 s: check host and port");
}

TEST_F(StoresAtTheDoor, PostgresThatAcceptsAndCloses) {
  expect_postgres_refused(closes(), "does not speak as PostgreSQL does: check host and port");
}

TEST_F(StoresAtTheDoor, WhatIsNoPostgres) {
  for (auto answer :
       {speaks_http(), babbles("-ERR unknown command\r\n"), babbles(std::string(5000, '\x01'))}) {
    expect_postgres_refused(answer, "does not speak as PostgreSQL does: check host and port");
  }
}

TEST_F(StoresAtTheDoor, PostgresWithTooFewConnections) {
  expect_postgres_refused(turns_away("53300", "sorry, too many clients already"),
                          "has too few connections left (53300): use a smaller pool, or raise its "
                          "max_connections");
}

TEST_F(StoresAtTheDoor, PostgresThatStarts) {
  expect_postgres_refused(turns_away("57P03", "the database system is starting up"),
                          "is starting or stopping (57P03): try again");
}

}  // namespace
}  // namespace doorbuster
