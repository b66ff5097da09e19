// Runs that something happens to which no scenario planned: to their stores, to the machine, to the
// harness. They say so, end on time, and are never taken for valid.
#include <sys/resource.h>

#include "cli/program_testing.h"
#include "postgres/taken_connections_testing.h"
#include "redis/testing_redis.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class DisturbedOnServers : public DoorbusterTest {
 protected:
  DisturbedOnServers() { say({"FLUSHALL"}); }  // of a server that is the tests' alone

  // The user's own Redis, so that a test can reach it too; PostgreSQL is started for the run.
  std::unique_ptr<Program> start_sale(const Words& sets = {}, const std::string& postgres = "") {
    Words words = {"run", file("sale.toml", R"(
strategies = ["cache-aside"]
[shop]
stock = 100000
[load]
profile = "poisson"
duration = "6s"
rate = 200
[buyers]
think = "20ms"
[warmup]
duration = "0s"
[limits]
drain = "2s"
)"),
                   "--redis", shared_redis().redis_url()};
    if (!postgres.empty()) words.insert(words.end(), {"--postgres", postgres});
    for (const std::string& set : sets) {
      words.push_back("--set");
      words.push_back(set);
    }
    return start(words);
  }
  // Until buyers have asked Redis for something.
  bool has_opened(Program& program) {
    const auto copied = [&] { return !say({"KEYS", "doorbuster:*:*"}).empty(); };
    return comes_true([&] { return copied() || !program.running(); }, 30s) && program.running();
  }
  std::string say(std::vector<std::string> words) {
    return shard_.say(shared_redis().redis_url(), std::move(words));
  }

  RunResult expect_ended(Program& program, int code, Duration within) {
    EXPECT_TRUE(program.wait(within)) << program.err();
    EXPECT_EQ(program.code(), code) << program.err();
    expect_no_servers_left();
    return saved();
  }
  static void expect_not_valid(const RunResult& result, const std::string& reason) {
    ASSERT_EQ(result.trials.size(), 1U);
    EXPECT_NE(to_string(result.trials[0].validity), "valid");
    EXPECT_THAT(result.trials[0].reasons, Contains(HasSubstr(reason)));
    EXPECT_EQ(result.trials[0].counts.arrived, resolved(result.trials[0].counts));
    EXPECT_GT(result.trials[0].counts.sold, 0);
  }

  RedisShard shard_;
};

TEST_F(DisturbedOnServers, ARedisThatRunsOutOfMemoryIsNamedWithWhatToDo) {
  const auto program = start_sale();
  ASSERT_TRUE(has_opened(*program)) << program->err();
  say({"CONFIG", "SET", "maxmemory", "1"});
  program->wait();
  say({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_THAT(program->code(), AnyOf(0, 2)) << program->err();
  expect_not_valid(saved(), "it is out of memory (OOM): raise its maxmemory");
}

TEST_F(DisturbedOnServers, ARedisThatBecomesAReplicaIsNamedWithWhatToDo) {
  const auto program = start_sale();
  ASSERT_TRUE(has_opened(*program)) << program->err();
  say({"REPLICAOF", "127.0.0.1", "1"});
  program->wait();
  say({"REPLICAOF", "NO", "ONE"});
  EXPECT_THAT(program->code(), AnyOf(1, 2)) << "a copy that stays is a promise broken";
  expect_not_valid(saved(), "it is a read-only replica (READONLY): name its primary");
}

TEST_F(DisturbedOnServers, APostgresThatTakesNoWritesAnyMoreIsNamedWithWhatToDo) {
  SandboxOptions options;
  options.redis = false;
  const auto sandbox = Sandbox::start(options);
  ASSERT_TRUE(sandbox.ok()) << sandbox.error().message();
  const std::string url = (*sandbox)->postgres_url();
  const auto program = start_sale({}, url);
  ASSERT_TRUE(has_opened(*program)) << program->err();
  const std::string command = fmt::format(
      "psql -qX -v ON_ERROR_STOP=1 '{}' -c 'ALTER SYSTEM SET default_transaction_read_only = on' "
      "-c 'SELECT pg_reload_conf()' >/dev/null",
      url);
  ASSERT_EQ(std::system(command.c_str()), 0);
  program->wait();
  EXPECT_THAT(program->code(), AnyOf(0, 2)) << program->err();
  expect_not_valid(saved(), "it is read-only (25006: a standby, or default_transaction_read_only");
}

TEST_F(DisturbedOnServers, ARedisThatTakesNoConnectionsAnyMoreEndsTheRunWithItsOwnWords) {
  const auto program = start_sale({"load.duration=60s"});
  ASSERT_TRUE(has_opened(*program)) << program->err();
  const RedisSettings how = RedisShard::settings(shared_redis().redis_url());
  Connection only_one(shard_.loop, shard_.clock, how, *endpoints_of(how.address), 1);
  ASSERT_TRUE(shard_.loop.run_until_done(only_one.connect()).ok());
  const auto ask = [&](std::vector<std::string> words) {
    EXPECT_TRUE(shard_.loop.run_until_done(only_one.ask(std::move(words))).ok());
  };
  ask({"CONFIG", "SET", "maxclients", "1"});
  ask({"CLIENT", "KILL", "TYPE", "normal"});  // but for the one who says so
  program->wait(40s);
  ask({"CONFIG", "SET", "maxclients", "1000"});
  const RunResult result = saved();
  EXPECT_EQ(program->code(), 2) << program->err();
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_THAT(result.warnings, Contains(AllOf(HasSubstr("Redis no longer answers"),
                                              HasSubstr("max number of clients reached"))));
}

TEST_F(DisturbedOnServers, APostgresWithoutConnectionsLeftEndsTheRunWithItsOwnWords) {
  SandboxOptions options;
  options.redis = false;
  options.max_connections = 25;  // 16 of the pool, the audit's, and those kept for superusers
  const auto sandbox = Sandbox::start(options);
  ASSERT_TRUE(sandbox.ok()) << sandbox.error().message();
  const auto program = start_sale({"load.duration=60s"}, (*sandbox)->postgres_url());
  ASSERT_TRUE(has_opened(*program)) << program->err();
  postgres::TakenConnections taken((*sandbox)->postgres_url());
  ASSERT_TRUE(comes_true([&] { return taken.are_all(25); }, 30s));
  program->wait(40s);
  EXPECT_EQ(program->code(), 2) << program->err();
  const RunResult result = saved();
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_EQ(to_string(result.trials[0].validity), "invalid");
  EXPECT_THAT(result.warnings, Contains(AllOf(HasSubstr("PostgreSQL no longer answers"),
                                              HasSubstr("raise its max_connections"))));
}

TEST_F(DisturbedOnServers, AHarnessThatWasSuspendedSaysSo) {
  const auto program = start_sale();
  ASSERT_TRUE(has_opened(*program)) << program->err();
  program->signal(SIGSTOP);
  comes_true([] { return false; }, 1200ms);
  program->signal(SIGCONT);
  program->wait();
  EXPECT_EQ(program->code(), 2) << program->err();
  expect_not_valid(saved(), "the harness stood still for 1.");
}

TEST_F(DisturbedOnServers, AResultsFolderThatIsRemovedTakesTheResultWithItAndThatIsSaid) {
  const auto program = start_sale();
  ASSERT_TRUE(has_opened(*program)) << program->err();
  fs::remove_all(folder() / "results");
  program->wait();
  EXPECT_EQ(program->code(), 3);
  EXPECT_THAT(program->err(), HasSubstr("result.json: No such file or directory"));
  EXPECT_THAT(program->out(), HasSubstr("cache-aside")) << "what was measured is shown";
  EXPECT_THAT(program->out(), Not(HasSubstr("Report:"))) << "there is none";
  expect_no_servers_left();
}

TEST_F(DisturbedOnServers, WithoutDescriptorsNoLostConnectionComesBackAndThatIsSaid) {
  const auto program = start_sale({"load.duration=60s"});
  ASSERT_TRUE(has_opened(*program)) << program->err();
  const rlimit none{3, 3};
  ASSERT_EQ(::prlimit(program->pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  say({"CLIENT", "KILL", "TYPE", "normal"});
  program->wait(40s);
  EXPECT_EQ(program->code(), 3) << program->err();
  EXPECT_THAT(program->err(), HasSubstr("Too many open files")) << "no result can be written";
  EXPECT_THAT(program->out(), HasSubstr("Redis no longer answers"));
  EXPECT_THAT(program->out(), HasSubstr("invalid"));
  expect_no_servers_left();
}

}  // namespace
}  // namespace doorbuster
