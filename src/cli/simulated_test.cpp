#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "cli/program_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Runs without a server, and what can be done with a saved result.
class Simulated : public DoorbusterTest {
 protected:
  std::unique_ptr<Program> quick(Words more = {}, int code = 0) {
    Words words = {"run", shipped("quick"), "--simulated", "--duration", "1s"};
    words.insert(words.end(), more.begin(), more.end());
    auto program = run(words);
    EXPECT_EQ(program->code(), code) << program->err();
    return program;
  }

  static std::string without_times(std::string json) {
    for (const char* key : {"\"run_id\": \"", "\"started_at\": \""}) {
      const auto begin = json.find(key);
      EXPECT_NE(begin, std::string::npos) << json;
      if (begin != std::string::npos) json.erase(begin, json.find('\n', begin) - begin);
    }
    return json;
  }
};

TEST_F(Simulated, NeedsNoServerAndSaysThatItIsNoMeasurement) {
  const auto program = quick();
  EXPECT_THAT(program->out(), HasSubstr("imulated"));
  EXPECT_THAT(text_of(results() / "latest" / "report.md"), HasSubstr("imulated"));
  EXPECT_TRUE(saved().simulated);
  EXPECT_THAT(program->out(), HasSubstr("read-then-write"));
  EXPECT_THAT(program->err(), Not(HasSubstr("Redis"))) << "none is started";
  expect_no_servers_left();
}

TEST_F(Simulated, TheSameSeedGivesTheSameJsonButForTheTimes) {
  const auto first = quick({"--json"});
  const auto second = quick({"--json"});
  EXPECT_EQ(without_times(first->out()), without_times(second->out()));
  EXPECT_NE(without_times(first->out()), without_times(quick({"--json", "--seed", "2"})->out()));
}

TEST_F(Simulated, JsonIsAllThatStandsOnStdout) {
  const auto program = quick({"--json", "--quiet"});
  const auto printed = from_json(program->out());
  ASSERT_TRUE(printed) << printed.error().message();
  EXPECT_EQ(program->out(), text_of(results() / "latest" / "result.json"));
  EXPECT_EQ(program->err(), "") << "quiet is quiet";
}

// The folder is named by the run itself, so that no test can spoil it before: a name that no file
// can have does the same to one trial.
TEST_F(Simulated, AHistoryThatCannotBeWrittenDegradesItsTrialAndTheRunGoesOn) {
  const std::string name(250, 'x');
  const auto program =
      run({"run",
           file("sale.toml", fmt::format("strategies = [\"{0}\", \"database-atomic\"]\n"
                                         "[strategy.{0}]\nis = \"database-atomic\"\n"
                                         "[shop]\nstock = 20\n[load]\nduration = \"300ms\"\n"
                                         "rate = 200\n",
                                         name)),
           "--simulated"});
  EXPECT_EQ(program->code(), 0) << program->err();
  const RunResult result = saved();
  ASSERT_EQ(result.trials.size(), 2U);
  const TrialResult& spoilt =
      result.trials[0].strategy == name ? result.trials[0] : result.trials[1];
  EXPECT_EQ(spoilt.validity, Validity::degraded);
  EXPECT_THAT(spoilt.reasons, testing::Contains(testing::AllOf(HasSubstr("no history is kept"),
                                                               HasSubstr("File name too long"))));
  EXPECT_EQ(spoilt.history.file, "");
  EXPECT_EQ(spoilt.counts.sold, 20);
  EXPECT_EQ(spoilt.audit.verdict, Verdict::holds) << "the sums need no history";
  for (const PropertyResult& property : spoilt.audit.properties) {
    EXPECT_EQ(property.verdict, Verdict::undecided);
    EXPECT_THAT(property.witness, HasSubstr("File name too long: give a folder with --out"));
  }
  const TrialResult& sound = &spoilt == &result.trials[0] ? result.trials[1] : result.trials[0];
  EXPECT_NE(sound.history.file, "");
  EXPECT_EQ(result.validity, Validity::degraded);
  EXPECT_THAT(text_of(results() / "latest" / "report.md"), HasSubstr("no history is kept"));
}

TEST_F(Simulated, ALatestThatIsNoLinkIsLeftAloneAndCostsNoResult) {
  fs::create_directories(results() / "latest");
  const auto program = quick({"--strategy", "database-atomic", "--repetitions", "2"});
  EXPECT_THAT(program->out(), HasSubstr("is no link and was left alone"));
  EXPECT_TRUE(fs::is_empty(results() / "latest"));
  std::size_t trials = 0;
  for (const fs::path& run : runs()) {
    if (const auto result = load_result(run)) trials += result->trials.size();
  }
  EXPECT_EQ(trials, 2U);
}

TEST_F(Simulated, AnOutputThatCannotBeWrittenIsNoSuccess) {
  fs::create_symlink("/dev/full", folder() / "out.0");  // where the first program's stdout goes
  const auto program = quick({"--strategy", "database-atomic", "--quiet"}, 3);
  EXPECT_THAT(program->err(), HasSubstr("cannot write to stdout: No space left on device"));
  EXPECT_EQ(saved().trials.size(), 1U);
}

TEST_F(Simulated, DoesNotAskForTheUsersServers) {
  const auto program = run({"run", shipped("quick"), "--simulated", "--duration", "0.5s"},
                           {{"REDIS_URL", "redis://192.0.2.1"}, {"DATABASE_URL", "rubbish"}});
  EXPECT_EQ(program->err().find("192.0.2.1"), std::string::npos);
  EXPECT_NE(program->code(), 3) << program->err();
}

TEST_F(Simulated, AnUnexpectedOversellIsExitOne) {
  const std::string path = file("oversell.toml",
                                "strategies = [\"read-then-write\"]\n"
                                "[load]\nrate = 2000\nduration = \"0.5s\"\n"
                                "[buyers]\nthink = \"10ms\"\n");
  const auto program = run({"run", path, "--simulated"});
  EXPECT_EQ(program->code(), 1);
  EXPECT_GT(*saved().trials.at(0).audit.oversold_units, 0);
}

TEST_F(Simulated, ABrokenThresholdIsExitOneAndOneWithoutSamplesExitTwo) {
  const std::string head =
      "strategies = [\"database-atomic\"]\n[load]\nduration = \"0.5s\"\n"
      "rate = 100\n[shop]\nstock = 1000\n[[thresholds]]\nexpression = ";
  EXPECT_EQ(run({"run", file("a.toml", head + "\"buy.p99 < 1ns\"\n"), "--simulated"})->code(), 1);
  EXPECT_EQ(
      run({"run", file("b.toml", head + "\"buy_sold_out.p99 < 1h\"\n"), "--simulated"})->code(), 2);
  EXPECT_EQ(run({"run", file("c.toml", head + "\"buy.p99 < 1h\"\n"), "--simulated"})->code(), 0);
}

TEST_F(Simulated, AReportComesAgainFromTheSavedFolder) {
  const auto ran = quick();
  const fs::path latest = results() / "latest";
  const std::map<std::string, std::string> files = {{"markdown", "report.md"},
                                                    {"html", "report.html"},
                                                    {"junit", "junit.xml"},
                                                    {"csv", "series.csv"},
                                                    {"hlog", "latency.hlog"}};
  std::map<std::string, std::string> before;
  for (const auto& [format, name] : files) {
    before[format] = text_of(latest / name);
    EXPECT_NE(before[format], "") << name;
    fs::remove(latest / name);
  }

  const auto usual = run({"report"});
  EXPECT_EQ(usual->code(), 0) << usual->err();
  EXPECT_THAT(usual->out(), HasSubstr("read-then-write"));
  for (const auto& [format, name] : files) {
    EXPECT_TRUE(text_of(latest / name) == before[format]) << name << ", written anew";
    EXPECT_TRUE(run({"report", latest.string(), "--format", format})->out() == before[format]);
  }
  EXPECT_EQ(run({"report", (latest / "result.json").string(), "--format", "json"})->out(),
            text_of(latest / "result.json"));
}

TEST_F(Simulated, AReportOfWhatIsNoResultIsOneSentence) {
  quick();
  const std::string whole = text_of(results() / "latest" / "result.json");
  expect_complaint(*run({"report", "nothing/here"}), "there is no nothing/here");
  expect_complaint(*run({"report", "/"}), "result.json");
  expect_complaint(*run({"report", file("cut.json", whole.substr(0, whole.size() / 2))}),
                   "cut.json: ");
  expect_complaint(*run({"report", file("empty.json", "")}), "empty.json: ");
  expect_complaint(*run({"report", file("toml.json", "a = 1\n")}), "toml.json: ");
  std::string other = whole;
  other.replace(other.find("doorbuster.result/1"), 19, "doorbuster.result/9");
  expect_complaint(*run({"report", file("other.json", other)}), "doorbuster.result/9");
  const std::string deep(200'000, '[');
  expect_complaint(*run({"report", file("deep.json", deep)}), "deep.json: ");
}

TEST_F(Simulated, AReportWithoutAnyRunTellsWhereItLooked) {
  expect_complaint(*run({"report"}), "results/runs/latest");
  expect_nothing_left();
}

TEST_F(Simulated, SigintEndsItWithWhatIsThere) {
  const auto program = start({"run", shipped("quick"), "--simulated", "--repetitions", "1000"});
  ASSERT_TRUE(comes_true([&] { return fs::exists(results() / "latest" / "report.md"); }));
  program->signal(SIGINT);
  ASSERT_TRUE(program->wait(20s));
  EXPECT_EQ(program->code(), 130);
  EXPECT_TRUE(saved().interrupted);
  EXPECT_GE(saved().trials.size(), 1U);
}

}  // namespace
}  // namespace doorbuster
