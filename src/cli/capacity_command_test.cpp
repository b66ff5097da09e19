#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/program_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

class CapacityCommand : public DoorbusterTest {
 protected:
  std::unique_ptr<Program> capacity(Words more) {
    Words words = {"capacity",   shipped("quick"), "--simulated", "--quiet",
                   "--duration", "200ms",          "--set",       "warmup.duration=0s",
                   "--strategy", "database-atomic"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
};

TEST_F(CapacityCommand, FindsTheRateAndLetsTheStockGrowWithIt) {
  const auto program = capacity({"--slo", "buy.p99 < 2ms", "--from", "8000", "--peak", "10000"});
  EXPECT_EQ(program->code(), 0) << program->err() << program->out();
  EXPECT_THAT(program->out(), HasSubstr("database-atomic bears between"));
  EXPECT_THAT(program->out(), HasSubstr("over the expected peak of 10000 sessions/s"));
  const auto runs = results() / "capacity";
  EXPECT_THAT(text_of(runs / "latest" / "capacity.json"), HasSubstr("\"doorbuster.capacity/1\""));
  EXPECT_THAT(text_of(runs / "latest" / "capacity.json"), HasSubstr("\"rate_per_s\": 8000, "));
  EXPECT_THAT(text_of(runs / "latest" / "capacity.json"), HasSubstr("\"stock\": 1067"))
      << "200 units for 1500 sessions a second";
  EXPECT_THAT(text_of(runs / "latest" / "capacity.html"), HasSubstr("data-chart=\"latency\""));
  int looked_at = 0;
  for (const auto& entry : std::filesystem::directory_iterator(runs)) {
    const auto probe = load_result(entry.path());
    ASSERT_TRUE(probe.ok()) << entry.path();
    for (const auto& [key, fact] : probe->scenario.resolved) {
      if (key != "seed") continue;
      EXPECT_EQ(fact, Fact(static_cast<std::int64_t>(probe->trials.at(0).seed)))
          << "as it was run: each run has buyers of its own";
      ++looked_at;
    }
  }
  EXPECT_GT(looked_at, 4);
}

TEST_F(CapacityCommand, WhatOversellsBearsNothing) {
  const auto program =
      run({"capacity",
           file("sale.toml",
                "strategies = [\"read-then-write\"]\n"
                "[shop]\nstock = 50\n[load]\n"
                "duration = \"300ms\"\nrate = 2000\n"),
           "--simulated", "--quiet", "--slo", "failed_share < 50%", "--from", "4000", "--json"});
  EXPECT_THAT(program->out(), HasSubstr("\"why\": \"no_oversell is broken\""));
}

TEST_F(CapacityCommand, AControlHasNone) {
  const Words words = {"capacity",   shipped("quick"), "--simulated",    "--quiet",
                       "--duration", "200ms",          "--set",          "warmup.duration=0s",
                       "--slo",      "buy.p99 < 2ms",  "--rate",         "8000",
                       "--json",     "--strategy",     "read-then-write"};
  expect_complaint(*run(words), "no strategy is left");
  Words two = words;
  two.push_back("database-atomic");
  const auto program = run(two);
  EXPECT_THAT(program->out(), HasSubstr("read-then-write is left out, for the scenario expects it "
                                        "to break no_oversell"));
  EXPECT_THAT(program->out(), Not(HasSubstr("\"strategy\": \"read-then-write\"")));
  EXPECT_THAT(program->out(), HasSubstr("\"strategy\": \"database-atomic\""));
}

TEST_F(CapacityCommand, BadInputIsOneSentenceAndThree) {
  expect_complaint(*capacity({}), "there is no threshold to keep");
  expect_complaint(*capacity({"--slo", "buy.p42 < 5ms"}),
                   "--slo \"buy.p42 < 5ms\": unknown metric buy.p42");
  expect_complaint(*capacity({"--slo", "it's fast"}), "a comparison is needed");
  expect_complaint(*run({"capacity", shipped("trace"), "--simulated", "--slo", "buy.p99 < 5ms"}),
                   "this load has none");
  expect_nothing_left();
}

}  // namespace
}  // namespace doorbuster
