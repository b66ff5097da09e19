#include "history/history_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace doorbuster {
namespace {

using Texts = std::map<std::string, std::string>;

Texts sound() {
  return {
      {"items.csv", "item,initial_quantity,final_quantity,cached_quantity\n1,5,4,\n2,7,7,6\n"},
      {"operations.csv",
       "op,buyer,item,kind,quantity,scheduled_ns,started_ns,finished_ns,outcome,value,version,"
       "source,key,attempt\n"
       "0,10,1,view,1,5,6,8,ok,5,0,cache,,1\n"
       "3,10,1,buy,1,5,9,12,ok,4,1,database,77,1\n"
       "4,11,1,buy,2,5,9,,unknown,,,,78,300\n"},
      {"stock_log.csv", "item,version,before,after,op\n1,1,5,4,3\n"},
      {"orders.csv", "order,op,buyer,item,quantity,key,version\n9,3,10,1,1,77,1\n10,,12,2,1,,\n"}};
}

Result<JudgedHistory> read(const Texts& texts) {
  std::istringstream items(texts.at("items.csv")), operations(texts.at("operations.csv")),
      stock_log(texts.at("stock_log.csv")), orders(texts.at("orders.csv"));
  std::map<std::string, std::istringstream> more;
  const auto given = [&](const char* name) -> std::istream* {
    if (!texts.contains(name)) return nullptr;
    more[name].str(texts.at(name));
    return &more[name];
  };
  return read_history_csv(HistoryCsv{items, operations, stock_log, orders, given("run.csv"),
                                     given("gates.csv"), given("reservations.csv"),
                                     given("gate_log.csv"), given("faults.csv")});
}

TEST(HistoryCsv, IsReadFieldByField) {
  const auto history = read(sound());
  ASSERT_TRUE(history.ok()) << history.error().message();
  ASSERT_EQ(history->items.size(), 2U);
  EXPECT_EQ(history->items[0].cached, std::nullopt);
  EXPECT_EQ(history->items[1].cached, 6);
  ASSERT_EQ(history->operations.size(), 3U);
  const Operation& view = history->operations[0];
  EXPECT_EQ(view.kind, OperationKind::view);
  EXPECT_EQ(view.source, AnswerSource::cache);
  EXPECT_EQ(view.key, kNoKey);
  EXPECT_EQ(view.version, 0);
  const Operation& buy = history->operations[1];
  EXPECT_EQ(buy.op, OperationId{3});
  EXPECT_EQ(buy.started, kRunStart + 9ns);
  EXPECT_EQ(buy.key, OrderKey{77});
  const Operation& lost = history->operations[2];
  EXPECT_EQ(lost.finished, kNever);
  EXPECT_EQ(lost.value, kNoStock);
  EXPECT_EQ(lost.version, kNoVersion);
  EXPECT_EQ(lost.attempt, 255);
  ASSERT_EQ(history->stock_log.size(), 1U);
  EXPECT_EQ(history->stock_log[0].op, OperationId{3});
  ASSERT_EQ(history->orders.size(), 2U);
  EXPECT_EQ(history->orders[1].op, kNoOperation);
  EXPECT_EQ(history->orders[1].version, kNoVersion);
}

TEST(HistoryCsv, SaysOfTheRunWhatTheFifthFileSays) {
  auto history = read(sound());
  EXPECT_EQ(history->last_return, std::nullopt) << "nothing ever came back";
  EXPECT_TRUE(history->cache_read);
  Texts texts = sound();
  texts["run.csv"] = "fact,value\ncache_read,false\nlast_gate_return_ns,\nlast_return_ns,70\n";
  history = read(texts);
  ASSERT_TRUE(history.ok()) << history.error().message();
  EXPECT_EQ(history->last_return, kRunStart + 70ns);
  EXPECT_EQ(history->last_gate_return, kNever) << "it cannot be told";
  EXPECT_FALSE(history->cache_read);
}

TEST(HistoryCsv, RefusesAFifthFileThatSaysOtherThings) {
  const std::pair<const char*, const char*> cases[] = {
      {"fact\n", "run.csv:1: the header is 'fact'; it must be fact,value"},
      {"fact,value\nlast_sale,1\n",
       "run.csv:2: fact must be one of cache_read, last_return_ns, last_gate_return_ns, not "
       "'last_sale'"},
      {"fact,value\ncache_read,1\n", "run.csv:2: value must be one of false, true, not '1'"},
      {"fact,value\nlast_return_ns,1s\n", "run.csv:2: value must be a whole number from 0"},
      {"fact,value\nlast_return_ns,1\nlast_return_ns,2\n",
       "run.csv:3: fact must be told once, not 'last_return_ns'"}};
  for (const auto& [text, sentence] : cases) {
    Texts texts = sound();
    texts["run.csv"] = text;
    const auto history = read(texts);
    ASSERT_FALSE(history.ok()) << sentence;
    EXPECT_THAT(history.error().message(), testing::StartsWith(sentence));
  }
}

Texts with_gates() {
  Texts texts = sound();
  texts["gates.csv"] = "item,left,settled,sequence\n1,3,1,2\n2,,0,\n";
  texts["reservations.csv"] = "item,key,quantity,age_ns\n1,78,2,70\n";
  texts["gate_log.csv"] =
      "item,sequence,before,after,key,asked_ns,answered_ns\n1,1,5,4,77,9,12\n1,2,4,2,78,9,\n";
  return texts;
}

TEST(HistoryCsv, KnowsOfGatesWhatTheLastThreeFilesSay) {
  const auto history = read(with_gates());
  ASSERT_TRUE(history.ok()) << history.error().message();
  const GateAccount& gate = history->items[0].gate.value();
  EXPECT_EQ(gate.left, 3);
  EXPECT_EQ(gate.settled, 1);
  EXPECT_EQ(gate.sequence, 2);
  ASSERT_EQ(gate.pending.size(), 1U);
  EXPECT_EQ(gate.pending[0].order.key, OrderKey{78});
  EXPECT_EQ(gate.pending[0].age, 70ns);
  EXPECT_EQ(history->items[1].gate.value().left, std::nullopt);
  EXPECT_EQ(history->items[1].gate->sequence, std::nullopt);
  ASSERT_EQ(history->gate_log.size(), 2U);
  EXPECT_TRUE(history->gate_log[1].is_grant());
  EXPECT_EQ(history->gate_log[1].answered, kNever);
  EXPECT_FALSE(read(sound())->items[0].gate) << "there is none";
}

TEST(HistoryCsv, RefusesGatesThatCannotBe) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"gates.csv", "item,left,settled,sequence\n3,3,1,2\n",
       "gates.csv:2: item must be an item of items.csv, each with one line, not '3'"},
      {"gates.csv", "item,left,settled,sequence\n1,3,1,2\n1,3,1,2\n", "gates.csv:3: item must be"},
      {"gates.csv", "item,left,settled,sequence\n2,3,1,-1\n", "gates.csv:2: sequence must be"},
      {"reservations.csv", "item,key,quantity,age_ns\n3,78,2,70\n",
       "reservations.csv:2: item must be an item of gates.csv, not '3'"},
      {"reservations.csv", "item,key,quantity,age_ns\n1,78,0,70\n",
       "reservations.csv:2: quantity must be"},
      {"gate_log.csv",
       "item,sequence,before,after,key,asked_ns,answered_ns\n1,2,5,4,77,9,12\n1,1,5,4,77,9,12\n",
       "gate_log.csv:3: items, and the sequence of one, must ascend"},
      {"gate_log.csv", "item,sequence,before,after,key,asked_ns,answered_ns\n1,0,5,4,77,9,12\n",
       "gate_log.csv:2: sequence must be"}};
  for (const auto& [file, text, sentence] : cases) {
    Texts texts = with_gates();
    texts[file] = text;
    const auto history = read(texts);
    ASSERT_FALSE(history.ok()) << sentence;
    EXPECT_THAT(history.error().message(), testing::StartsWith(sentence));
  }
}

struct Fault {
  const char* file;
  const char* from;
  const char* to;
  const char* sentence;
};

TEST(HistoryCsv, TheFirstThingThatIsWrongIsOneSentenceWithFileAndLine) {
  const Fault faults[] = {
      {"items.csv", "item,", "items,", "items.csv:1: the header is 'items,initial"},
      {"items.csv", "2,7,7,6", "1,7,7,6", "items.csv:3: the items must ascend"},
      {"items.csv", "1,5,4", "1,-5,4",
       "items.csv:2: initial_quantity must be a whole number from 0"},
      {"items.csv", "1,5,4,", "1,5,4", "items.csv:2: the line has 3 fields; there must be 4"},
      {"items.csv", "7,6\n", "7,6", "items.csv:3: the line has no end: the file is cut off"},
      {"items.csv", "7,6\n", "7,6\r\n", "items.csv:3: the line ends in a carriage return"},
      {"items.csv", "7,6", "7,\x01", "items.csv:3: the line holds bytes that are no text"},
      {"operations.csv", "3,10,1,buy", "0,10,1,buy", "operations.csv: op 0 stands there twice"},
      {"operations.csv", ",view,", ",look,",
       "operations.csv:2: kind must be one of view, buy, release, not 'look'"},
      {"operations.csv", ",ok,5", ",sold_out,5", "operations.csv:2: outcome of a view must be"},
      {"operations.csv", ",9,12,", ",9,8,", "operations.csv:3: finished_ns must not be before"},
      {"operations.csv", ",5,9,12,", ",10,9,12,",
       "operations.csv:3: started_ns must not be before"},
      {"operations.csv", "9,12,ok", "9,,ok",
       "operations.csv:3: finished_ns must be a whole number from 0 to 4611686018427387904, not "
       "empty"},
      {"operations.csv", "9,,unknown", "9,12,unknown",
       "operations.csv:4: finished_ns must be empty"},
      {"operations.csv", ",database,", ",postgres,",
       "operations.csv:3: source must be one of cache, database, gate, not 'postgres'"},
      {"operations.csv", "78,300", "78,0", "operations.csv:4: attempt must be"},
      {"operations.csv", "4,11,", "4294967295,11,", "operations.csv:4: op must be"},
      {"operations.csv", ",5,0,cache", ",5x,0,cache", "operations.csv:2: value must be"},
      {"stock_log.csv", "1,1,5,4,3\n", "1,1,5,4,3\n1,1,4,3,\n", "stock_log.csv:3: items, and the"},
      {"orders.csv", "10,,12", "9,,12", "orders.csv:3: order must be greater"},
      {"orders.csv", "9,3,10,1,1", "9,3,10,1,0",
       "orders.csv:2: quantity must be a whole number from 1"},
  };
  for (const Fault& fault : faults) {
    Texts texts = sound();
    std::string& text = texts[fault.file];
    const auto at = text.find(fault.from);
    ASSERT_NE(at, std::string::npos) << fault.from;
    text.replace(at, std::string_view(fault.from).size(), fault.to);
    const auto history = read(texts);
    ASSERT_FALSE(history.ok()) << fault.sentence;
    EXPECT_THAT(history.error().message(), testing::StartsWith(fault.sentence));
    EXPECT_THAT(history.error().message(), testing::Not(testing::HasSubstr("\n")));
  }
}

TEST(HistoryCsv, FilesThatAreNoneOfItAreRefusedOnTheirFirstLine) {
  for (const std::string& bytes : {std::string(),
                                   std::string("\x89"
                                               "DBH\r\n\x1a\n\0\0",
                                               10),
                                   std::string(100'000, 'x')}) {
    Texts texts = sound();
    texts["operations.csv"] = bytes;
    const auto history = read(texts);
    ASSERT_FALSE(history.ok());
    EXPECT_THAT(history.error().message(), testing::StartsWith("operations.csv:1: the "));
  }
}

TEST(HistoryCsv, AFolderWithoutTheFilesIsToldWhatBelongsInIt) {
  const auto history = read_history_csv(std::filesystem::path("/nowhere"));
  ASSERT_FALSE(history.ok());
  EXPECT_THAT(history.error().message(),
              testing::StartsWith("cannot read /nowhere/items.csv: No "));
  EXPECT_THAT(history.error().message(), testing::HasSubstr("stock_log.csv"));
}

TEST(HistoryCsv, KnowsTheFaultsOfTheRun) {
  Texts texts = sound();
  texts["faults.csv"] = "kind,operation,from_ns,until_ns\nredis_stall,,5,9\ncut,any,,\n";
  const auto history = read(texts);
  ASSERT_TRUE(history.ok()) << history.error().message();
  const std::vector<HistoryFault> expected = {{"redis_stall", "", kRunStart + 5ns, kRunStart + 9ns},
                                              {"cut", "any", kNever, kNever}};
  EXPECT_EQ(history->faults, expected);
  for (const char* line : {"Redis,,5,9\n", ",,5,9\n", "cut,a b,5,9\n", "cut,,5,\n", "cut,,9,5\n"}) {
    texts["faults.csv"] = std::string("kind,operation,from_ns,until_ns\n") + line;
    const auto refused = read(texts);
    ASSERT_FALSE(refused.ok()) << line;
    EXPECT_THAT(refused.error().message(), testing::StartsWith("faults.csv:2: "));
  }
}

}  // namespace
}  // namespace doorbuster
