#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"
#include "sandbox/sandbox.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A second of some 300 buyers.
constexpr std::string_view kShort = R"(
strategies = ["database-atomic", "cache-aside"]
pause = "0s"
[shop]
stock = 50
[load]
profile = "poisson"
duration = "1s"
rate = 300
[buyers]
think = "50ms"
[warmup]
duration = "0.2s"
rate = 100
[limits]
drain = "5s"
)";

// One Redis and one PostgreSQL of the user's, for all tests here.
class RunOnServers : public DoorbusterTest {
 protected:
  static void SetUpTestSuite() {
    auto started = Sandbox::start({});
    ASSERT_TRUE(started) << started.error().message();
    servers_ = std::move(*started).release();
  }
  static void TearDownTestSuite() {
    delete servers_;
    servers_ = nullptr;
  }

  std::string short_one() const { return file("short.toml", kShort); }
  Words on_ours(Words words) const {
    for (const std::string& word : {std::string("--redis"), servers_->redis_url(),
                                    std::string("--postgres"), servers_->postgres_url()}) {
      words.push_back(word);
    }
    return words;
  }

  // The sandbox's one password.
  static std::string password() {
    const std::string url = servers_->redis_url();
    const auto begin = url.find("//:") + 3;
    return url.substr(begin, url.find('@') - begin);
  }
  static std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
  }

  void sql(const std::string& statement) const {
    const std::string command = fmt::format("psql -qX -v ON_ERROR_STOP=1 '{}' -c '{}' >/dev/null",
                                            servers_->postgres_url(), statement);
    ASSERT_EQ(std::system(command.c_str()), 0) << statement;
  }

  // The run's own verdict: a machine that others load may make it late, and then it says so.
  static void expect_held(const Program& program, const RunResult& result) {
    for (const TrialResult& trial : result.trials) {
      EXPECT_EQ(trial.counts.arrived, resolved(trial.counts)) << trial.strategy;
      EXPECT_GT(trial.counts.sold, 0) << trial.strategy;
      EXPECT_EQ(trial.audit.as_expected, true) << trial.strategy;
      EXPECT_EQ(to_string(trial.audit.verdict), "holds") << trial.strategy;
      EXPECT_THAT(trial.reasons, Not(IsEmpty())) << "a second is short, and that is said";
    }
    EXPECT_EQ(program.code(), result.validity == Validity::invalid ? 2 : 0) << program.err();
  }

  static Sandbox* servers_;
};

Sandbox* RunOnServers::servers_ = nullptr;

TEST_F(RunOnServers, AFirstRunHoldsOnThrowawayServersAndSavesItsReports) {
  const auto program = run(
      {"run", "--duration", "1s", "--strategy", "database-atomic", "--strategy", "cache-aside"});
  const RunResult result = saved();
  EXPECT_EQ(result.scenario.name, "quick") << "without a name it is quick";
  EXPECT_EQ(result.trials.size(), 2U);
  EXPECT_TRUE(result.environment.throwaway);
  EXPECT_FALSE(result.interrupted);
  expect_held(*program, result);
  const auto folder = runs().at(0);
  EXPECT_TRUE(fs::is_regular_file(folder / "result.json"));
  EXPECT_THAT(text_of(folder / "report.md"), HasSubstr("database-atomic"));
  EXPECT_EQ(fs::read_symlink(results() / "latest"), folder.filename());
  EXPECT_THAT(program->out(), HasSubstr("cache-aside"));
  EXPECT_THAT(program->out(), HasSubstr("report.html"));
  EXPECT_THAT(program->out() + program->err(), Not(HasSubstr("\x1b"))) << "no terminal, no colours";
  EXPECT_THAT(program->err(), HasSubstr("trial 2 of 2: cache-aside\n"));
  expect_no_servers_left();
}

TEST_F(RunOnServers, HoldsOverUnixSocketsInPipelinesAndOnTwoShards) {
  const auto program = run({"run", short_one(), "--set", "stores.unix_sockets=true", "--set",
                            "stores.postgres.pipeline=true", "--set", "shards=2"});
  const RunResult result = saved();
  EXPECT_EQ(result.trials.size(), 2U);
  EXPECT_EQ(result.shards, 2);
  expect_held(*program, result);
  expect_no_servers_left();
}

TEST_F(RunOnServers, PasswordsOfTheUsersServersAppearNowhere) {
  const auto program = run(on_ours({"run", short_one(), "--strategy", "cache-aside"}));
  expect_held(*program, saved());
  EXPECT_FALSE(saved().environment.throwaway);
  std::string all = program->out() + program->err();
  for (const auto& entry : fs::recursive_directory_iterator(results())) {
    if (entry.is_regular_file()) all += text_of(entry.path());
  }
  EXPECT_GT(all.size(), 10'000U);
  EXPECT_THAT(all, Not(HasSubstr(password())));
}

TEST_F(RunOnServers, TheUsersEnvironmentLeadsToTheirServers) {
  const Environment redis = {{"REDIS_URL", servers_->redis_url()}};
  Environment by_url = redis;
  by_url["DATABASE_URL"] = servers_->postgres_url();
  Environment by_words = redis;
  const std::string url = servers_->postgres_url();
  const auto port = url.substr(url.rfind(':') + 1, url.rfind('/') - url.rfind(':') - 1);
  by_words.merge(Environment{{"PGHOST", "127.0.0.1"},
                             {"PGPORT", port},
                             {"PGUSER", "doorbuster"},
                             {"PGPASSWORD", password()},
                             {"PGDATABASE", "postgres"}});
  for (const Environment& environment : {by_url, by_words}) {
    fs::remove_all(results());
    const auto program = run({"run", short_one(), "--strategy", "cache-aside"}, environment);
    expect_held(*program, saved());
    EXPECT_FALSE(saved().environment.throwaway);
  }
}

TEST_F(RunOnServers, JsonIsAllThatStandsOnStdout) {
  const auto program =
      run(on_ours({"run", short_one(), "--json", "--strategy", "database-atomic"}));
  const auto printed = from_json(program->out());
  ASSERT_TRUE(printed) << printed.error().message();
  EXPECT_EQ(program->out(), text_of(runs().at(0) / "result.json"));
}

TEST_F(RunOnServers, LeavesTheUsersServersAsTheyWere) {
  run(on_ours({"run", short_one(), "--strategy", "cache-aside"}));
  sql("CREATE SCHEMA doorbuster; DROP SCHEMA doorbuster");  // fails where one was left
}

TEST_F(RunOnServers, AForeignSchemaOfThatNameIsLeftAlone) {
  sql("CREATE SCHEMA doorbuster; CREATE TABLE doorbuster.mine AS SELECT 42 AS answer");
  expect_complaint(*run(on_ours({"run", short_one(), "--quiet"})), "doorbuster");
  sql("SELECT 1 / (SELECT count(*) FROM doorbuster.mine WHERE answer = 42)");
  sql("DROP TABLE doorbuster.mine; DROP SCHEMA doorbuster");
  expect_nothing_left();
}

TEST_F(RunOnServers, AStoreThatIsAbsentOrRefusesThePasswordIsOneSentence) {
  const std::string redis = servers_->redis_url();
  const std::string postgres = servers_->postgres_url();
  const std::string wrong = "wrong-but-secret";
  struct Case {
    std::string redis, postgres, says;
  };
  for (const auto& [redis_url, postgres_url, says] :
       {Case{"redis://127.0.0.1:1", postgres, "127.0.0.1:1"},
        Case{redis, "postgresql://u@127.0.0.1:1/db", "127.0.0.1"},
        Case{replaced(redis, password(), wrong), postgres, "password"},
        Case{replaced(redis, ":" + password() + "@", ""), postgres, "password"},
        Case{redis, replaced(postgres, password(), wrong), "password"},
        Case{redis, replaced(postgres, "/postgres", "/no_such_database"), "no_such_database"}}) {
    const auto program =
        run({"run", short_one(), "--quiet", "--redis", redis_url, "--postgres", postgres_url});
    expect_complaint(*program, says);
    EXPECT_THAT(program->err(), Not(HasSubstr(wrong)));
    EXPECT_THAT(program->err(), Not(HasSubstr(password())));
    expect_nothing_left();
  }
}

TEST_F(RunOnServers, SandboxTellsItsUrlsAndEndsAtCtrlC) {
  const auto program = start({"sandbox"});
  ASSERT_TRUE(comes_true([&] {
    return program->out().find("DATABASE_URL=") != std::string::npos || !program->running();
  })) << program->err();
  EXPECT_THAT(program->out(), testing::StartsWith("REDIS_URL=redis://"));
  const std::vector<pid_t> servers = descendants_of(program->pid());
  EXPECT_GE(servers.size(), 3U);
  std::map<std::string, std::string> urls;
  std::istringstream lines(program->out());
  for (std::string line; std::getline(lines, line);) {
    urls[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  }
  EXPECT_EQ(std::system(
                fmt::format("psql -qXc 'SELECT 1' '{}' >/dev/null", urls["DATABASE_URL"]).c_str()),
            0);
  program->signal(SIGINT);
  ASSERT_TRUE(program->wait());
  EXPECT_EQ(program->code(), 0);
  EXPECT_EQ(program->err(), "");
  for (const pid_t pid : servers) EXPECT_FALSE(is_running(pid)) << pid;
  expect_nothing_left();
}

// Three million buyers a second are more than any machine gives: it ends on time, says what became
// of them, and its memory has bounds.
TEST_F(RunOnServers, ARateFarBeyondTheMachineEndsOnTimeAndSaysSo) {
  const auto program = run({"run", short_one(), "--strategy", "database-atomic", "--rate",
                            "3000000", "--set", "warmup.duration=0s", "--set", "limits.drain=2s"});
  const RunResult result = saved();
  EXPECT_LT(program->lasted(), 30s);
  ASSERT_EQ(result.trials.size(), 1U) << program->err();
  const TrialResult& trial = result.trials[0];
  EXPECT_EQ(trial.counts.arrived, resolved(trial.counts));
  EXPECT_NEAR(static_cast<double>(trial.counts.arrived), 3e6, 0.05e6);
  EXPECT_EQ(to_string(trial.validity), "invalid");
  EXPECT_THAT(trial.reasons, Contains(HasSubstr("dropped")));
  EXPECT_NE(trial.audit.verdict, Verdict::broken);
  EXPECT_EQ(program->code(), 2);
  EXPECT_LT(program->most_memory(), 1LL << 30);
  fmt::print("  it took {} MiB and {:.1f} s\n", program->most_memory() >> 20,
             to_seconds(program->lasted()));
  expect_no_servers_left();
}

}  // namespace
}  // namespace doorbuster
