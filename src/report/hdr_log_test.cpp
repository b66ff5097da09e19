#include "report/hdr_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/random.h"
#include "base/source_tree.h"
#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HdrLog, HasALineForEachDistributionThatIsNotEmpty) {
  const std::string log = hdr_log(sample_run());
  EXPECT_THAT(log, HasSubstr("#[StartTime: 1795737600.000 (seconds since epoch), "
                             "2026-11-27T00:00:00Z]\n"));
  EXPECT_THAT(log, HasSubstr("\nTag=cache-aside.1.buy_sold,0.000,12.000,3.531,HISTFAAA"));
  EXPECT_THAT(log, Not(HasSubstr(".pay,")));
}

TEST(HdrLog, LetsNoNameBeALineOrAColumn) {
  RunResult run = sample_run();
  run.trials.resize(1);
  run.trials[0].strategy = "a,b c\nTag=x\x1b";
  run.started_at = "yesterday\n#[x]";
  const std::string log = hdr_log(run);
  EXPECT_THAT(log, HasSubstr("\nTag=a-b-c-Tag=x?.1.view,0.000,"));
  EXPECT_THAT(log, HasSubstr("#[StartTime: 0.000 (seconds since epoch), yesterday #[x]]\n"));
}

// The original Java implementation, by testdata/HdrLog.java.
TEST(HdrLog, IsReadByTheOriginalWithTheSameFigures) {
  constexpr const char* kJar = "/usr/share/java/hdrhistogram.jar";
  if (!std::filesystem::exists(kJar) || std::system("javac -version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "NOT CHECKED against the original HdrHistogram: install libhdrhistogram-java "
                    "and openjdk-17-jdk-headless";
  }
  const std::filesystem::path base =
      std::filesystem::path(testing::TempDir()) / fmt::format("doorbuster-hlog-{}", entropy());
  const std::string log = base.string() + ".hlog";
  const std::string answer = base.string() + ".txt";
  RunResult run = repeated_run();
  std::ofstream(log, std::ios::binary) << hdr_log(run);
  const std::string command = fmt::format("java -cp {} '" DOORBUSTER_SOURCE_DIR
                                          "/src/report/testdata/HdrLog.java' '{}' >'{}'",
                                          kJar, log, answer);
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  std::string expected;
  const auto nanos = [](double micros) { return std::llround(micros * 1000); };
  for (const TrialResult& trial : run.trials) {
    const auto add = [&](const char* name, const Distilled& of) {
      if (of.count == 0) return;
      expected += fmt::format("{}.{}.{} 1795737600000 {} {} {} {} {}\n", trial.strategy,
                              trial.repetition, name, trial.duration_ms, of.count, nanos(of.p50_us),
                              nanos(of.p99_us), nanos(of.max_us));
    };
    add("view", trial.latency.view);
    add("buy", trial.latency.buy);
    add("buy_sold", trial.latency.buy_sold);
    add("buy_sold_out", trial.latency.buy_sold_out);
  }
  std::ostringstream told;
  told << std::ifstream(answer, std::ios::binary).rdbuf();
  EXPECT_EQ(told.str(), expected);
  std::filesystem::remove(log);
  std::filesystem::remove(answer);
}

}  // namespace
}  // namespace doorbuster
