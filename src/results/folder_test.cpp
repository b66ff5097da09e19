#include "results/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "results/sample_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

constexpr std::string_view kTime = "2026-11-27T01:02:03Z";

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class Folder : public testing::Test {
 protected:
  Folder() : root_(fs::path(testing::TempDir()) / fmt::format("doorbuster-{:x}", entropy())) {}
  ~Folder() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  RunFolder make(std::string_view scenario = "quick", std::uint64_t chance = 0xABCDEF) {
    auto folder = RunFolder::create(root_, kTime, scenario, chance);
    CHECK(folder.ok(), "{}", folder.error().message());
    return *std::move(folder);
  }

  fs::path root_;
};

TEST_F(Folder, IsNamedByTimeScenarioAndChance) {
  EXPECT_EQ(make("flash-sale", 0x12).run_id(), "20261127T010203Z-flash-sale-000012");
  EXPECT_TRUE(fs::is_directory(root_ / "20261127T010203Z-flash-sale-000012"));
}

TEST_F(Folder, NeverLeavesItsRootWhateverTheScenarioIsCalled) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"../../etc/passwd", "etc-passwd"},
      {"a b\tc\n", "a-b-c"},
      {"", "scenario"},
      {"...", "scenario"},
      {"-rf", "rf"},
      {"caf\xc3\xa9; $(reboot) `x`", "caf-reboot-x"},
      {std::string(500, 'x'), std::string(60, 'x')},
      {std::string("a\0b", 3), "a-b"},
  };
  for (const auto& [name, expected] : cases) {
    const RunFolder folder = make(name);
    EXPECT_EQ(folder.run_id(), fmt::format("20261127T010203Z-{}-abcdef", expected));
    EXPECT_EQ(fs::canonical(folder.path()).parent_path(), fs::canonical(root_));
    fs::remove_all(folder.path());
  }
}

TEST_F(Folder, KeepsTheResultOfEarlierTrialsWhenItIsSavedAgain) {
  const RunFolder folder = make();
  RunResult run = sample_run();
  run.trials.pop_back();
  ASSERT_TRUE(folder.save(run).ok());
  EXPECT_EQ(load_result(folder.path())->trials.size(), 1U);
  ASSERT_TRUE(folder.save(sample_run()).ok());
  EXPECT_EQ(load_result(folder.path() / "result.json")->trials.size(), 2U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "nothing is left over";
}

TEST_F(Folder, PointsLatestToTheNewest) {
  const RunFolder first = make("quick", 1);
  const RunFolder second = make("quick", 2);
  ASSERT_TRUE(first.make_latest().ok());
  ASSERT_TRUE(second.make_latest().ok());
  EXPECT_EQ(fs::read_symlink(root_ / "latest"), second.run_id());
}

TEST_F(Folder, LeavesALatestThatIsNoLinkAlone) {
  const RunFolder folder = make();
  fs::create_directories(root_ / "latest");
  EXPECT_THAT(folder.make_latest().error().message(), HasSubstr("is no link and was left alone"));
  EXPECT_TRUE(fs::is_directory(root_ / "latest"));
}

// Two simulated runs of a scenario draw the same chance, and may begin in the same second.
TEST_F(Folder, TakesTheNextNameWhereOneIsTaken) {
  EXPECT_EQ(make("quick", 0xFFFFFF).run_id(), "20261127T010203Z-quick-ffffff");
  EXPECT_EQ(make("quick", 0xFFFFFF).run_id(), "20261127T010203Z-quick-000000");
  EXPECT_EQ(make("quick", 0xFFFFFF).run_id(), "20261127T010203Z-quick-000001");
}

TEST_F(Folder, OfARunThatNeverBeganNothingStays) {
  fs::create_directory(root_);
  const auto deep = RunFolder::create(root_ / "a" / "b", kTime, "quick", 1);
  ASSERT_TRUE(deep.ok());
  deep->discard();
  EXPECT_TRUE(fs::is_empty(root_));
  EXPECT_TRUE(fs::exists(root_)) << "it was there before";

  const auto begun = RunFolder::create(root_ / "a" / "b", kTime, "quick", 1);
  ASSERT_TRUE(begun.ok());
  std::ofstream(begun->path() / "result.json") << "saved";
  begun->discard();
  EXPECT_EQ(text_of(begun->path() / "result.json"), "saved");
}

TEST_F(Folder, SaysBeforeAnythingStartsThatItCannotBeWritten) {
  std::ofstream(root_) << "a file where the folder should be";
  const auto folder = RunFolder::create(root_, kTime, "quick", 1);
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().cause(), Cause::invalid);
  EXPECT_THAT(folder.error().message(), HasSubstr(root_.string() + " cannot be written ("));
  EXPECT_THAT(folder.error().message(), EndsWith("name another with --out"));
}

TEST_F(Folder, SaysThatItMayNotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "NOT CHECKED: root may write everywhere";
  fs::create_directories(root_);
  fs::permissions(root_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_FALSE(RunFolder::create(root_, kTime, "quick", 1).ok());
}

// A limit on the size of a file fails as a full disk does: in the middle of a write.
TEST_F(Folder, KeepsTheOldResultWhenTheNewOneDoesNotFit) {
  const RunFolder folder = make();
  ASSERT_TRUE(write_file(folder.path() / "result.json", "the old one").ok());
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Result<Done> saved = write_file(folder.path() / "result.json", std::string(5000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().cause(), Cause::system);
  EXPECT_THAT(saved.error().message(), HasSubstr("cannot write"));
  EXPECT_EQ(text_of(folder.path() / "result.json"), "the old one");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1) << "nothing is left over";
}

TEST_F(Folder, SaysWhichResultCannotBeReadAndWhy) {
  EXPECT_THAT(load_result(root_ / "nowhere").error().message(),
              HasSubstr("name the folder of a run"));
  const RunFolder folder = make();
  EXPECT_THAT(load_result(folder.path()).error().message(), HasSubstr("result.json"));
  ASSERT_TRUE(write_file(folder.path() / "result.json", "{").ok());
  EXPECT_THAT(
      load_result(folder.path()).error().message(),
      EndsWith("result.json: this is no whole result: the JSON ends before it is complete"));
  EXPECT_THAT(load_result("/dev/null").error().message(), HasSubstr("is no file"));
}

}  // namespace
}  // namespace doorbuster
