// Files as they are found on disks, the shipped ones among them.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "base/source_tree.h"
#include "scenario/describe.h"
#include "scenario/parse_testing.h"
#include "scenario/profile.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

class LoadScenario : public testing::Test {
 protected:
  LoadScenario() {
    std::string pattern = (fs::temp_directory_path() / "doorbuster-scenario-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~LoadScenario() override { fs::remove_all(folder_); }

  std::string path(std::string_view name) const { return (folder_ / name).string(); }
  std::string write(std::string_view name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  static std::string told(const std::string& file) {
    return problems_of(load_scenario(file, test_vocabulary()));
  }

  fs::path folder_;
};

TEST_F(LoadScenario, ReadsAFile) {
  const ParsedScenario parsed = load_scenario(write("night.toml", kMinimal), test_vocabulary());
  ASSERT_TRUE(std::holds_alternative<Scenario>(parsed)) << problems_of(parsed);
  EXPECT_EQ(std::get<Scenario>(parsed).name, "night");
}

TEST_F(LoadScenario, RefusesWhatIsNoFileOfText) {
  EXPECT_EQ(
      told(path("none.toml")),
      path("none.toml") +
          ": there is no such file; `doorbuster list scenarios` shows those that come with it\n");
  EXPECT_EQ(told(folder_.string()),
            folder_.string() + ": this is a directory; a scenario is one TOML file\n");
  EXPECT_EQ(
      told(write("empty.toml", "")),
      path("empty.toml") + ": the file is empty; begin with a copy of scenarios/quick.toml\n");
  EXPECT_EQ(
      told(write("binary.toml", std::string_view("\x7f"
                                                 "ELF\0\0",
                                                 6))),
      path("binary.toml") + ": the file is binary (it has NUL bytes); a scenario is TOML text\n");
  EXPECT_EQ(told(write("latin.toml", "# caf\xe9\n")),
            path("latin.toml") + ":1: the file is not UTF-8 text; a scenario is TOML text\n");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(told(path("pipe")),
            path("pipe") + ": this is not a regular file; a scenario is one TOML file\n");
}

TEST_F(LoadScenario, RefusesAFileThatMayNotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("secret.toml", kMinimal);
  ASSERT_EQ(::chmod(path("secret.toml").c_str(), 0), 0);
  EXPECT_EQ(told(path("secret.toml")),
            path("secret.toml") + ": the file cannot be read: Permission denied\n");
}

TEST_F(LoadScenario, RefusesAHugeFileByItsSizeAlone) {
  write("huge.toml", "a = 1\n");
  fs::resize_file(path("huge.toml"), 100'000'000);
  EXPECT_EQ(told(path("huge.toml")),
            path("huge.toml") + ": the file has 100000000 bytes; a scenario has at most 1 MiB\n");
  EXPECT_EQ(told(write("limit.toml", std::string(kLargestScenario + 1, '\n'))),
            path("limit.toml") + ": the file has 1048577 bytes; a scenario has at most 1 MiB\n");
}

std::string shipped(std::string_view name) {
  return std::string(DOORBUSTER_SOURCE_DIR) + "/scenarios/" + std::string(name);
}

Scenario load_shipped(const std::string& path) {
  const ParsedScenario parsed = load_scenario(path, test_vocabulary());
  EXPECT_EQ(problems_of(parsed), "");
  const auto* scenario = std::get_if<Scenario>(&parsed);
  return scenario == nullptr ? Scenario{} : *scenario;
}

double arrivals_of(const Scenario& scenario) {
  double sum = 0;
  for (const Stage& stage : scenario.load.stages) sum += expected_arrivals(stage, stage.duration);
  return sum;
}

TEST(ShippedScenarios, AllAreSoundAndSayWhatTheyShow) {
  int found = 0;
  for (const auto& entry : fs::directory_iterator(shipped(""))) {
    if (entry.path().extension() != ".toml") continue;
    const Scenario scenario = load_shipped(entry.path().string());
    EXPECT_FALSE(scenario.description.empty()) << entry.path();
    EXPECT_EQ(scenario.expectations.size(), scenario.strategies.size()) << entry.path();
    const ParsedScenario again = parse_text(to_toml(scenario));
    EXPECT_EQ(problems_of(again), "") << to_toml(scenario);
    ++found;
  }
  EXPECT_GE(found, 4);
}

TEST(ShippedScenarios, FlashSaleBringsTenThousandBuyersToFiveHundredUnits) {
  const Scenario scenario = load_shipped(shipped("flash-sale.toml"));
  ASSERT_EQ(scenario.shop.products.size(), 1u);
  EXPECT_EQ(scenario.shop.products[0].stock, 500);
  // A mean so far above that no seed brings fewer: the deviation is about 105.
  EXPECT_GE(arrivals_of(scenario), 10'000 + 9 * 105);
  EXPECT_EQ(scenario.strategies.size(), 6u);
  EXPECT_LE(scenario.load.duration(), 10s);
}

TEST(ShippedScenarios, QuickIsQuick) {
  const Scenario scenario = load_shipped(shipped("quick.toml"));
  EXPECT_LE(scenario.load.duration(), 5s);
  EXPECT_LE(scenario.strategies.size(), 3u);
}

TEST(ShippedScenarios, MixesAreWhatTheirNamesSay) {
  EXPECT_NEAR(load_shipped(shipped("read-heavy.toml")).buyers.views.mean, 9, 1e-9);
  EXPECT_NEAR(load_shipped(shipped("write-heavy.toml")).buyers.views.mean, 0.25, 1e-9);
}

std::string flash_sale_text() {
  std::ifstream in(shipped("flash-sale.toml"));
  return {std::istreambuf_iterator<char>(in), {}};
}

// Whatever comes, it is a scenario or problems with sentences; it never crashes or hangs.
void must_survive(std::string_view text, std::uint64_t seed, int round) {
  SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
  const ParsedScenario parsed = parse_text(text);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    ASSERT_FALSE(problems->empty());
    for (const Problem& problem : *problems) ASSERT_FALSE(problem.message.empty());
  } else {
    const ParsedScenario again = parse_text(to_toml(std::get<Scenario>(parsed)));
    ASSERT_EQ(problems_of(again), "") << to_toml(std::get<Scenario>(parsed));
  }
}

TEST(AnyText, OfRandomBytesIsSurvived) {
  constexpr std::uint64_t kSeed = 1;
  Random random(kSeed);
  constexpr std::string_view kAlphabet =
      "[]{}=\"'\\.,# \n\t-+_0123456789abeflortnuxsTZ:\xc3\xa9\xff";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(200); n > 0; --n)
      text += kAlphabet[random.below(kAlphabet.size())];
    must_survive(text, kSeed, round);
  }
}

TEST(AnyText, OfAMutatedScenarioIsSurvived) {
  constexpr std::uint64_t kSeed = 2;
  Random random(kSeed);
  const std::string original = flash_sale_text();
  ASSERT_GT(original.size(), 500u);
  for (int round = 0; round < 1000; ++round) {
    std::string text = original;
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
      const std::size_t at = random.below(text.size());
      switch (random.below(5)) {
        case 0:
          text[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          text.erase(at, 1 + random.below(20));
          break;
        case 2:
          text.insert(at, original.substr(random.below(original.size()), random.below(60)));
          break;
        case 3:
          text.insert(at, std::to_string(random.next()));
          break;
        default:
          text[at] = "[]{}=\"'.#\n-9e"[random.below(13)];
      }
    }
    must_survive(text, kSeed, round);
  }
}

}  // namespace
}  // namespace doorbuster
