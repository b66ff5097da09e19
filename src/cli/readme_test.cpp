// README.md is held to the program: its figures to a committed result, its scenario to the parser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>
#include <string>

#include "base/source_tree.h"
#include "cli/program_testing.h"
#include "report/capacity_report.h"
#include "report/comparison_report.h"
#include "report/sweep_report.h"
#include "report/terminal.h"
#include "results/folder.h"
#include "run/vocabulary.h"
#include "scenario/parse.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

const std::string kRoot = DOORBUSTER_SOURCE_DIR;

std::string readme() {
  std::ostringstream text;
  text << std::ifstream(kRoot + "/README.md", std::ios::binary).rdbuf();
  return text.str();
}

// What stands between a line that begins with `fence` and the next "```", after `from`.
std::string block_after(const std::string& text, const std::string& from,
                        const std::string& fence) {
  const auto start = text.find("\n" + fence + "\n", text.find(from));
  if (start == std::string::npos) return {};
  const auto begin = start + fence.size() + 2;
  return text.substr(begin, text.find("```", begin) - begin);
}

TEST(Readme, ItsTableIsThatOfTheCommittedResult) {
  const auto result = load_result(kRoot + "/results/reference/flash-sale");
  ASSERT_TRUE(result.ok()) << result.error().message();
  const std::string shown = block_after(readme(), "<!-- result:", "```");
  ASSERT_GT(shown.size(), 500U) << "README.md has no table";
  EXPECT_NE(terminal_report(*result, "").find(shown), std::string::npos)
      << "README.md shows other figures than `doorbuster report results/reference/flash-sale`:\n"
      << terminal_report(*result, "");
  EXPECT_FALSE(result->simulated);
  EXPECT_EQ(result->build.type, "release");
  EXPECT_NE(result->validity, Validity::invalid);
  EXPECT_EQ(result->verdict, Verdict::holds);
}

std::string committed(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(kRoot + "/results/reference/" + path, std::ios::binary).rdbuf();
  return text.str();
}

template <class T>
void expect_block_of(const std::string& path, const Result<T>& saved,
                     std::string (*in_terminal)(const T&, const TerminalStyle&)) {
  ASSERT_TRUE(saved.ok()) << path << ": " << saved.error().message();
  EXPECT_FALSE(saved->simulated) << path;
  const std::string shown = block_after(readme(), "<!-- decision: " + path, "```");
  ASSERT_GT(shown.size(), 100U) << "README.md shows nothing of " << path;
  EXPECT_NE(in_terminal(*saved, {}).find(shown), std::string::npos)
      << "README.md shows other figures than " << path << ":\n"
      << in_terminal(*saved, {});
}

TEST(Readme, ItsDecisionsAreThoseOfCommittedOnes) {
  const auto comparison = comparison_from_json(committed("compare/comparison.json"));
  expect_block_of("compare/comparison.json", comparison, &terminal_comparison);
  const auto capacity = capacity_from_json(committed("capacity/capacity.json"));
  expect_block_of("capacity/capacity.json", capacity, &terminal_capacity);
  for (const char* path :
       {"rule-of-thumb/statements/sweep.json", "rule-of-thumb/views/sweep.json"}) {
    expect_block_of(path, sweep_from_json(committed(path)), &terminal_sweep);
  }
}

// README.md's words without its line breaks.
std::string prose() {
  std::string words = readme();
  std::ranges::replace(words, '\n', ' ');
  return words;
}

// Of a strategy at a value of a sweep.
double median_at(const SweepResult& sweep, const std::string& value, const std::string& strategy) {
  for (const SweepPoint& point : sweep.points) {
    if (point.value != value) continue;
    for (const SweepMedian& each : point.goals) {
      if (each.strategy == strategy && each.goal.median) return *each.goal.median;
    }
  }
  ADD_FAILURE() << "no " << strategy << " at " << value;
  return 0;
}

// "1.9", at every value of the sweep.
std::string everywhere(const SweepResult& sweep, const std::string& strategy) {
  std::set<std::string> figures;
  for (const SweepPoint& point : sweep.points) {
    figures.insert(fmt::format("{:.1f}", median_at(sweep, point.value, strategy)));
  }
  EXPECT_EQ(figures.size(), 1U) << strategy << " differs from value to value";
  return figures.empty() ? "" : *figures.begin();
}

void expect_chosen_everywhere(const SweepResult& sweep, const std::string& strategy,
                              const std::string& decided_by) {
  for (const SweepPoint& point : sweep.points) {
    EXPECT_EQ(point.choice, strategy) << sweep.goal << " at " << point.value;
    EXPECT_EQ(point.decided_by, decided_by) << sweep.goal << " at " << point.value;
    EXPECT_EQ(point.verdict, Verdict::holds) << sweep.goal << " at " << point.value;
  }
}

TEST(Readme, ItsSentencesOnTheRuleOfThumbHaveTheFiguresOfTheSweeps) {
  const auto statements = sweep_from_json(committed("rule-of-thumb/statements/sweep.json"));
  const auto views = sweep_from_json(committed("rule-of-thumb/views/sweep.json"));
  ASSERT_TRUE(statements.ok() && views.ok());
  EXPECT_EQ(statements->goal, "statements_per_sale");
  EXPECT_EQ(views->goal, "view.mean");
  const std::string text = prose();
  EXPECT_THAT(text, testing::HasSubstr(fmt::format(
                        "`cache-aside` asks it {} statements a sale where the database alone is "
                        "asked {}, on any number of products",
                        everywhere(*statements, "cache-aside"),
                        everywhere(*statements, "database-atomic"))));
  const auto times = [&](const std::string& products) {
    return median_at(*views, products, "cache-aside") /
           median_at(*views, products, "database-atomic");
  };
  EXPECT_THAT(
      text, testing::HasSubstr(fmt::format("a view of `cache-aside` takes {:.1f} times as long as "
                                           "one without a cache",
                                           times("1"))));
  EXPECT_THAT(text, testing::HasSubstr(fmt::format("with a hundredth of them {:.1f} times as long",
                                                   times("100"))));
  EXPECT_THAT(text, testing::HasSubstr("asks the least in every row; its views take as long as "
                                       "those without a cache, within the 5 % that matter, so "
                                       "that cost chooses it there too"));
  expect_chosen_everywhere(*statements, "write-through", "goal");
  expect_chosen_everywhere(*views, "write-through", "cost");
  for (const SweepPoint& point : views->points) {
    EXPECT_NEAR(median_at(*views, point.value, "write-through") /
                    median_at(*views, point.value, "database-atomic"),
                1, 0.05)
        << point.value;
  }
}

std::string in_words(std::size_t number) {
  static const std::vector<std::string> words = {"none", "one", "two",   "three", "four",
                                                 "five", "six", "seven", "eight"};
  return words.at(number);
}

TEST(Readme, ItsSentencesOnTheFlashSaleHaveTheFiguresOfTheComparison) {
  const auto comparison = comparison_from_json(committed("compare/comparison.json"));
  const auto sale = load_result(kRoot + "/results/reference/flash-sale");
  ASSERT_TRUE(comparison.ok() && sale.ok());
  for (const Elimination& one : comparison->eliminated) {
    EXPECT_EQ(one.trial, one.strategy + ".1") << "in their first trial";
  }
  std::set<int> runs;
  for (const RankedStrategy& one : comparison->ranking) {
    EXPECT_EQ(one.rank, 1) << one.strategy << " is told apart";
    runs.insert(one.runs);
  }
  ASSERT_EQ(runs.size(), 1U);
  const std::string text = prose();
  std::string all = in_words(comparison->eliminated.size() + comparison->ranking.size());
  all[0] = static_cast<char>(std::toupper(all[0]));
  EXPECT_THAT(text, testing::HasSubstr(all + " strategies on the flash sale, `doorbuster compare"));
  EXPECT_THAT(text,
              testing::HasSubstr(fmt::format(
                  "{} are rejected by the audit in their first trial, and the {} that hold "
                  "are not told apart by {} trials each",
                  in_words(comparison->eliminated.size()), in_words(comparison->ranking.size()),
                  in_words(static_cast<std::size_t>(*runs.begin())))));
  const TrialResult& trial = sale->trials.at(0);
  EXPECT_THAT(text, testing::HasSubstr(fmt::format("About {},000 buyers for {} units of one item",
                                                   (trial.counts.arrived + 500) / 1000,
                                                   trial.audit.initial_units.value_or(0))));
}

TEST(Readme, ItsScenariosAreOnesThatRun) {
  for (const char* section : {"### A scenario", "### Around any"}) {
    const std::string text = block_after(readme(), section, "```toml");
    ASSERT_FALSE(text.empty()) << section;
    const auto parsed = parse_scenario(text, "our-sale.toml", vocabulary());
    const auto* problems = std::get_if<std::vector<Problem>>(&parsed);
    EXPECT_EQ(problems, nullptr) << to_string(problems->front());
  }
}

TEST(Readme, ItsStrategyIsOneOfTheCatalogue) {
  const std::string shown = block_after(readme(), "### A strategy of your own", "```cpp");
  ASSERT_GT(shown.size(), 200U);
  std::ostringstream source;
  source << std::ifstream(kRoot + "/src/strategy/database_atomic.cpp", std::ios::binary).rdbuf();
  EXPECT_NE(source.str().find(shown), std::string::npos)
      << "README.md shows another strategy than src/strategy/database_atomic.cpp has";
}

TEST(Readme, ItsTableHasEveryStrategyOnce) {
  const std::string text = readme();
  for (const StrategyEntry& entry : strategies()) {
    const std::string row = "\n| `" + std::string(entry.name) + "` |";
    const auto at = text.find(row);
    ASSERT_NE(at, std::string::npos) << entry.name;
    EXPECT_EQ(text.find(row, at + 1), std::string::npos) << entry.name;
  }
}

// Its commands that decide, on simulated stores and in short.
class ReadmeCommands : public DoorbusterTest {};

TEST_F(ReadmeCommands, ThatDecideAreOnesThatRun) {
  const Words shortly = {"--simulated", "--quiet", "--duration", "200ms"};
  const auto runs_in = [&](const std::string& out, int runs, const std::string& repetitions) {
    for (int i = 0; i < runs; ++i) {
      Words words = {"run",        "quick",           "--out",         out,
                     "--strategy", "database-atomic", "--repetitions", repetitions};
      words.insert(words.end(), shortly.begin(), shortly.end());
      EXPECT_EQ(run(words)->code(), 0);
    }
  };
  runs_in("base", 1, "5");
  runs_in("candidate", 1, "5");
  runs_in("results/runs", 10, "1");
  std::istringstream lines(block_after(readme(), "### Which one to choose", "```"));
  int commands = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words_of(line.substr(0, line.find('#')));
    Words words;
    for (std::string word; words_of >> std::quoted(word);) words.push_back(word);
    if (words.empty()) continue;  // a remark
    ASSERT_GE(words.size(), 2U) << line;
    ASSERT_EQ(words[0], "doorbuster");
    words.erase(words.begin());
    if (words[0] == "compare" || words[0] == "capacity") {
      words.insert(words.end(), shortly.begin(), shortly.end());
      words.insert(words.end(),
                   {"--out", "compared", "--rate", "300", "--set", "warmup.duration=0s"});
      if (const auto time = std::ranges::find(words, "1h"); time != words.end()) *time = "1s";
    }
    const auto program = run(words);
    EXPECT_NE(program->code(), 3) << line << "\n" << program->err();
    EXPECT_LE(program->code(), 3) << line << "\n" << program->err();
    EXPECT_THAT(program->out(), testing::HasSubstr("verdict: ")) << line;
    ++commands;
  }
  EXPECT_EQ(commands, 8);
}

}  // namespace
}  // namespace doorbuster
