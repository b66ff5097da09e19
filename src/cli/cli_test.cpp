#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CommandLine : public DoorbusterTest {};

TEST_F(CommandLine, WithoutAWordItTeaches) {
  const auto program = run({});
  EXPECT_EQ(program->code(), 0);
  for (const char* taught :
       {"run", "validate", "report", "list", "sandbox", "Begin with", "Exit codes", "oversell"}) {
    EXPECT_THAT(program->out(), HasSubstr(taught));
  }
  EXPECT_EQ(program->err(), "");
  expect_nothing_left();
}

TEST_F(CommandLine, HelpIsHelpEverywhere) {
  for (const Words& words :
       {Words{"--help"}, Words{"run", "--help"}, Words{"validate", "-h"}, Words{"report", "--help"},
        Words{"list", "--help"}, Words{"history", "--help"}, Words{"history", "export", "--help"},
        Words{"sandbox", "--help"}}) {
    const auto program = run(words);
    EXPECT_EQ(program->code(), 0) << words[0];
    EXPECT_THAT(program->out(), HasSubstr("Usage:")) << words[0];
    EXPECT_EQ(program->err(), "") << words[0];
  }
  EXPECT_THAT(run({"run", "--help"})->out(), HasSubstr("--allow-remote"));
}

TEST_F(CommandLine, TellsItsVersion) {
  const auto program = run({"--version"});
  EXPECT_EQ(program->code(), 0);
  EXPECT_THAT(program->out(), StartsWith("doorbuster "));
}

TEST_F(CommandLine, WhatItDoesNotKnowIsOneSentence) {
  expect_complaint(*run({"frobnicate"}), "frobnicate");
  expect_complaint(*run({"--frobnicate"}), "--frobnicate");
  expect_complaint(*run({"run", "--frobnicate"}), "--frobnicate");
  expect_complaint(*run({"run", "quick", "quick"}), "quick");
  expect_complaint(*run({"run", "--seed", "red"}), "--seed: red is not a whole number");
  expect_complaint(*run({"run", "--seed", "-1"}), "--seed: -1 is not a whole number");
  expect_complaint(*run({"run", "--seed=-1"}), "--seed: -1 is not a whole number");
  expect_complaint(*run({"validate", "--seed", "9223372036854775808"}), "is not a whole number");
  expect_complaint(*run({"trend", ".", "--seed", "-1"}), "--seed: -1 is not a whole number");
  expect_complaint(*run({"run", "--out"}), "--out");
  expect_complaint(*run({"run", "--repetitions", "99999999999999999999"}), "--repetitions");
  expect_complaint(*run({"list"}), "what");
  expect_complaint(*run({"list", "things"}), "things");
  expect_complaint(*run({"report", "--format", "pdf"}), "pdf");
  for (const char* command : {"run", "compare", "capacity"}) {
    Words words = {command, "--simulated", "--prometheus", "0.0.0.0:9464"};
    if (words[0] == "capacity") words.insert(words.end(), {"--slo", "buy.p99 < 50ms"});
    expect_complaint(*run(words), "loopback");
  }
  expect_complaint(*run({"run", "\x1b[31mred\x1b[0m"}), "red");
  EXPECT_THAT(run({"run", "\x1b[31mred"})->err(), Not(HasSubstr("\x1b")))
      << "a stranger's words do not reach the terminal as they are";
  expect_nothing_left();
}

TEST_F(CommandLine, ListsTheStrategies) {
  const auto program = run({"list", "strategies"});
  EXPECT_EQ(program->code(), 0);
  for (const StrategyEntry& entry : strategies()) {
    EXPECT_THAT("\n" + program->out(), HasSubstr(fmt::format("\n{}\n", entry.name)));
  }
}

TEST_F(CommandLine, ListsTheScenariosThatShipAndThoseHere) {
  const auto shipped_ones = run({"list", "scenarios"});
  EXPECT_EQ(shipped_ones->code(), 0);
  EXPECT_THAT(shipped_ones->out(), HasSubstr("\nhazards/redis-lock  ("));
  EXPECT_EQ(run({"validate", "hazards/redis-lock"})->code(), 0);
  std::filesystem::create_directory(folder() / "scenarios");
  file("scenarios/mine.toml", "description = \"of my own\"\nstrategies = [\"cache-aside\"]\n");
  file("scenarios/wrong.toml", "strategy = 1\n");
  const auto with_mine = run({"list", "scenarios"});
  EXPECT_THAT(with_mine->out(), HasSubstr("mine  (scenarios/mine.toml)\n    of my own\n"));
  EXPECT_THAT(with_mine->out(), HasSubstr("has errors: `doorbuster validate` tells them"));
  EXPECT_EQ(run({"validate", "mine"})->code(), 0) << "a bare name is looked for there";
}

TEST_F(CommandLine, ListsTheScenariosOfEveryFolderThatShips) {
  const auto program = run({"list", "scenarios"});
  EXPECT_THAT(program->out(), HasSubstr("\nfaults/cache-dies-at-peak  ("));
}

TEST_F(CommandLine, NamesTheNearestWordAndWhereToLook) {
  const std::vector<std::pair<Words, std::string>> cases = {
      {{"run", "flash-sal"}, "flash-sal: there is no such scenario; did you mean flash-sale?"},
      {{"run", "faults/cache-stall"}, "did you mean faults/cache-stalls?"},
      {{"run", "--rat", "30"}, "--rat; did you mean --rate? `doorbuster run --help` shows"},
      {{"comapre"}, "did you mean compare? `doorbuster --help` shows"},
      {{"run", "--frobnicate"}, "--frobnicate; `doorbuster run --help` shows"},
      {{"run", "--rate", ""}, "an empty word after --rate: leave it out, or give it a value"},
      {{"run", "--rate="}, "an empty word after --rate=: "},
      {{""}, "an empty word: "},
      {{"list"}, "list what? `doorbuster list strategies`, scenarios or keys"},
      {{"compare", "quick", "--margin", "-5"}, "--margin: -5 is not a number of at least 0;"},
      {{"compare", "quick", "--margin", "nan"}, "--margin: nan is not a number of at least 0;"},
      {{"compare", "quick", "--time", "-1h"}, "--time -1h: a duration above 0 is needed"},
      {{"capacity", "quick", "--peak", "0"}, "--peak: 0 is not a number above 0;"},
  };
  for (const auto& [words, sentence] : cases) expect_complaint(*run(words), sentence);
}

TEST_F(CommandLine, HelpFitsEightyColumns) {
  const std::vector<Words> helps = {{"--help"},
                                    {"run", "--help"},
                                    {"audit", "--help"},
                                    {"history", "export", "--help"},
                                    {"compare", "--help"},
                                    {"check", "--help"},
                                    {"trend", "--help"},
                                    {"capacity", "--help"},
                                    {"report", "--help"}};
  for (const Words& words : helps) {
    std::istringstream lines(run(words)->out());
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(CommandLine, ListsEveryKeyWithinEightyColumns) {
  const auto program = run({"list", "keys"});
  EXPECT_EQ(program->code(), 0);
  EXPECT_THAT(program->out(), HasSubstr("load.rate\n"));
  std::istringstream lines(program->out());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

class Validate : public DoorbusterTest {};

TEST_F(Validate, PrintsAScenarioThatReadsBackTheSame) {
  for (const char* name : {"quick", "flash-sale", "read-heavy", "write-heavy"}) {
    const auto once = run({"validate", shipped(name)});
    EXPECT_EQ(once->code(), 0) << name << once->err();
    const auto twice = run({"validate", file(std::string(name) + ".toml", once->out())});
    EXPECT_EQ(twice->code(), 0) << name << twice->err();
    EXPECT_EQ(twice->out(), once->out()) << name;
  }
  expect_nothing_left();
}

TEST_F(Validate, ShowsWhatTheFlagsChange) {
  const auto program =
      run({"validate", shipped("quick"), "--seed", "77", "--repetitions", "3", "--strategy",
           "write-through", "--set", "shop.stock=5", "--duration", "2s", "--rate", "300"});
  EXPECT_EQ(program->code(), 0) << program->err();
  for (const char* line :
       {"seed = 77\n", "repetitions = 3\n", "stock = 5\n", "rate = 300", "duration = \"2s\"\n"}) {
    EXPECT_THAT(program->out(), HasSubstr(line));
  }
  EXPECT_THAT(program->out(), HasSubstr("\"write-through\""));
  EXPECT_THAT(program->out(), Not(HasSubstr("\"cache-aside\"")));
}

TEST_F(Validate, TellsEverythingThatIsWrongAtOnce) {
  const std::string path = file("wrong.toml",
                                "strategies = [\"cache-asid\"]\n"
                                "[lod]\n"
                                "[load]\n"
                                "rate = \"fast\"\n"
                                "duration = 5\n");
  const auto program = run({"validate", path});
  expect_complaint(*program, "wrong.toml:1: ", 4);
  EXPECT_THAT(program->err(), HasSubstr("did you mean cache-aside?"));
  EXPECT_THAT(program->err(), HasSubstr("wrong.toml:2: "));
  EXPECT_THAT(program->err(), HasSubstr("wrong.toml:4: "));
  EXPECT_THAT(program->err(), HasSubstr("wrong.toml:5: "));
}

}  // namespace
}  // namespace doorbuster
