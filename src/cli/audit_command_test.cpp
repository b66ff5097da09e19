#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"

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
}

}  // namespace
}  // namespace doorbuster
