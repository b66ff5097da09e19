#include "results/history_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <regex>
#include <sstream>

#include "history/history_csv.h"
#include "history/history_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

using Row = std::vector<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Row cells_of(const std::string& line) {
  Row cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

template <class Number>
Number number_in(const std::string& cell, Number unknown) {
  return cell.empty() ? unknown : static_cast<Number>(std::stoll(cell));
}

template <class Word>
Word word_in(const std::string& cell) {
  int value = 0;
  while (to_string(static_cast<Word>(value)) != cell) ++value;
  return static_cast<Word>(value);
}

Operation operation_in(const Row& row) {
  Operation operation;
  operation.op = OperationId{number_in(row[0], number(kNoOperation))};
  operation.buyer = BuyerId{std::stoll(row[1])};
  operation.item = ItemId{std::stoi(row[2])};
  operation.kind = word_in<OperationKind>(row[3]);
  operation.quantity = std::stoi(row[4]);
  operation.scheduled = Instant(Duration(std::stoll(row[5])));
  operation.started = Instant(Duration(std::stoll(row[6])));
  operation.finished = Instant(Duration(number_in(row[7], since_start(kNever).count())));
  operation.outcome = word_in<Answer>(row[8]);
  operation.value = number_in(row[9], kNoStock);
  operation.version = number_in(row[10], kNoVersion);
  operation.source = word_in<AnswerSource>(row[11]);
  operation.key = OrderKey{number_in(row[12], number(kNoKey))};
  operation.attempt = static_cast<std::uint8_t>(std::stoi(row[13]));
  return operation;
}

class Export : public HistoryTest {
 protected:
  std::string edn() const {
    auto output = TextOutput::create(path("out"));
    const auto done = export_edn(opened(), *output);
    EXPECT_TRUE(done);
    return bytes_of(path("out"));
  }
  std::string jsonl() const {
    auto output = TextOutput::create(path("out"));
    const auto done = export_jsonl(opened(), *output);
    EXPECT_TRUE(done);
    return bytes_of(path("out"));
  }

  // Two buyers: one looks while he buys, the other gets no answer, tries again and is refused.
  void write_a_small_one() const {
    const BuyerId first{7};
    const BuyerId second{8};
    std::vector<Operation> operations(4);
    operations[0] = {.buyer = first,
                     .started = kRunStart + 10ns,
                     .finished = kRunStart + 40ns,
                     .op = OperationId{0},
                     .item = ItemId{1},
                     .value = 3,
                     .version = 2,
                     .outcome = Answer::ok,
                     .source = AnswerSource::cache};
    operations[1] = {.key = OrderKey{7},
                     .buyer = first,
                     .started = kRunStart + 20ns,
                     .finished = kRunStart + 30ns,
                     .op = OperationId{1},
                     .item = ItemId{1},
                     .quantity = 2,
                     .value = 1,
                     .kind = OperationKind::buy,
                     .outcome = Answer::ok,
                     .source = AnswerSource::database};
    operations[2] = {.key = OrderKey{8},
                     .buyer = second,
                     .started = kRunStart + 30ns,
                     .op = OperationId{2},
                     .item = ItemId{1},
                     .quantity = 2,
                     .kind = OperationKind::buy};
    operations[3] = operations[2];
    operations[3].started = kRunStart + 50ns;
    operations[3].finished = kRunStart + 60ns;
    operations[3].op = OperationId{3};
    operations[3].outcome = Answer::sold_out;
    operations[3].attempt = 2;
    write(operations);
  }
};

TEST_F(Export, CsvHoldsEveryOperationAsItWas) {
  const auto operations = random_operations(1, 3000);
  write(operations, 2);
  ASSERT_TRUE(export_csv(opened(), path("csv")));
  const auto lines = lines_of(bytes_of(path("csv/operations.csv")));
  EXPECT_EQ(lines[0],
            "op,buyer,item,kind,quantity,scheduled_ns,started_ns,finished_ns,outcome,value,version,"
            "source,key,attempt");
  std::vector<Operation> read;
  for (std::size_t i = 1; i < lines.size(); ++i) read.push_back(operation_in(cells_of(lines[i])));
  EXPECT_EQ(read, in_order_of_start(operations));
}

TEST_F(Export, CsvIsReadByTheAuditAsTheSameHistory) {
  auto operations = random_operations(4, 500);
  for (Operation& operation : operations) {  // a view is never sold out
    if (operation.outcome != Answer::unknown) operation.outcome = Answer::ok;
  }
  write(operations, 2);
  auto exported = opened().read_all();
  ASSERT_TRUE(export_csv(opened(), path("csv")));
  const auto read = read_history_csv(path("csv"));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->operations, exported->operations);
  expect_same_truth(*read, *exported);
}

TEST_F(Export, CsvHoldsTheGroundTruth) {
  write_a_small_one();
  ASSERT_TRUE(export_csv(opened(), path("csv")));
  EXPECT_EQ(bytes_of(path("csv/operations.csv")),
            "op,buyer,item,kind,quantity,scheduled_ns,started_ns,finished_ns,outcome,value,version,"
            "source,key,attempt\n"
            "0,7,1,view,1,0,10,40,ok,3,2,cache,,1\n"
            "1,7,1,buy,2,0,20,30,ok,1,,database,7,1\n"
            "2,8,1,buy,2,0,30,,unknown,,,,8,1\n"
            "3,8,1,buy,2,0,50,60,sold_out,,,,8,2\n");
  EXPECT_EQ(bytes_of(path("csv/items.csv")),
            "item,initial_quantity,final_quantity,cached_quantity,held_quantity\n1,10,7,7,2\n"
            "2,5,-1,,0\n");
  EXPECT_EQ(bytes_of(path("csv/orders.csv")),
            "order,op,buyer,item,quantity,key,version\n1,3,4,1,2,3,1\n2,,5,2,1,,\n");
  EXPECT_EQ(bytes_of(path("csv/stock_log.csv")),
            "item,version,before,after,op\n1,1,10,8,3\n2,1,5,-1,\n");
  EXPECT_EQ(bytes_of(path("csv/run.csv")),
            "fact,value\ncache_read,true\nlast_return_ns,45\nlast_gate_return_ns,\n");
  EXPECT_EQ(bytes_of(path("csv/gates.csv")), "item,left,settled,sequence\n1,3,4,6\n2,,0,\n");
  EXPECT_EQ(bytes_of(path("csv/reservations.csv")), "item,key,quantity,age_ns\n1,9,2,1500000000\n");
  EXPECT_EQ(bytes_of(path("csv/gate_log.csv")),
            "item,sequence,before,after,key,asked_ns,answered_ns\n1,1,10,8,3,1000000,2000000\n"
            "1,3,6,4,9,2000000,4000000\n");
}

TEST_F(Export, CsvOfARunThatWasCutOffHasNoTruthNotAnOlderOne) {
  write_a_small_one();
  ASSERT_TRUE(export_csv(opened(), path("csv")));
  const std::string bytes = bytes_of(path());
  put(bytes.substr(0, bytes.size() - 1));
  ASSERT_TRUE(export_csv(opened(), path("csv")));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path("csv"))) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names, ElementsAre("operations.csv"));
}

TEST_F(Export, EdnIsWhatJepsenWrites) {
  write_a_small_one();
  EXPECT_EQ(edn(),
            "{:index 0, :process 7, :type :invoke, :f :view, :time 10, :value {:op 0, :item 1, "
            ":quantity 1}}\n"
            "{:index 1, :process 68719476736, :type :invoke, :f :buy, :time 20, :value {:op 1, "
            ":item 1, :quantity 2, :key 7}}\n"
            "{:index 2, :process 8, :type :invoke, :f :buy, :time 30, :value {:op 2, :item 1, "
            ":quantity 2, :key 8}}\n"
            "{:index 3, :process 8, :type :info, :f :buy, :time 30, :value {:op 2, :item 1, "
            ":quantity 2, :key 8}}\n"
            "{:index 4, :process 68719476736, :type :ok, :f :buy, :time 30, :value {:op 1, :item "
            "1, :quantity 2, :key 7, :stock 1, :source :database}}\n"
            "{:index 5, :process 7, :type :ok, :f :view, :time 40, :value {:op 0, :item 1, "
            ":quantity 1, :stock 3, :version 2, :source :cache}}\n"
            "{:index 6, :process 68719476737, :type :invoke, :f :buy, :time 50, :value {:op 3, "
            ":item 1, :quantity 2, :key 8}}\n"
            "{:index 7, :process 68719476737, :type :fail, :f :buy, :time 60, :value {:op 3, :item "
            "1, :quantity 2, :key 8}, :error :sold_out}\n");
}

// What Jepsen's own tools assume of any history.
TEST_F(Export, EdnIsInOrderOfTimeAndAProcessDoesOneThingAtATimeAndNoneAfterAnInfo) {
  write(random_operations(2, 5000), 3);
  const std::regex form(
      R"(\{:index (\d+), :process (\d+), :type :(\w+), :f :\w+, :time (\d+), .*)");
  std::map<std::string, std::string> last;  // of each process
  long long before = 0;
  int index = 0;
  int invoked = 0;
  for (const std::string& line : lines_of(edn())) {
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, form)) << line;
    EXPECT_EQ(std::stoi(match[1]), index++);
    EXPECT_GE(std::stoll(match[4]), before);
    before = std::stoll(match[4]);
    std::string& doing = last[match[2]];
    if (match[3] == "invoke") {
      EXPECT_TRUE(doing.empty() || doing == "ok" || doing == "fail") << doing << ", then " << line;
      ++invoked;
    } else {
      EXPECT_EQ(doing, "invoke") << line;
    }
    doing = match[3];
  }
  EXPECT_EQ(invoked, 5000);
  EXPECT_EQ(index, 10'000) << "a completion for each";
}

TEST_F(Export, JsonLinesAreOperationsOfPorcupine) {
  write_a_small_one();
  const auto lines = lines_of(jsonl());
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0],
            R"({"clientId":7,"call":10,"return":40,"input":{"op":0,"kind":"view","item":1,)"
            R"("quantity":1,"attempt":1},"output":{"outcome":"ok","value":3,"version":2,)"
            R"("source":"cache"}})");
  for (const std::string& line : lines) EXPECT_NO_THROW(boost::json::parse(line)) << line;
  const auto lost = boost::json::parse(lines[2]);
  EXPECT_EQ(lost.at("return"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(lost.at("output").at("outcome"), "unknown");
}

TEST_F(Export, TellsTheFaultsOfTheRun) {
  faults_ = {{"lose_reply", "any", kRunStart + 20ns, kRunStart + 2s},
             {"redis_stall", "", kRunStart, kRunStart + 30ns},
             {"cut", "redis", kNever, kNever}};
  write({});
  ASSERT_TRUE(export_csv(opened(), path("csv")));
  EXPECT_EQ(bytes_of(path("csv/faults.csv")),
            "kind,operation,from_ns,until_ns\nlose_reply,any,20,2000000000\nredis_stall,,0,30\n"
            "cut,redis,,\n");
  EXPECT_EQ(read_history_csv(path("csv"))->faults, faults_);

  write(random_operations(1, 20));
  const auto lines = lines_of(edn());
  EXPECT_EQ(lines.front(),
            "{:index 0, :process :nemesis, :type :info, :f :redis_stall, :time 0, :value {:phase "
            ":begin}}");
  std::int64_t before = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_THAT(lines[i], testing::StartsWith(fmt::format("{{:index {}, ", i)));
    const auto time = std::stoll(lines[i].substr(lines[i].find(":time ") + 6));
    EXPECT_GE(time, before) << lines[i];
    before = time;
  }
  EXPECT_THAT(edn(), HasSubstr(":time 2000000000, :value {:phase :end, :operation :any}}"));
}

TEST_F(Export, AnOutputThatCannotBeWrittenIsOneSentence) {
  write_a_small_one();
  put("", "file");
  const auto done = export_csv(opened(), path("file"));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), HasSubstr("cannot write " + path("file").string()));
}

TEST_F(Export, AFullDeviceIsOneSentenceAndLeavesNoHalfAFile) {
  write(random_operations(3, 2000));
  std::error_code ignored;
  fs::create_directory(path("csv"));
  fs::create_symlink("/dev/full", path("csv/operations.csv.tmp"), ignored);
  const auto done = export_csv(opened(), path("csv"));
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), HasSubstr("No space left on device"));
  EXPECT_TRUE(fs::is_empty(path("csv")));
}

}  // namespace
}  // namespace doorbuster
