// For tests of the sandbox: a folder of the test's own that all of its processes and files are in,
// so that what remains of it can be seen.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "sandbox/file_text.h"
#include "sandbox/sandbox.h"

namespace doorbuster {

// Processes that run in `folder` or name it in their command line: all of a sandbox's are such.
inline std::vector<std::string> processes_in(const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name[0] < '1' || name[0] > '9' || name == std::to_string(::getpid())) continue;
    std::error_code ignored;
    const std::string at = std::filesystem::read_symlink(entry.path() / "cwd", ignored).string();
    const std::string line = file_text(entry.path() / "cmdline");
    if (at.find(folder) != std::string::npos || line.find(folder) != std::string::npos) {
      found.push_back(name + " " + line);
    }
  }
  return found;
}

// Waits for something real, boundedly.
template <class Condition>
bool comes_true(Condition condition, Duration within = 60s) {
  const Duration deadline = steady_now() + within;
  while (!condition()) {
    if (steady_now() > deadline) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

// A folder of the test's own as TMPDIR, so that what one sandbox leaves cannot be taken for
// another's.
class SandboxOnServers : public testing::Test {
 protected:
  SandboxOnServers() {
    char name[] = "/tmp/sandbox-test-XXXXXX";
    folder_ = ::mkdtemp(name);
    ::chmod(name, 0755);  // the servers' user must pass
    if (const char* before = std::getenv("TMPDIR")) tmpdir_before_ = before;
    ::setenv("TMPDIR", folder_.c_str(), 1);
  }
  ~SandboxOnServers() override {
    tmpdir_before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", tmpdir_before_.c_str(), 1);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  bool nothing_remains() const {
    return std::filesystem::is_empty(folder_) && processes_in(folder_).empty();
  }

  // A child process that starts a sandbox, says so, and lives until it is killed.
  pid_t child_with_sandbox(int* started) const {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      ::signal(SIGINT, SIG_IGN);
      auto sandbox = Sandbox::start({});
      const char byte = sandbox.ok() ? 'y' : 'n';
      if (::write(ends[1], &byte, 1) == 1) ::pause();
      ::_exit(0);
    }
    ::close(ends[1]);
    *started = ends[0];
    return child;
  }

  static void kill_and_wait(pid_t child, int signal) {
    ::kill(child, signal);
    ::waitpid(child, nullptr, 0);
  }

  std::string folder_;
  std::string tmpdir_before_;
};

}  // namespace doorbuster
