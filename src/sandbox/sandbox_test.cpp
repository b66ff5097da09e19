#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "sandbox/process_cpu.h"
#include "sandbox/sandbox_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string redis_says(const std::string& url, const std::string& command) {
  const std::string password = url.substr(9, url.find('@') - 9);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const std::string words =
        (password.empty() ? "" : "AUTH " + password + "\r\n") + command + "\r\nQUIT\r\n";
    if (::send(socket, words.data(), words.size(), MSG_NOSIGNAL) > 0) {
      char bytes[4096];
      ssize_t got = 0;
      while ((got = ::recv(socket, bytes, sizeof bytes, 0)) > 0) {
        answer.append(bytes, static_cast<std::size_t>(got));
      }
    }
  }
  ::close(socket);
  return answer;
}

std::string postgres_says(const std::string& url, const std::string& sql) {
  const std::string command = "psql -XAt '" + url + "' -c \"" + sql + "\" 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string answer;
  char bytes[4096];
  while (pipe != nullptr && std::fgets(bytes, sizeof bytes, pipe) != nullptr) answer += bytes;
  if (pipe != nullptr) ::pclose(pipe);
  return answer;
}

int limit_of(const std::string& status_key, pid_t pid) {
  const std::string status = file_text("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find(status_key);
  return at == std::string::npos ? -1 : std::stoi(status.substr(at + status_key.size()));
}

TEST_F(SandboxOnServers, StartsAnswersAndRemovesEverythingAtTheEnd) {
  const Duration began = steady_now();
  auto sandbox = Sandbox::start({});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  RecordProperty("start_ms", static_cast<int>(to_millis(steady_now() - began)));
  const Sandbox& box = **sandbox;

  EXPECT_THAT(redis_says(box.redis_url(), "CONFIG GET maxmemory-policy"), HasSubstr("noeviction"));
  EXPECT_THAT(redis_says("redis://:@127.0.0.1" + box.redis_url().substr(box.redis_url().rfind(':')),
                         "DBSIZE"),
              HasSubstr("NOAUTH"));
  for (Transport transport : {Transport::tcp, Transport::unix_socket}) {
    EXPECT_EQ(postgres_says(box.postgres_url(transport),
                            "select current_user, current_setting('fsync'), "
                            "current_setting('synchronous_commit')"),
              "doorbuster|off|on\n");
  }

  struct stat directory {};
  ASSERT_EQ(::stat(box.directory().c_str(), &directory), 0);
  EXPECT_EQ(directory.st_mode & 0777, 0700u);

  const std::string password = box.redis_url().substr(9, 32);
  int secrets = 0;
  for (const auto& entry : fs::recursive_directory_iterator(box.directory())) {
    if (!entry.is_regular_file() || entry.path().string().find("/data/") != std::string::npos) {
      continue;
    }
    if (file_text(entry.path().string()).find(password) == std::string::npos) continue;
    ++secrets;
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << entry.path();
  }
  EXPECT_GE(secrets, 1) << "the server's own configuration";

  for (const std::string& process : processes_in(folder_)) {  // no password in a process list
    EXPECT_THAT(process, Not(HasSubstr(password)));
  }
  if (::geteuid() == 0) {
    EXPECT_GT(limit_of("Uid:", box.redis_pid()), 0) << "servers do not run as root";
    EXPECT_GT(limit_of("Uid:", box.postgres_pid()), 0);
  }
  EXPECT_TRUE(process_tree_cpu(box.postgres_pid()));

  sandbox->reset();
  EXPECT_TRUE(nothing_remains()) << testing::PrintToString(processes_in(folder_));
}

TEST_F(SandboxOnServers, DurableServersSyncToTheDisk) {
  auto sandbox = Sandbox::start({.durable = true});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  EXPECT_EQ(postgres_says((*sandbox)->postgres_url(), "show fsync"), "on\n");
  const std::string answer = redis_says((*sandbox)->redis_url(), "CONFIG GET append*");
  EXPECT_THAT(answer, HasSubstr("appendonly\r\n$3\r\nyes"));
  EXPECT_THAT(answer, HasSubstr("appendfsync\r\n$6\r\nalways"));
}

TEST_F(SandboxOnServers, SigintToTheProcessGroupDoesNotKillTheServersAndSigtermLeavesNothing) {
  int started = -1;
  const pid_t child = child_with_sandbox(&started);
  char byte = 0;
  ASSERT_EQ(::read(started, &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  const std::vector<std::string> before = processes_in(folder_);
  for (const std::string& process : before) {
    const pid_t pid = std::stoi(process);
    EXPECT_NE(::getpgid(pid), child) << process;
    EXPECT_NE(::getsid(pid), ::getsid(child)) << process;
  }
  EXPECT_GE(before.size(), 3u);
  ::kill(-child, SIGINT);
  EXPECT_FALSE(comes_true([&] { return processes_in(folder_).size() < before.size(); }, 300ms));
  kill_and_wait(child, SIGTERM);
  EXPECT_TRUE(comes_true([this] { return nothing_remains(); }))
      << testing::PrintToString(processes_in(folder_));
  ::close(started);
}

// Times run from before the guardian stands to after the servers do.
TEST_F(SandboxOnServers, KillWithSigkillLeavesNothing) {
  for (Duration after : std::vector<Duration>{0ms, 10ms, 150ms, 600ms, 60s}) {
    SCOPED_TRACE(to_millis(after));
    int started = -1;
    const pid_t child = child_with_sandbox(&started);
    pollfd readable{started, POLLIN, 0};
    ::poll(&readable, 1, static_cast<int>(to_millis(after)));
    if (after == 60s) {
      EXPECT_EQ(readable.revents & POLLIN, POLLIN) << "the last one is killed after it started";
      EXPECT_FALSE(nothing_remains());
    }
    kill_and_wait(child, SIGKILL);
    EXPECT_TRUE(comes_true([this] { return nothing_remains(); }))
        << testing::PrintToString(processes_in(folder_));
    ::close(started);
  }
}

TEST_F(SandboxOnServers, ServersDieWithAGuardianThatIsKilled) {
  auto sandbox = Sandbox::start({});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  const auto redis = process_times((*sandbox)->redis_pid());
  ASSERT_TRUE(redis);
  ASSERT_NE(redis->parent, ::getpid());
  ::kill(redis->parent, SIGKILL);
  EXPECT_TRUE(comes_true([this] { return processes_in(folder_).empty(); }))
      << testing::PrintToString(processes_in(folder_));
  sandbox->reset();
  EXPECT_TRUE(nothing_remains());
}

TEST_F(SandboxOnServers, KilledServersAreGoneAndTheRestIsStillRemoved) {
  auto sandbox = Sandbox::start({});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  (*sandbox)->kill_redis();
  EXPECT_EQ(redis_says((*sandbox)->redis_url(), "PING"), "");
  EXPECT_THAT(postgres_says((*sandbox)->postgres_url(), "select 1"), "1\n");
  (*sandbox)->kill_postgres();
  EXPECT_THAT(postgres_says((*sandbox)->postgres_url(), "select 1"), HasSubstr("refused"));
  EXPECT_FALSE(process_tree_cpu((*sandbox)->postgres_pid()));
  sandbox->reset();
  EXPECT_TRUE(nothing_remains());
}

TEST_F(SandboxOnServers, ServersComeBackAtTheSameAddressesAndAreGoneInTheEnd) {
  auto sandbox = Sandbox::start({});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  const std::string redis = (*sandbox)->redis_url();
  const std::string postgres = (*sandbox)->postgres_url();
  ASSERT_THAT(redis_says(redis, "SET a 1"), HasSubstr("OK"));
  ASSERT_THAT(redis_says(redis, "SAVE"), HasSubstr("OK"));
  ASSERT_THAT(redis_says(redis, "SET a 2"), HasSubstr("OK"));
  (*sandbox)->kill_redis();
  const Result<Done> saved = (*sandbox)->start_redis_again(false);
  ASSERT_TRUE(saved) << saved.error().message();
  EXPECT_THAT(redis_says(redis, "GET a"), HasSubstr("1"));
  (*sandbox)->kill_redis();
  ASSERT_TRUE((*sandbox)->start_redis_again(true));
  EXPECT_THAT(redis_says(redis, "EXISTS a"), HasSubstr("0"));
  for (const bool immediate : {false, true}) {
    postgres_says(postgres, "create table if not exists kept(a int); insert into kept values (1)");
    ASSERT_TRUE((*sandbox)->shut_down_postgres(immediate));
    EXPECT_THAT(postgres_says(postgres, "select 1"), HasSubstr("refused"));
    const Result<Done> again = (*sandbox)->start_postgres_again();
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(postgres_says(postgres, "select count(*) from kept"), immediate ? "2\n" : "1\n");
  }
  sandbox->reset();
  EXPECT_TRUE(nothing_remains());
}

TEST_F(SandboxOnServers, AFrozenServerGoesOnWhereItStood) {
  auto sandbox = Sandbox::start({});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  const pid_t pid = (*sandbox)->postgres_pid();
  Sandbox::freeze(pid);
  EXPECT_EQ(process_times(pid)->state, 'T');
  for (const pid_t child : children_of(pid)) {
    EXPECT_TRUE(comes_true([child] { return process_times(child)->state == 'T'; }, 5s));
  }
  Sandbox::thaw(pid);
  EXPECT_EQ(postgres_says((*sandbox)->postgres_url(), "select 1"), "1\n");
}

// A stalled server is what a test of timeouts makes; the end must not hang on it.
TEST_F(SandboxOnServers, StoppedServersAreRemovedToo) {
  auto sandbox = Sandbox::start({});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  ::kill((*sandbox)->redis_pid(), SIGSTOP);
  ::kill((*sandbox)->postgres_pid(), SIGSTOP);
  const Duration began = steady_now();
  sandbox->reset();
  EXPECT_LT(steady_now() - began, 5s);
  EXPECT_TRUE(nothing_remains());
}

TEST_F(SandboxOnServers, AForkOfThisProgramDoesNotKeepTheServersAlive) {
  auto sandbox = Sandbox::start({.postgres = false});
  ASSERT_TRUE(sandbox) << sandbox.error().message();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);  // then the test fails instead of hanging
    while (true) ::pause();
  }
  const Duration began = steady_now();
  sandbox->reset();
  EXPECT_LT(steady_now() - began, 10s);
  EXPECT_TRUE(nothing_remains());
  kill_and_wait(child, SIGKILL);
}

// As under `doorbuster run | head`: the streams are closed pipes, or not there at all.
TEST_F(SandboxOnServers, ClosedStandardStreamsDoNotMatter) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (int fd : {0, 1, 2}) ::close(fd);
    auto sandbox = Sandbox::start({.postgres = false});
    if (!sandbox) ::_exit(1);
    if (redis_says((*sandbox)->redis_url(), "PING").find("PONG") == std::string::npos) ::_exit(2);
    sandbox->reset();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(nothing_remains());
}

}  // namespace
}  // namespace doorbuster
