#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"
#include "history/history_writer.h"
#include "results/history_files.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// `history export` of runs that are written here.
class HistoryExport : public DoorbusterTest {
 protected:
  // 100 views; with an end and its truth, or as a killed run leaves it.
  void write(std::string_view strategy, int repetition, bool finish = true) const {
    HistoryAbout about;
    about.strategy = strategy;
    const auto writer =
        HistoryWriter::open(folder() / "run" / history_file(strategy, repetition), about, 1, {});
    ASSERT_TRUE(writer) << writer.error().message();
    for (int i = 0; i < 100; ++i) {
      (*writer)->shard(0).record({.finished = kRunStart, .outcome = Answer::ok});
    }
    JudgedHistory truth;
    truth.items.push_back({ItemId{1}, 5, 5, std::nullopt});
    if (finish) (*writer)->finish(&truth);
  }
  std::string run_folder() const { return (folder() / "run").string(); }
};

TEST_F(HistoryExport, OfOneTrialWritesFiveFiles) {
  write("atomic", 1);
  const auto program = run({"history", "export", run_folder(), "--csv", "out"});
  EXPECT_EQ(program->code(), 0) << program->err();
  EXPECT_EQ(program->err(), "");
  for (const char* name :
       {"items.csv", "operations.csv", "orders.csv", "stock_log.csv", "run.csv"}) {
    EXPECT_TRUE(fs::exists(folder() / "out" / name)) << name;
  }
  const std::string operations = text_of(folder() / "out" / "operations.csv");
  EXPECT_EQ(std::ranges::count(operations, '\n'), 101);
}

TEST_F(HistoryExport, OfSeveralTrialsWritesAFolderOfEachOrTheOneThatIsNamed) {
  write("atomic", 1);
  write("atomic", 2);
  EXPECT_EQ(run({"history", "export", run_folder(), "--csv", "all"})->code(), 0);
  EXPECT_TRUE(fs::exists(folder() / "all" / "atomic.1" / "items.csv"));
  EXPECT_TRUE(fs::exists(folder() / "all" / "atomic.2" / "items.csv"));
  EXPECT_EQ(run({"history", "export", run_folder(), "--trial", "atomic.2", "--csv", "one"})->code(),
            0);
  EXPECT_TRUE(fs::exists(folder() / "one" / "items.csv"));
}

TEST_F(HistoryExport, PutsEventsAndLinesOnStdout) {
  write("atomic", 1);
  const auto edn = run({"history", "export", run_folder(), "--edn"});
  EXPECT_EQ(edn->code(), 0) << edn->err();
  EXPECT_THAT(edn->out(), StartsWith("{:index 0, :process 0, :type :invoke, :f :view"));
  const auto jsonl = run({"history", "export", run_folder(), "--jsonl"});
  EXPECT_EQ(jsonl->code(), 0) << jsonl->err();
  EXPECT_EQ(std::ranges::count(jsonl->out(), '\n'), 100);
}

TEST_F(HistoryExport, OfARunThatWasCutOffGivesWhatIsThereAndIsUndecided) {
  write("atomic", 1, false);
  const auto program = run({"history", "export", run_folder(), "--jsonl"});
  EXPECT_EQ(program->code(), 2);
  EXPECT_EQ(std::ranges::count(program->out(), '\n'), 100);
  EXPECT_THAT(program->err(), StartsWith("warning: "));
  EXPECT_THAT(program->err(), HasSubstr("the run that wrote it was cut off"));
  EXPECT_THAT(program->err(),
              EndsWith("100 operations before that can be read, the ground truth cannot\n"));
}

TEST_F(HistoryExport, RefusesWhatItCannotDoInOneSentence) {
  expect_complaint(*run({"history", "export", "nowhere", "--edn"}), "there is no nowhere");
  expect_complaint(*run({"history", "export", folder().string(), "--edn"}), "holds no history");
  expect_complaint(*run({"history", "export", file("x.dbh", "op,buyer\n"), "--edn"}),
                   "this is no history of doorbuster");
  write("atomic", 1);
  write("atomic", 2);
  expect_complaint(*run({"history", "export", run_folder(), "--edn"}),
                   "holds 2 histories: name one with --trial, as atomic.1");
  expect_complaint(*run({"history", "export", run_folder()}), "--csv");
  expect_complaint(*run({"history", "export", run_folder(), "--edn", "--jsonl"}), "--edn");
  expect_complaint(*run({"history"}), "doorbuster history --help");
}

}  // namespace
}  // namespace doorbuster
