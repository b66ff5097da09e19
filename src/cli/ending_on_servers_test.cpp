#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"
#include "sandbox/sandbox.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// How a run ends that does not end by itself: what it saves, what it says, what it leaves.
class EndingOnServers : public DoorbusterTest {
 protected:
  // A run of one strategy that would go on for a minute, wherever it is.
  Words long_run(const Words& sets) const {
    Words words = {"run", file("long.toml", R"(
strategies = ["cache-aside"]
[shop]
stock = 100000
[load]
profile = "poisson"
duration = "60s"
rate = 200
[buyers]
think = "50ms"
[warmup]
duration = "0s"
[limits]
drain = "2s"
)")};
    for (const std::string& set : sets) {
      words.push_back("--set");
      words.push_back(set);
    }
    return words;
  }

  static std::vector<pid_t> sessions_of(const Program& program) {
    std::vector<pid_t> found;
    for (const pid_t pid : descendants_of(program.pid())) {
      const std::string line = text_of(fmt::format("/proc/{}/cmdline", pid));
      if (line.find("postgres: doorbuster ") != std::string::npos) found.push_back(pid);
    }
    return found;
  }

  // Until the load's own connections stand, and a little longer: the doors open 20 ms after that.
  static bool doors_are_open(Program& program) {
    const bool connected =
        comes_true([&] { return sessions_of(program).size() > 10 || !program.running(); }, 30s);
    pass(700ms);
    return connected && program.running();
  }
  static void pass(Duration time) {
    comes_true([] { return false; }, time);
  }

  static pid_t server(const Program& program, const std::string& name) {
    for (const pid_t pid : descendants_of(program.pid())) {
      if (name_of(pid).starts_with(name)) return pid;
    }
    return 0;
  }

  // Ended within `within`, with that code; a result that says so; no server.
  RunResult expect_ended(Program& program, int code, Duration within) {
    const std::vector<pid_t> servers = descendants_of(program.pid());
    EXPECT_TRUE(program.wait(within)) << program.err();
    EXPECT_EQ(program.code(), code) << program.err();
    for (const pid_t pid : servers) EXPECT_FALSE(is_running(pid)) << name_of(pid);
    expect_no_servers_left();
    const RunResult result = saved();
    EXPECT_TRUE(result.interrupted);
    for (const TrialResult& trial : result.trials) {
      EXPECT_EQ(trial.counts.arrived, resolved(trial.counts)) << trial.strategy;
    }
    EXPECT_TRUE(fs::exists(results() / "latest" / "report.md"));
    return result;
  }
};

TEST_F(EndingOnServers, SigintWhileTheServersStart) {
  const auto program = start(long_run({}));
  ASSERT_TRUE(comes_true([&] { return !descendants_of(program->pid()).empty(); }));
  program->signal(SIGINT);
  const RunResult result = expect_ended(*program, 130, 10s);
  EXPECT_THAT(result.trials, IsEmpty());
}

TEST_F(EndingOnServers, SigintWhileWarmingUp) {
  const auto program = start(long_run({"warmup.duration=30s", "warmup.rate=100"}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  program->signal(SIGINT);
  const RunResult result = expect_ended(*program, 130, 10s);
  for (const TrialResult& trial : result.trials) {
    EXPECT_TRUE(trial.interrupted) << "nothing of a warm-up is a result";
  }
}

TEST_F(EndingOnServers, SigintUnderLoad) {
  const auto program = start(long_run({}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  program->signal(SIGINT);
  const RunResult result = expect_ended(*program, 130, 10s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_TRUE(result.trials[0].interrupted);
  EXPECT_GT(result.trials[0].counts.sold, 0);
  EXPECT_EQ(to_string(result.trials[0].audit.verdict), "holds") << "what was sold is judged";
  EXPECT_THAT(program->out(), HasSubstr("cache-aside")) << "and shown";
}

TEST_F(EndingOnServers, SigintWhileTheShopEmpties) {
  // All buyers think for longer than this test lasts.
  const auto program = start(long_run(
      {"load.duration=200ms", "limits.drain=60s", "buyers.think=\"50s\"", "buyers.views=5"}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  program->signal(SIGINT);
  const RunResult result = expect_ended(*program, 130, 10s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_GT(result.trials[0].counts.abandoned, 0);
}

TEST_F(EndingOnServers, SigintBetweenTrials) {
  const auto program = start(long_run({"load.duration=200ms", "pause=60s", "repetitions=2"}));
  ASSERT_TRUE(comes_true([&] { return fs::exists(results() / "latest" / "report.md"); }, 30s));
  program->signal(SIGINT);
  const RunResult result = expect_ended(*program, 130, 10s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_FALSE(result.trials[0].interrupted) << "that trial was whole";
}

TEST_F(EndingOnServers, TheSecondSigintEndsAtOnce) {
  const auto program =
      start(long_run({"limits.drain=60s", "buyers.think=\"50s\"", "buyers.views=5"}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  program->signal(SIGINT);
  pass(200ms);  // two at once would count as one
  program->signal(SIGINT);
  const RunResult result = expect_ended(*program, 130, 10s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_LT(result.trials[0].duration_ms, 2500) << "less than the first one alone waits for";
}

TEST_F(EndingOnServers, SigtermIsAsOrderly) {
  const auto program = start(long_run({}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  program->signal(SIGTERM);
  EXPECT_EQ(expect_ended(*program, 143, 10s).trials.size(), 1U);
}

TEST_F(EndingOnServers, SigkillLeavesNoServerAndNoDirectory) {
  const auto program = start(long_run({}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  const std::vector<pid_t> servers = descendants_of(program->pid());
  EXPECT_GT(servers.size(), 5U);
  program->signal(SIGKILL);
  ASSERT_TRUE(program->wait(5s));
  EXPECT_TRUE(comes_true([&] { return std::ranges::none_of(servers, is_running); }, 20s));
  expect_no_servers_left();
}

TEST_F(EndingOnServers, RedisThatDiesInMidRun) {
  const auto program = start(long_run({}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  ::kill(server(*program, "redis-server"), SIGKILL);
  const RunResult result = expect_ended(*program, 2, 15s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_GT(result.trials[0].counts.sold, 0);
  EXPECT_EQ(to_string(result.verdict), "undecided");
  EXPECT_THAT(result.warnings, Contains(HasSubstr("Redis died")));
}

TEST_F(EndingOnServers, PostgresThatDiesInMidRun) {
  const auto program = start(long_run({"repetitions=3"}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  ::kill(server(*program, "postgres"), SIGQUIT);  // at once, all of it, without a word
  const RunResult result = expect_ended(*program, 2, 25s);
  ASSERT_EQ(result.trials.size(), 1U) << "no further trial makes sense";
  EXPECT_EQ(to_string(result.trials[0].validity), "invalid");
  EXPECT_EQ(to_string(result.trials[0].audit.verdict), "undecided") << "nothing left to judge by";
  EXPECT_THAT(result.warnings, Contains(HasSubstr("PostgreSQL died")));
}

TEST_F(EndingOnServers, AStoreThatDiesBeforeTheFirstArrivalIsNoResult) {
  const auto program = start(long_run({"warmup.duration=30s", "warmup.rate=100"}));
  ASSERT_TRUE(doors_are_open(*program)) << program->err();
  ::kill(server(*program, "postgres"), SIGQUIT);
  ASSERT_TRUE(program->wait(20s)) << program->err();
  EXPECT_EQ(program->code(), 3);
  EXPECT_THAT(program->err(), HasSubstr("PostgreSQL"));
  EXPECT_EQ(program->out(), "");
  expect_nothing_left();
}

TEST_F(EndingOnServers, AStoreThatDiesBetweenTrialsEndsTheRunWithThoseBefore) {
  const auto program = start(long_run({"load.duration=200ms", "pause=2s", "repetitions=3"}));
  ASSERT_TRUE(comes_true([&] { return fs::exists(results() / "latest" / "report.md"); }, 30s));
  ::kill(server(*program, "redis-server"), SIGKILL);
  const RunResult result = expect_ended(*program, 2, 20s);
  EXPECT_EQ(result.trials.size(), 1U);
  EXPECT_THAT(result.warnings, Contains(HasSubstr("cannot connect to redis://")));
}

// The user's own servers: their processes are not ours to watch, so silence must tell.
class UsersServersOnServers : public EndingOnServers {
 protected:
  UsersServersOnServers() {
    auto started = Sandbox::start({});
    CHECK(started.ok(), "{}", started.error().message());
    servers_ = std::move(*started);
  }
  Words on_theirs() const {
    Words words = long_run({});
    for (const std::string& word : {std::string("--redis"), servers_->redis_url(),
                                    std::string("--postgres"), servers_->postgres_url()}) {
      words.push_back(word);
    }
    return words;
  }
  void wait_for_the_load(Program& program) const {
    ASSERT_TRUE(program.says("trial 1 of 1")) << program.err();
    const auto sessions = [&] { return children_of(servers_->postgres_pid()).size(); };
    ASSERT_TRUE(comes_true([&] { return sessions() > 15 || !program.running(); }, 30s));
    pass(700ms);
  }
  std::unique_ptr<Sandbox> servers_;
};

TEST_F(UsersServersOnServers, PostgresThatDiesInMidRun) {
  const auto program = start(on_theirs());
  wait_for_the_load(*program);
  servers_->kill_postgres();
  const RunResult result = expect_ended(*program, 2, 30s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_THAT(result.warnings, Contains(HasSubstr("PostgreSQL")));
}

TEST_F(UsersServersOnServers, RedisThatHangsInMidRun) {
  const auto program = start(on_theirs());
  wait_for_the_load(*program);
  ::kill(servers_->redis_pid(), SIGSTOP);
  const RunResult result = expect_ended(*program, 2, 30s);
  ASSERT_EQ(result.trials.size(), 1U);
  EXPECT_THAT(result.warnings, Contains(HasSubstr("Redis")));
  ::kill(servers_->redis_pid(), SIGCONT);
}

}  // namespace
}  // namespace doorbuster
