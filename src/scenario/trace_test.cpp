#include "scenario/trace.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/sha256.h"
#include "scenario/overrides.h"
#include "scenario/parse_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
Shop shop() {
  Shop shop;
  for (int i = 1; i <= 3; ++i) shop.products.push_back({ItemId{i}, "product", 100, i < 3});
  return shop;
}

std::string trace_told(std::string_view text) {
  const ParsedTrace parsed = parse_trace(text, "x.csv", shop());
  const auto* problem = std::get_if<Problem>(&parsed);
  return problem == nullptr ? "" : to_string(*problem);
}

Trace read(std::string_view text) {
  EXPECT_EQ(trace_told(text), "");
  return std::get<Trace>(parse_trace(text, "x.csv", shop()));
}

TEST(Trace, GathersEachBuyersRowsAndNumbersTheBuyersAsTheyCome) {
  const Trace trace = read(
      "time_s,buyer,item,kind\n"
      "0.25,900,1,view\n0.5,7,3,view\n1,900,2,buy\n1,7,1,buy\n2.125,900,1,buy\n");
  ASSERT_EQ(trace.buyers(), 2);
  EXPECT_EQ(trace.rows(), 5U);
  EXPECT_EQ(trace.last(), 2125ms);
  const auto first = trace.of(BuyerId{0});
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0].when, 250ms);
  EXPECT_EQ(first[0].kind, TraceRow::Kind::view);
  EXPECT_EQ(first[1].item, ItemId{2});
  EXPECT_EQ(first[2].when, 2125ms);
  const auto second = trace.of(BuyerId{1});
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0].item, ItemId{3}) << "what is not on sale may be looked at";
  EXPECT_EQ(second[1].kind, TraceRow::Kind::buy);
}

TEST(Trace, KnowsItsFileByItsBytes) {
  const std::string text = "time_ms,buyer,item,kind\r\n1500,1,1,buy\r\n";
  EXPECT_EQ(read(text).sha256(), sha256(text));
}

TEST(Trace, SaysInItsHeaderInWhichUnitItsTimesAre) {
  EXPECT_EQ(read("time_ms,buyer,item,kind\r\n1500,1,1,buy\r\n").last(), 1500ms);
}

struct Bad {
  std::string text;
  std::string says;
};

TEST(Trace, RefusesWhatIsWrongInOneSentenceWithItsLine) {
  const std::string head = "time_s,buyer,item,kind\n";
  const Bad table[] = {
      {"", "x.csv: the file is empty"},
      {head, "x.csv:1: nobody comes"},
      {"time,buyer,item,kind\n1,1,1,buy\n", "x.csv:1: \"time,buyer,item,kind\": the first line"},
      {"1,1,1,buy\n", "x.csv:1: \"1,1,1,buy\": the first line"},
      {head + "1,1,1,buy\n0.5,1,1,buy\n", "x.csv:3: the time \"0.5\" is before"},
      {head + "1,1,1,buy\n2,1,1,b", "x.csv:3: the last line does not end"},
      {head + "1,1,1,buy\n2,1,1,buy", "x.csv:3: the last line does not end"},
      {head + std::string("1,1\0,1,buy\n", 11), "x.csv:2: the file is binary"},
      {"\x7f"
       "ELF\1\n",
       "x.csv:1: the file is binary"},
      {head + "1,1,1,b\xc3\xa9\n", "x.csv:2: the file is binary or not plain ASCII"},
      {head + "1,1,4,view\n", "x.csv:2: the item \"4\": the shop's products are 1 to 3"},
      {head + "1,1,0,view\n", "x.csv:2: the item \"0\""},
      {head + "1,1,0,buy\n", "x.csv:2: the item \"0\""},
      {head + "1,1,99999,buy\n", "x.csv:2: the item \"99999\""},
      {head + "1,1,3,buy\n", "x.csv:2: item 3 is bought, but it is not on sale"},
      {head + "1,1,1,steal\n", "x.csv:2: the kind \"steal\": view or buy"},
      {head + "x,1,1,buy\n", "x.csv:2: the time \"x\": a number is needed"},
      {head + "nan,1,1,buy\n", "x.csv:2: the time \"nan\""},
      {head + "-1,1,1,buy\n", "x.csv:2: the time \"-1\""},
      {head + "1e9,1,1,buy\n", "x.csv:2: the time \"1e9\""},
      {head + "1,-1,1,buy\n", "x.csv:2: the buyer \"-1\": a whole number"},
      {head + "1,1.5,1,buy\n", "x.csv:2: the buyer \"1.5\""},
      {head + "1,1,1\n", "x.csv:2: \"1,1,1\": a row has four fields"},
      {head + "1,1,1,buy,\n", "x.csv:2: \"1,1,1,buy,\": a row has four fields"},
      {head + "\n", "x.csv:2: \"\": a row has four fields"},
      {std::string(kLargestTrace + 1, '\n'), "x.csv: the file is too large"},
  };
  for (const Bad& bad : table) {
    const std::string said = trace_told(bad.text);
    EXPECT_TRUE(said.starts_with(bad.says)) << said << "\nis not\n" << bad.says;
  }
}

TEST(Trace, RefusesAPurchaseThatNoKeyCouldName) {
  std::string text = "time_s,buyer,item,kind\n";
  for (int i = 0; i < 128; ++i) text += "1,5,1,buy\n";
  EXPECT_EQ(read(text).rows(), 128U);
  EXPECT_EQ(trace_told(text + "1,5,1,buy\n"),
            "x.csv:130: buyer 5 buys for the 129th time; 128 purchases of one can be told apart");
}

TEST(Trace, HasALimitOfRows) {
  const std::string text = "time_s,buyer,item,kind\n1,5,1,view\n1,5,1,view\n1,5,1,view\n";
  EXPECT_TRUE(std::holds_alternative<Trace>(parse_trace(text, "x.csv", shop(), 3)));
  const ParsedTrace refused = parse_trace(text, "x.csv", shop(), 2);
  ASSERT_TRUE(std::holds_alternative<Problem>(refused));
  EXPECT_EQ(to_string(std::get<Problem>(refused)),
            "x.csv:4: a trace has at most 2 rows; replay a part of it");
}

class TraceOfAScenario : public testing::Test {
 protected:
  TraceOfAScenario() {
    std::string pattern = (fs::temp_directory_path() / "doorbuster-trace-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    fs::create_directory(folder_ / "traces");
    write("traces/sale.csv", "time_s,buyer,item,kind\n0,1,1,view\n8,1,1,buy\n");
  }
  ~TraceOfAScenario() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  ParsedScenario load(const std::string& load, const std::string& more = "") const {
    write("sale.toml", kMinimal + "[load]\nprofile = \"trace\"\n" + load + "\n" + more);
    return load_scenario((folder_ / "sale.toml").string(), test_vocabulary());
  }

  fs::path folder_;
};

TEST_F(TraceOfAScenario, IsFoundFromItsFolderAndReplayedFaster) {
  const auto parsed = load("trace = \"traces/sale.csv\"\nspeedup = 4");
  ASSERT_EQ(problems_of(parsed), "");
  auto scenario = std::get<Scenario>(parsed);
  ASSERT_TRUE(scenario.load.trace);
  EXPECT_EQ(scenario.load.trace->rows(), 2U);
  EXPECT_EQ(scenario.load.duration(), 2s);
  EXPECT_TRUE(scale_duration(scenario, 500ms).ok());
  EXPECT_EQ(scenario.load.duration(), 500ms);
  EXPECT_FALSE(scale_duration(scenario, 1us).ok());
  EXPECT_NE(scale_rate(scenario, 100).error().message().find("load.speedup"), std::string::npos);
}

TEST_F(TraceOfAScenario, IsToldOnItsOwnLine) {
  write("traces/sale.csv", "time_s,buyer,item,kind\n0,1,9,view\n");
  EXPECT_NE(problems_of(load("trace = \"traces/sale.csv\"")).find("traces/sale.csv:2: the item"),
            std::string::npos);
  EXPECT_NE(problems_of(load("trace = \"no.csv\"")).find("no.csv: there is no such file; load.tra"),
            std::string::npos);
  EXPECT_NE(problems_of(load("trace = \"traces\"")).find("this is a directory; a trace is one"),
            std::string::npos);
}

TEST_F(TraceOfAScenario, LeavesNothingForOtherKeysToSay) {
  const std::string good = "trace = \"traces/sale.csv\"";
  EXPECT_NE(problems_of(load("")).find("load.trace is missing"), std::string::npos);
  EXPECT_NE(problems_of(load(good + "\nrate = 5")).find("load.rate = 5: it has no effect"),
            std::string::npos);
  EXPECT_NE(problems_of(load(good, "[buyers]\nviews = 2")).find("what buyers do is in the trace"),
            std::string::npos);
  EXPECT_NE(problems_of(parse_text(kMinimal + "[[load.stage]]\nprofile = \"trace\"\n"))
                .find("it stands in [load] alone"),
            std::string::npos);
}

}  // namespace
}  // namespace doorbuster
