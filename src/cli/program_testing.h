// For tests: the built program, started as a user starts it, and a folder of the test's own in
// which all must stay: its temporary folder, its results, its outputs. Tests only.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/source_tree.h"
#include "base/time.h"
#include "results/folder.h"
#include "sandbox/process_cpu.h"

namespace doorbuster {

using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

inline std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
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

inline std::string name_of(pid_t pid) {
  std::string name = text_of(fmt::format("/proc/{}/comm", pid));
  if (!name.empty()) name.pop_back();
  return name;
}

// All processes that `root` started, at this moment.
inline std::vector<pid_t> descendants_of(pid_t root) {
  std::vector<pid_t> all = children_of(root);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::vector<pid_t> next = children_of(all[i]);
    all.insert(all.end(), next.begin(), next.end());
  }
  return all;
}

// A program that was started. Its destructor ends it, should it still run.
class Program {
 public:
  Program(pid_t pid, std::filesystem::path out, std::filesystem::path err)
      : pid_(pid), out_(std::move(out)), err_(std::move(err)), started_(steady_now()) {}
  ~Program() {
    if (running_) ::kill(pid_, SIGKILL);
    wait(30s);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const { ::kill(pid_, number); }
  std::string out() const { return text_of(out_); }
  std::string err() const { return text_of(err_); }
  int code() const { return code_; }  // 128 + signal where one killed it
  Duration lasted() const { return ended_ - started_; }
  std::int64_t most_memory() const { return usage_.ru_maxrss * 1024; }  // bytes, resident

  bool running() {
    if (!running_) return false;
    int status = 0;
    if (::wait4(pid_, &status, WNOHANG, &usage_) != pid_) return true;
    running_ = false;
    ended_ = steady_now();
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
  }
  bool wait(Duration within = 60s) {
    return comes_true([this] { return !running(); }, within);
  }
  // Until it has said so on stderr.
  bool says(const std::string& words, Duration within = 30s) {
    return comes_true([&] { return err().find(words) != std::string::npos || !running(); },
                      within) &&
           err().find(words) != std::string::npos;
  }

 private:
  pid_t pid_;
  std::filesystem::path out_;
  std::filesystem::path err_;
  bool running_ = true;
  int code_ = -1;
  Duration started_;
  Duration ended_{};
  rusage usage_{};
};

class DoorbusterTest : public testing::Test {
 protected:
  DoorbusterTest() {
    char name[] = "/tmp/doorbuster-cli-XXXXXX";
    folder_ = ::mkdtemp(name);
    ::chmod(name, 0755);  // the servers' user must pass
    std::filesystem::create_directory(temporary());
  }
  ~DoorbusterTest() override {
    std::error_code ignored;
    // Of a program that a failed test killed, the servers end a little later.
    comes_true([&] { return std::filesystem::is_empty(temporary(), ignored); }, 10s);
    std::filesystem::remove_all(folder_, ignored);
  }

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path temporary() const { return folder_ / "tmp"; }
  std::filesystem::path results() const { return folder_ / "results" / "runs"; }

  std::string file(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  static std::string shipped(const std::string& name) {
    return fmt::format("{}/scenarios/{}.toml", DOORBUSTER_SOURCE_DIR, name);
  }

  std::unique_ptr<Program> start(const Words& words, const Environment& environment = {}) {
    const std::string out = (folder_ / fmt::format("out.{}", programs_)).string();
    const std::string err = (folder_ / fmt::format("err.{}", programs_++)).string();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_addopen(&files, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_addchdir_np(&files, folder_.c_str());
    Words argument_texts = {"doorbuster"};
    argument_texts.insert(argument_texts.end(), words.begin(), words.end());
    Words setting_texts = settings(environment);
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, DOORBUSTER_PROGRAM, &files, nullptr, pointers(argument_texts).data(),
                      pointers(setting_texts).data());
    posix_spawn_file_actions_destroy(&files);
    CHECK(error == 0, "cannot start {}: {}", DOORBUSTER_PROGRAM, std::strerror(error));
    return std::make_unique<Program>(pid, out, err);
  }

  // To its end.
  std::unique_ptr<Program> run(const Words& words, const Environment& environment = {},
                               Duration within = 60s) {
    auto program = start(words, environment);
    EXPECT_TRUE(program->wait(within))
        << fmt::format("{}", fmt::join(words, " ")) << " is still running\n"
        << program->err();
    return program;
  }

  // An exit code 3, nothing on stdout, and one sentence with `part` on stderr.
  static void expect_complaint(const Program& program, const std::string& part, int lines = 1) {
    EXPECT_EQ(program.code(), 3) << program.err();
    EXPECT_EQ(program.out(), "");
    const std::string said = program.err();
    EXPECT_THAT(said, testing::HasSubstr(part));
    EXPECT_EQ(std::ranges::count(said, '\n'), lines) << said;
    EXPECT_LT(said.size(), 400U * static_cast<std::size_t>(lines)) << said;
  }

  void expect_nothing_left() const {
    EXPECT_FALSE(std::filesystem::exists(folder_ / "results")) << "a results folder";
    expect_no_servers_left();
  }

  void expect_no_servers_left() const {
    EXPECT_TRUE(comes_true([&] { return std::filesystem::is_empty(temporary()); }, 20s))
        << std::filesystem::directory_iterator(temporary())->path();
  }

  // The runs saved so far, oldest first.
  std::vector<std::filesystem::path> runs() const {
    std::vector<std::filesystem::path> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(results(), none)) {
      if (entry.is_directory() && !entry.is_symlink()) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
  }

  // The one run's result.
  RunResult saved() const {
    const auto all = runs();
    EXPECT_EQ(all.size(), 1U);
    if (all.empty()) return {};
    auto result = load_result(all[0]);
    EXPECT_TRUE(result) << (result ? "" : result.error().message());
    return result ? *result : RunResult{};
  }

  static std::int64_t resolved(const CountsResult& counts) {
    return counts.sold + counts.sold_out + counts.refused + counts.declined + counts.expired +
           counts.failed + counts.unknown + counts.abandoned + counts.deterred + counts.dropped;
  }

 private:
  static std::vector<char*> pointers(Words& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
  }

  // This process's own, but for what would send the program to other stores.
  Words settings(const Environment& environment) const {
    Environment all;
    for (char** each = environ; *each != nullptr; ++each) {
      const std::string_view setting = *each;
      const auto equals = setting.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string key(setting.substr(0, equals));
      if (key.starts_with("PG") || key == "REDIS_URL" || key == "DATABASE_URL") continue;
      all[key] = setting.substr(equals + 1);
    }
    all["TMPDIR"] = temporary().string();
    for (const auto& [key, value] : environment) all[key] = value;
    Words words;
    for (const auto& [key, value] : all) words.push_back(key + "=" + value);
    return words;
  }

  std::filesystem::path folder_;
  int programs_ = 0;
};

}  // namespace doorbuster
