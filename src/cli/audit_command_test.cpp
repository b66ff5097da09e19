#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "cli/app.h"
#include "cli/program_testing.h"
#include "history/history_writer.h"
#include "results/history_files.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

class AuditCommand : public DoorbusterTest {
 protected:
  // Two purchases of three units and a view that knows of both, or of `seen` only.
  std::string history(std::string_view seen, std::string_view log) {
    const std::filesystem::path folder = this->folder() / "history";
    std::filesystem::create_directories(folder);
    const auto put = [&](const char* name, std::string_view text) {
      std::ofstream(folder / name, std::ios::binary) << text;
    };
    put("items.csv", "item,initial_quantity,final_quantity,cached_quantity\n1,3,1,1\n");
    put("operations.csv",
        fmt::format("op,buyer,item,kind,quantity,scheduled_ns,started_ns,finished_ns,outcome,value,"
                    "version,source,key,attempt\n"
                    "0,5,1,buy,1,0,10,20,ok,2,,database,50,1\n"
                    "1,6,1,buy,1,0,30,40,ok,1,,database,60,1\n"
                    "2,7,1,view,1,0,50,60,ok,{},,cache,,1\n",
                    seen));
    put("stock_log.csv", fmt::format("item,version,before,after,op\n{}", log));
    put("orders.csv", "order,op,buyer,item,quantity,key,version\n1,0,5,1,1,50,\n2,1,6,1,1,60,\n");
    return folder.string();
  }
  static constexpr std::string_view kLog = "1,1,3,2,0\n1,2,2,1,1\n";
};

TEST_F(AuditCommand, FollowsTheVerdictWithItsExitCode) {
  EXPECT_EQ(run({"audit", "--csv", history("1", kLog)})->code(), 0);
  EXPECT_EQ(run({"audit", "--csv", history("2", kLog)})->code(), 1);
  EXPECT_EQ(run({"audit", "--csv", history("1", "")})->code(), 2);
  EXPECT_EQ(run({"audit", "--csv", history("1", "1,1,3\n")})->code(), 3);
}

TEST_F(AuditCommand, ShowsTheWitnessAndItsPicture) {
  const auto program = run({"audit", "--csv", history("3", kLog)});
  EXPECT_THAT(program->out(), HasSubstr("no_stale_reads              broken        1         1"));
  EXPECT_THAT(program->out(), HasSubstr("operation 2 (buyer 7) began at 0.000000 s and showed 3"));
  EXPECT_THAT(program->out(), HasSubstr("  * op 0 buyer 5 buy 1: ok 2"));
  EXPECT_THAT(program->out(), HasSubstr("    version 1: 3 -> 2 by op 0"));
  EXPECT_THAT(program->out(), HasSubstr("stale: 100.00 % of 1 views, 100.00 % from the cache."));
  std::istringstream lines(program->out());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST_F(AuditCommand, JudgesThePropertiesThatAreAskedFor) {
  const auto program = run({"audit", "--csv", history("3", kLog), "--property", "conservation",
                            "--property", "no_read_ahead", "--json"});
  EXPECT_EQ(program->code(), 0);
  EXPECT_THAT(
      program->out(),
      testing::StartsWith(R"({"schema":"doorbuster.audit/1","verdict":"holds","properties":)"
                          R"([{"name":"conservation","verdict":"holds","found":0,)"
                          R"("possible":0,"operations":[],"explanation":""},{"name":)"
                          R"("no_read_ahead")"));
  EXPECT_THAT(run({"audit", "--csv", history("3", kLog), "--json"})->out(),
              HasSubstr(R"("name":"no_stale_reads","verdict":"broken","found":1,"possible":1,)"
                        R"("operations":[2,0],"explanation":"operation 2)"));
}

TEST_F(AuditCommand, RefusesWhatItCannotReadInOneSentence) {
  expect_complaint(*run({"audit", "--csv", history("1", "1,1,3,2,x\n")}),
                   "stock_log.csv:2: op must");
  expect_complaint(*run({"audit", "--csv", "nowhere"}), "items.csv");
  expect_complaint(*run({"audit", "--csv", history("1", kLog), "--property", "no_stale_read"}),
                   "unknown property 'no_stale_read'");
  expect_complaint(*run({"audit"}), "--csv");
}

TEST_F(AuditCommand, JudgesASavedRunAgain) {
  const auto sale = run({"run", "flash-sale", "--simulated", "--duration", "1s", "--strategy",
                         "database-atomic", "--strategy", "cache-aside-textbook", "--out", "out"});
  ASSERT_EQ(sale->code(), 0) << sale->err();
  const std::string folder = this->folder() / "out" / "latest";
  const auto all = run({"audit", folder});
  EXPECT_EQ(all->code(), 1) << all->err();
  EXPECT_THAT(all->out(), HasSubstr("database-atomic.1\nverdict: holds"));
  EXPECT_THAT(all->out(), HasSubstr("cache-aside-textbook.1\nverdict: broken"));
  EXPECT_THAT(all->out(), HasSubstr("stale: "));
  EXPECT_EQ(run({"audit", folder, "--trial", "database-atomic.1"})->code(), 0);
  const auto one = run({"audit", folder + "/history/cache-aside-textbook.1.dbh", "--property",
                        "no_oversell", "--json"});
  EXPECT_EQ(one->code(), 1);
  EXPECT_THAT(one->out(), HasSubstr(R"("trial":"cache-aside-textbook.1")"));
  EXPECT_THAT(one->out(), HasSubstr(R"("name":"no_oversell","verdict":"broken")"));
}

TEST_F(AuditCommand, SaysOfAHistoryThatWasCutOffThatNothingCanBeJudged) {
  ASSERT_EQ(run({"run", "--simulated", "--duration", "200ms", "--strategy", "database-atomic",
                 "--out", "out"})
                ->code(),
            0);
  const auto file = folder() / "out" / "latest" / "history" / "database-atomic.1.dbh";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  const auto audit = run({"audit", file.string()});
  EXPECT_EQ(audit->code(), 2);
  EXPECT_THAT(audit->err(), HasSubstr("warning: "));
  EXPECT_THAT(audit->err(), HasSubstr("operations before that can be read"));
  const auto json = run({"audit", file.string(), "--property", "no_oversell", "--json"});
  EXPECT_EQ(json->code(), 2);
  EXPECT_THAT(json->out(),
              testing::StartsWith(R"({"schema":"doorbuster.audit/1","verdict":"undecided",)"
                                  R"("properties":[{"name":"no_oversell","verdict":"undecided",)"));
  EXPECT_THAT(json->out(), HasSubstr(R"("not_judged":")" + file.string() + ": the file ends"));
  EXPECT_THAT(json->out(), HasSubstr(R"("trial":"database-atomic.1")"));
  EXPECT_THAT(json->out(),
              HasSubstr(R"("staleness":null,"gate_divergence":null,"unknown":null,"power":null)"));
}

class AuditOfAHistory : public DoorbusterTest {
 protected:
  // One unit was sold, to a buyer who is in the history, or whose purchase found no room there.
  std::string sold(bool in_it, int views = 0) const {
    const auto path = folder() / "run" / history_file("atomic", 1);
    HistoryLimits limits;
    if (!in_it) limits.memory = 1;  // the least that there is
    const auto writer = HistoryWriter::open(path, {}, 1, limits);
    CHECK(writer.ok(), "{}", writer.error().message());
    ShardLog& log = (*writer)->shard(0);
    Operation buy;
    buy.buyer = BuyerId{1};
    buy.item = ItemId{1};
    buy.kind = OperationKind::buy;
    buy.outcome = Answer::refused;
    buy.finished = kRunStart;
    while (!in_it && log.dropped() == 0) log.record(buy);
    buy.outcome = Answer::ok;
    buy.key = OrderKey{1};
    if (in_it) log.record(buy);
    Operation view;
    view.outcome = Answer::ok;
    view.item = ItemId{1};
    view.finished = kRunStart;
    for (int i = 0; i < views; ++i) log.record(view);
    JudgedHistory truth;
    truth.items.push_back({ItemId{1}, 5, 4, std::nullopt});
    truth.orders.emplace_back();
    truth.orders[0].order = 1;
    truth.orders[0].key = OrderKey{1};
    truth.orders[0].buyer = BuyerId{1};
    truth.orders[0].item = ItemId{1};
    (void)(*writer)->finish(&truth);
    return path.string();
  }
};

TEST_F(AuditOfAHistory, ThatLacksPurchasesAccusesNobodyOfThem) {
  const auto whole = run({"audit", sold(true), "--property", "no_phantom_order", "--json"});
  EXPECT_EQ(whole->code(), 0);
  EXPECT_THAT(whole->out(), HasSubstr(R"("missing":{"purchases":0,"views":0})"));
  const auto lacks = run({"audit", sold(false), "--property", "no_phantom_order", "--json"});
  EXPECT_EQ(lacks->code(), 2) << lacks->out();
  EXPECT_THAT(lacks->out(), HasSubstr(R"("missing":{"purchases":)"));
  EXPECT_THAT(lacks->out(), HasSubstr("purchases are not in the history, and may explain"));
  EXPECT_THAT(lacks->err(), HasSubstr("purchases are missing, for the disk was too slow"));
}

// With each of these limits the program ends in another place; never in a crash.
TEST_F(AuditOfAHistory, ForWhichMemoryIsTooSmallIsOneSentence) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "NOT TESTED: a sanitizer needs all addresses there are";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "NOT TESTED: a sanitizer needs all addresses there are";
#endif
#endif
  const std::string history = sold(true, 300'000);
  int too_small = 0;
  for (int mib = 30; mib <= 480; mib += 4) {
    const std::string err = (folder() / "err").string();
    const int status =
        std::system(fmt::format("ulimit -v {}; exec '{}' audit '{}' >/dev/null 2>'{}'", mib * 1024,
                                DOORBUSTER_PROGRAM, history, err)
                        .c_str());
    ASSERT_TRUE(WIFEXITED(status)) << mib << " MiB: " << status;
    if (WEXITSTATUS(status) == 127) continue;      // not even the program found room
    if (WEXITSTATUS(status) != kExitUsage) break;  // enough
    ++too_small;
    const std::string said = text_of(err);
    EXPECT_THAT(said, HasSubstr("there is too little memory to judge this history"));
    EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  }
  EXPECT_GT(too_small, 2);
}

}  // namespace
}  // namespace doorbuster
