#include "results/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/source_tree.h"
#include "base/utf8.h"
#include "results/folder.h"
#include "results/sample_testing.h"
#include "results/schema_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

std::string complaint(std::string_view text) {
  const Result<RunResult> result = from_json(text);
  return result ? "none" : result.error().message();
}

std::string without(std::string text, std::string_view part) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.erase(at, part.size());
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

TEST(Result, ReadsBackWhatItWroteToTheByte) {
  const std::string text = to_json(sample_run());
  const Result<RunResult> read = from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(to_json(*read), text);
  EXPECT_EQ(read->trials.size(), 2U);
  EXPECT_EQ(read->trials[1].audit.oversold_units, 237);
  EXPECT_EQ(read->trials[0].series.rows.size(), sample_run().trials[0].series.rows.size());
}

TEST(Result, KeepsTheKindsOfBuyersAndDoesWithoutThem) {
  RunResult run = sample_run();
  add_sample_kinds(run.trials[0]);
  const std::string text = to_json(run);
  const Result<RunResult> read = from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(to_json(*read), text);
  ASSERT_EQ(read->trials[0].kinds.size(), 2U);
  EXPECT_EQ(read->trials[0].kinds[1].name, "people");
  EXPECT_EQ(read->trials[0].kinds[1].counts.sold, 900);

  const auto older =
      from_json(R"({"schema": "doorbuster.result/1", "trials": [{"strategy": "a", "counts": {}, )"
                R"("latency": {"view": {}, "buy": {"count": 3}}, "audit": {}}]})");
  ASSERT_TRUE(older.ok()) << older.error().message();
  EXPECT_TRUE(older->trials[0].kinds.empty());
  EXPECT_EQ(older->trials[0].fairness.first_come_first_served, std::nullopt);
  EXPECT_EQ(older->trials[0].latency.pay.count, 0);
}

TEST(Result, KeepsFaultsAndDoesWithoutThem) {
  RunResult run = sample_run();
  EXPECT_TRUE(run.trials[0].faults.empty());
  const EffectsResult effects = {.before = {400, 1000.5},
                                 .during = {},
                                 .after = {3, 2000},
                                 .errors_during = 7,
                                 .database_load = 2.5,
                                 .recovered = Verdict::holds,
                                 .recovered_after_ms = 1200};
  run.trials[0].faults = {{"redis_stall", "", 3001, 5004, std::nullopt, effects},
                          {"cut", "any", std::nullopt, std::nullopt, 0}};
  const std::string text = to_json(run);
  const Result<RunResult> read = from_json(text);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(to_json(*read), text);
  ASSERT_EQ(read->trials[0].faults.size(), 2U);
  EXPECT_EQ(read->trials[0].faults[0].until_ms, 5004);
  EXPECT_EQ(read->trials[0].faults[0].effects.recovered_after_ms, 1200);
  EXPECT_EQ(read->trials[0].faults[1].at_ms, std::nullopt);

  const std::string line = "\"faults\": []";
  const auto older = from_json(without(to_json(sample_run()), line + ","));
  ASSERT_TRUE(older.ok()) << older.error().message();
  EXPECT_TRUE(older->trials[0].faults.empty());
}

TEST(Result, NamesTheTraceThatWasReplayedIfOneWas) {
  RunResult run = sample_run();
  EXPECT_NE(to_json(run).find("\"trace_sha256\": null"), std::string::npos);
  run.scenario.trace_sha256 = std::string(64, 'b');
  const Result<RunResult> read = from_json(to_json(run));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->scenario.trace_sha256, std::string(64, 'b'));
}

TEST(Result, IsTheSameTextForTheSameResult) {
  EXPECT_EQ(to_json(sample_run()), to_json(sample_run()));
}

TEST(Result, KeepsTheKeysOfTheContractInOrder) {
  const std::string text = to_json(sample_run());
  std::size_t from = 0;
  for (const char* key : {"schema",    "run_id",     "started_at",  "doorbuster_version",
                          "build",     "scenario",   "environment", "validity",
                          "verdict",   "thresholds", "trials",      "strategy",
                          "counts",    "latency",    "service",     "lag",
                          "pool_wait", "cache",      "cost",        "figures",
                          "audit",     "invariants", "series",      "columns",
                          "rows"}) {
    const std::size_t at = text.find("\"" + std::string(key) + "\": ", from);
    ASSERT_NE(at, std::string::npos) << key;
    from = at;
  }
}

TEST(Result, IgnoresKeysItDoesNotKnow) {
  const std::string text =
      replaced(to_json(sample_run()), "\"run_id\"", "\"tomorrow\": {\"a\": [1, null]}, \"run_id\"");
  EXPECT_EQ(complaint(text), "none");
}

TEST(Result, KeepsTheDefaultOfKeysThatAreAbsent) {
  const auto read = from_json(R"({"schema": "doorbuster.result/1", "trials": []})");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->model, "open");
  EXPECT_EQ(read->verdict, Verdict::undecided);
}

TEST(Result, KeepsWhatIsSpecialToAStrategyUnderItsNames) {
  const auto read = from_json(to_json(sample_run()));
  ASSERT_TRUE(read.ok()) << read.error().message();
  const FiguresResult& figures = read->trials[0].figures;
  ASSERT_EQ(figures.times.size(), 1U);
  EXPECT_EQ(figures.times[0].first, "fill_lag");
  EXPECT_EQ(figures.times[0].second.count, 200);
  EXPECT_EQ(figures.counts, (Named<std::int64_t>{{"fills_refused", 12}}));
  EXPECT_TRUE(read->trials[1].figures.times.empty());
}

TEST(Result, ReadsResultsFromBeforeStrategiesHadFigures) {
  RunResult run = sample_run();
  for (TrialResult& trial : run.trials) trial.figures = {};
  const std::string text = to_json(run);
  const std::size_t begin = text.find("\"figures\": ");
  std::string older = text;
  for (std::size_t at = begin; at != older.npos; at = older.find("\"figures\": ")) {
    older.erase(at, older.find("\"audit\": ", at) - at);
  }
  const auto read = from_json(older);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(to_json(*read), text);
}

TEST(Result, SaysInOneSentenceWhatIsWrong) {
  const std::string good = to_json(sample_run());
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "this is no whole result: the JSON ends before it is complete"},
      {good.substr(0, good.size() / 2),
       "this is no whole result: the JSON ends before it is complete"},
      {"\x01\x02", "this is no result: syntax error in the JSON"},
      {good + "x", "this is no result: extra data in the JSON"},
      {"[]", "this is no result that can be read: it is a list, not an object"},
      {"{}", "this is no result that can be read: it has no \"schema\""},
      {R"({"schema": "doorbuster.result/2"})",
       "this is no result that can be read: it is \"doorbuster.result/2\", and this program reads "
       "\"doorbuster.result/1\""},
      {R"({"schema": "doorbuster.result/1"})", "this result cannot be read: trials is missing"},
      {replaced(good, "\"sold\": 737", "\"sold\": \"many\""),
       "this result cannot be read: trials[1].counts.sold is a string, not a whole number"},
      {replaced(good, "\"sold\": 737", "\"sold\": 1.5"),
       "this result cannot be read: trials[1].counts.sold is a number, not a whole number"},
      {replaced(good, "\"shards\": 1", "\"shards\": 99999999999"),
       "this result cannot be read: shards is a number, not a number within range"},
      {replaced(good, "\"verdict\": \"holds\"", "\"verdict\": \"fine\""),
       "this result cannot be read: verdict is \"fine\", which is no word for it"},
      {replaced(good, "\"reasons\": []", "\"reasons\": {}"),
       "this result cannot be read: trials[0].reasons is an object, not a list"},
      {replaced(good, "\"fills_refused\": 12", "\"fills_refused\": \"some\""),
       "this result cannot be read: trials[0].figures.counts.fills_refused is a string, not a "
       "whole number"},
      {without(good, "\"strategy\": \"cache-aside\",\n      \"repetition\""),
       "this is no result: syntax error in the JSON"},
      {std::string(100'000, '['), "this is no result: too deep in the JSON"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(complaint(text), expected);
}

TEST(Result, TruncatedAnywhereIsAnErrorAndNothingWorse) {
  const std::string good = to_json(sample_run());
  for (std::size_t length = 0; length + 2 < good.size(); length += 197) {
    EXPECT_NE(complaint(good.substr(0, length)), "none") << length;
  }
}

TEST(Result, WithABrokenByteAnywhereIsReadOrRefusedInOneSentence) {
  const std::string good = to_json(sample_run());
  const std::uint64_t seed = entropy();
  Random random(seed);
  for (int i = 0; i < 300; ++i) {
    std::string text = good;
    for (int flips = 0; flips < 3; ++flips) {
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    }
    const Result<RunResult> read = from_json(text);
    const std::string said = read ? to_json(*read) : read.error().message();
    EXPECT_FALSE(said.empty()) << "seed " << seed << ", round " << i;
  }
}

TEST(Result, AFigureThatIsNoNumberIsNullAndReadsBack) {
  RunResult run = sample_run();
  run.trials[0].latency.view.mean_us = std::numeric_limits<double>::infinity();
  const std::string text = to_json(run);
  EXPECT_THAT(text, HasSubstr("\"mean_us\": null"));
  const auto read = from_json(text);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(std::isnan(read->trials[0].latency.view.mean_us));
}

TEST(Result, TakesAWholeSeedOf64Bits) {
  RunResult run = sample_run();
  run.trials[0].seed = std::numeric_limits<std::uint64_t>::max();
  const auto read = from_json(to_json(run));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->trials[0].seed, std::numeric_limits<std::uint64_t>::max());
}

TEST(Result, WordsOfAnyBytesStayOneValidDocument) {
  RunResult run = sample_run();
  run.scenario.name = "\"quoted\" \\ \n \x1b[31m \xff\xfe \xed\xa0\x80 caf\xc3\xa9 </script>";
  const auto read = from_json(to_json(run));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->scenario.name, valid_utf8(run.scenario.name));
  EXPECT_THAT(read->scenario.name, HasSubstr("caf\xc3\xa9"));
  EXPECT_THAT(read->scenario.name, HasSubstr("\xEF\xBF\xBD"));
}

TEST(Result, FulfilsItsSchema) {
  RunResult unread = sample_run();
  unread.trials[0].audit = distill(audit({}, std::nullopt));
  RunResult of_kinds = sample_run();
  add_sample_kinds(of_kinds.trials[0]);
  const std::string good = to_json(sample_run());
  const std::vector<std::string> documents = {
      good,
      to_json(unread),
      to_json(RunResult{}),
      to_json(of_kinds),
      replaced(good, "\"validity\": \"", "\"validity\": \"un"),
      without(good, "\"lost_orders\": 0,"),
  };
  const auto breaches = breaches_of_schema("result.schema.json", documents);
  if (!breaches) GTEST_SKIP() << kNoJudge;
  EXPECT_EQ(*breaches, "4 $.validity\n5 $.trials[0].audit\n");
}

}  // namespace
}  // namespace doorbuster
