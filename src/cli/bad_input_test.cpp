#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "base/random.h"
#include "cli/program_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// `run` with what a user may get wrong: exit code 3, one sentence, and nothing was started or left.
class BadInput : public DoorbusterTest {
 protected:
  void expect_refused(Words words, const std::string& sentence, const Environment& environment = {},
                      int lines = 1) {
    words.insert(words.begin(), {"run"});
    words.push_back("--quiet");
    const auto program = run(words, environment, 10s);
    expect_complaint(*program, sentence, lines);
    EXPECT_THAT(program->err(), Not(HasSubstr("unexpected"))) << "an exception is not an answer";
    EXPECT_LT(program->most_memory(), 100 << 20);
    expect_nothing_left();
  }
};

TEST_F(BadInput, ScenarioThatIsNotThere) {
  expect_refused({"nothing"}, "nothing: there is no such file");
  expect_refused({"no/such.toml"}, "no/such.toml: there is no such file");
}

TEST_F(BadInput, ScenarioThatIsADirectory) { expect_refused({"/tmp/"}, "this is a directory"); }

TEST_F(BadInput, ScenarioThatIsADevice) { expect_refused({"/dev/zero"}, "not a regular file"); }

TEST_F(BadInput, ScenarioThatIsEmpty) {
  expect_refused({file("empty.toml", "")}, "the file is empty");
}

TEST_F(BadInput, ScenarioThatIsBinary) {
  std::string bytes;
  Random random(7);
  for (int i = 0; i < 10'000; ++i) bytes += static_cast<char>(random.below(256));
  expect_refused({file("binary.toml", bytes)}, "binary.toml");
  expect_refused({DOORBUSTER_PROGRAM}, "1 MiB");
}

TEST_F(BadInput, ScenarioOfAHundredMegabytes) {
  const std::string path = file("huge.toml", "");
  fs::resize_file(path, 100'000'000);  // a sparse one
  expect_refused({path}, "the file has 100000000 bytes; a scenario has at most 1 MiB");
}

TEST_F(BadInput, ScenarioFullOfUnknownKeys) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += fmt::format("key_{} = {}\n", i, i);
  const auto program = run({"run", file("unknown.toml", text), "--quiet"}, {}, 10s);
  EXPECT_EQ(program->code(), 3);
  EXPECT_EQ(program->out(), "");
  EXPECT_LE(std::ranges::count(program->err(), '\n'), 102) << "some, and how many more";
  EXPECT_THAT(program->err(), HasSubstr("unknown.toml:1: unknown key key_0"));
  expect_nothing_left();
}

TEST_F(BadInput, StrategyThatDoesNotExist) {
  expect_refused({shipped("quick"), "--strategy", "cache-asde"}, "did you mean cache-aside?");
  expect_refused({file("s.toml", "strategies = [\"database_atomic\"]\n")},
                 "did you mean database-atomic?");
}

TEST_F(BadInput, StockZero) {
  expect_refused({shipped("quick"), "--set", "shop.stock=0"}, "an impossible sale");
}

TEST_F(BadInput, RateZero) {
  expect_refused({shipped("quick"), "--rate", "0"}, "--rate 0");
  expect_refused({shipped("quick"), "--rate", "-5"}, "--rate");
  expect_refused({shipped("quick"), "--rate", "nan"}, "--rate");
  expect_refused({shipped("quick"), "--rate", "1e99"}, "--rate");
  expect_refused({file("zero.toml", "strategies = [\"cache-aside\"]\n[load]\nrate = 0\n")},
                 "zero.toml:3: ");
}

TEST_F(BadInput, DurationThatIsNone) {
  expect_refused({shipped("quick"), "--duration", "0s"}, "--duration");
  expect_refused({shipped("quick"), "--duration", "10"}, "a number and a unit");
  expect_refused({shipped("quick"), "--duration", "-3s"}, "--duration");
  expect_refused({shipped("quick"), "--duration", ""}, "--duration");
}

TEST_F(BadInput, SetRubbish) {
  expect_refused({shipped("quick"), "--set", "rubbish"}, "key=value is needed");
  expect_refused({shipped("quick"), "--set", "="}, "key=value is needed");
  expect_refused({shipped("quick"), "--set", "load.rat=5"}, "did you mean load.rate?");
  expect_refused({shipped("quick"), "--set", "load.rate=[1,"}, "load.rate");
  expect_refused({shipped("quick"), "--set", "shop.stock=-1"}, "shop.stock");
  expect_refused({shipped("quick"), "--set", std::string(10'000, 'x') + "=1"}, "--set");
}

TEST_F(BadInput, ResultsFolderWithAFileInItsPlace) {
  const std::string path = file("taken", "mine\n");
  expect_refused({shipped("quick"), "--out", path}, "--out");
  expect_refused({shipped("quick"), "--out", path + "/below"}, "--out");
  EXPECT_EQ(text_of(path), "mine\n");
}

TEST_F(BadInput, ResultsFolderThatCannotBeMade) {
  expect_refused({shipped("quick"), "--out", "/proc/nothing/here"}, "--out");
}

TEST_F(BadInput, AddressThatIsNotOfThisMachine) {
  const std::string elsewhere = "is not on this machine; load is sent elsewhere only with";
  expect_refused({shipped("quick"), "--redis", "redis://192.0.2.1"}, elsewhere);
  expect_refused({shipped("quick"), "--postgres", "postgresql://192.0.2.1/shop"}, elsewhere);
  expect_refused({shipped("quick"), "--postgres", "host=192.0.2.1 dbname=shop"}, elsewhere);
  expect_refused({shipped("quick"), "--postgres", "host=127.0.0.1,192.0.2.1"}, elsewhere);
  expect_refused({shipped("quick"), "--postgres", "host=localhost hostaddr=192.0.2.1"}, elsewhere);
}

TEST_F(BadInput, TheEnvironmentThatUsersHaveIsHonoured) {
  const std::string elsewhere = "is not on this machine";
  expect_refused({shipped("quick")}, elsewhere, {{"REDIS_URL", "redis://192.0.2.1"}});
  expect_refused({shipped("quick")}, elsewhere, {{"DATABASE_URL", "postgresql://192.0.2.1/shop"}});
  expect_refused({shipped("quick")}, elsewhere, {{"PGHOST", "192.0.2.1"}});
  expect_refused({shipped("quick")}, elsewhere, {{"PGHOSTADDR", "192.0.2.1"}});
  expect_refused({shipped("quick"), "--redis", "redis://192.0.2.2"}, "192.0.2.2",
                 {{"REDIS_URL", "redis://192.0.2.1"}});
}

TEST_F(BadInput, AddressThatIsNone) {
  for (const char* url :
       {"", " ", "localhost", "http://localhost", "redis://", "redis://localhost:0",
        "redis://localhost:99999", "redis://localhost:port", "redis://localhost/one", "unix://"}) {
    if (*url == '\0') continue;  // no address is a throwaway server
    expect_refused({shipped("quick"), "--redis", url}, "Redis");
  }
  for (const char* url : {"localhost", "postgresql://localhost:port/x", "host=", "nonsense=1"}) {
    if (std::string_view(url) == "host=") continue;  // libpq's default, a unix socket
    expect_refused({shipped("quick"), "--postgres", url}, "PostgreSQL");
  }
}

TEST_F(BadInput, StoresThatAreNotThere) {
  // Port 1 on loopback: nobody listens there.
  const Words both = {shipped("quick"), "--redis", "redis://127.0.0.1:1", "--postgres",
                      "postgresql://127.0.0.1:1/shop"};
  expect_refused(both, "127.0.0.1:1");
}

TEST_F(BadInput, APasswordIsNeverRepeated) {
  const std::string secret = "hunter2-secret";
  for (const Environment& environment :
       {Environment{{"REDIS_URL", "redis://:" + secret + "@127.0.0.1:1"},
                    {"DATABASE_URL", "postgresql://u:" + secret + "@127.0.0.1:1/shop"}},
        Environment{{"REDIS_URL", "redis://:" + secret + "@127.0.0.1:99999"}},
        Environment{{"REDIS_URL", "redis://:" + secret + "@192.0.2.1"}},
        Environment{{"REDIS_URL", "http://:" + secret + "@localhost"}},
        Environment{{"DATABASE_URL", "postgresql://u:" + secret + "@192.0.2.1/shop"}},
        Environment{{"DATABASE_URL", "postgresql://u:" + secret + "@localhost:port/shop"}},
        Environment{{"DATABASE_URL", "password=" + secret + " nonsense=1"}}}) {
    const auto program = run({"run", shipped("quick")}, environment, 20s);
    EXPECT_EQ(program->code(), 3) << environment.begin()->second;
    EXPECT_THAT(program->out() + program->err(), Not(HasSubstr(secret)));
    expect_nothing_left();
  }
}

// A file system of a megabyte, filled to the brim.
class FullDisk : public BadInput {
 protected:
  FullDisk() {
    disk_ = folder() / "disk";
    fs::create_directory(disk_);
    mounted_ = ::mount("tmpfs", disk_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~FullDisk() override {
    if (mounted_) ::umount2(disk_.c_str(), MNT_DETACH);
  }
  void fill() const {
    std::ofstream file(disk_ / "fill", std::ios::binary);
    const std::string page(4096, 'x');
    while (file.write(page.data(), static_cast<std::streamsize>(page.size())).flush()) {
    }
  }

  fs::path disk_;
  bool mounted_ = false;
};

#define SKIP_WITHOUT_MOUNT() \
  if (!mounted_) GTEST_SKIP() << "NOT TESTED: a full disk needs root, to mount a tmpfs"

TEST_F(FullDisk, IsNoticedBeforeAnythingStarts) {
  SKIP_WITHOUT_MOUNT();
  fill();
  expect_refused({shipped("quick"), "--simulated", "--out", (disk_ / "runs").string()}, "--out");
  EXPECT_EQ(std::distance(fs::directory_iterator(disk_), {}), 1) << "only what filled it";
}

TEST_F(FullDisk, ThatFillsUpInMidRunEndsItWithOneSentenceAndKeepsWhatWasSaved) {
  SKIP_WITHOUT_MOUNT();
  // The first trial's result finds room, later ones do not: each has some 20 KiB of histograms.
  const auto program =
      run({"run", shipped("quick"), "--simulated", "--quiet", "--duration", "1s", "--repetitions",
           "100", "--out", disk_.string(), "--set", "warmup.duration=0s"});
  EXPECT_THAT(program->err(), HasSubstr("No space left on device"));
  EXPECT_EQ(std::ranges::count(program->err(), '\n'), 1) << program->err();
  EXPECT_EQ(program->code(), 3);
  EXPECT_THAT(program->out(), HasSubstr("read-then-write")) << "what was measured is shown";
  const auto kept = load_result(disk_ / "latest");
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_GT(kept->trials.size(), 1U);
  EXPECT_TRUE(kept->interrupted);
  for (const auto& entry : fs::directory_iterator(disk_ / "latest/")) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
}

TEST_F(FullDisk, ThatAHistoryFillsUpIsSaidAndTakesNoResultItsRoom) {
  SKIP_WITHOUT_MOUNT();
  // Many pages and few purchases: those would take room in mid-run that is there again at the end.
  const auto program =
      run({"run", shipped("quick"), "--simulated", "--quiet", "--duration", "30s", "--rate", "60",
           "--set", "load.quiet_rate=20", "--set", "buyers.views=60", "--out", disk_.string(),
           "--set", "warmup.duration=0s"});
  EXPECT_EQ(program->err(), "");
  EXPECT_THAT(program->out(), HasSubstr("database-atomic: degraded: the history is not whole"));
  EXPECT_THAT(program->out(), HasSubstr("which is not whole, was removed"));
  const auto kept = load_result(disk_ / "latest");
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(kept->trials.size(), 3U);
  EXPECT_EQ(kept->trials[0].history.file, "");
  EXPECT_FALSE(kept->interrupted);
}

}  // namespace
}  // namespace doorbuster
