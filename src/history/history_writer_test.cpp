#include "history/history_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "history/history_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Operation operation_of(OperationKind kind, std::int64_t number) {
  Operation operation;
  operation.op = OperationId{static_cast<std::uint32_t>(number)};
  operation.kind = kind;
  operation.started = kRunStart + Duration(number);
  return operation;
}

// ---- the ring

TEST(ShardLog, WhereNobodyEmptiesItDropsAndCountsViewsFirst) {
  ShardLog log(64, true);
  for (int i = 0; i < 100; ++i) log.record(operation_of(OperationKind::view, i));
  EXPECT_EQ(log.waiting(), 48U) << "a quarter is kept for purchases";
  EXPECT_EQ(log.views_dropped(), 52);
  for (int i = 0; i < 20; ++i) log.record(operation_of(OperationKind::buy, i));
  EXPECT_EQ(log.waiting(), 64U);
  EXPECT_EQ(log.dropped(), 4);
  EXPECT_EQ(log.views_dropped(), 52);
}

TEST(ShardLog, GivesRoomBackWhenTheWriterHasWritten) {
  ShardLog log(4, true);
  for (unsigned round = 0; round < 10; ++round) {
    for (int i = 0; i < 3; ++i) log.record(operation_of(OperationKind::buy, 3 * round + i));
    for (unsigned taken = 0; taken < 3;) {
      const auto piece = log.pending();
      ASSERT_FALSE(piece.empty());
      EXPECT_EQ(number(piece[0].op), 3U * round + taken);
      taken += static_cast<unsigned>(piece.size());
      log.written(piece.size());
    }
  }
  EXPECT_EQ(log.dropped(), 0);
}

TEST(ShardLog, LeavesViewsOutWhereNobodyWantsThem) {
  ShardLog log(64, false);
  log.record(operation_of(OperationKind::view, 1));
  log.record(operation_of(OperationKind::buy, 2));
  log.record(operation_of(OperationKind::release, 3));
  EXPECT_EQ(log.waiting(), 2U);
  EXPECT_EQ(log.views_left_out(), 1);
  EXPECT_EQ(log.views_dropped(), 0);
}

TEST(ShardLog, NumbersWhatComesWithoutANumberApartFromOtherShards) {
  std::vector<OperationId> numbers;
  for (int k = 0; k < 3; ++k) {
    ShardLog log(64, true, k, 3);
    for (int i = 0; i < 20; ++i) log.record({});
    for (const Operation& operation : log.pending()) numbers.push_back(operation.op);
  }
  std::ranges::sort(numbers);
  ASSERT_EQ(numbers.size(), 60U);
  EXPECT_EQ(std::ranges::adjacent_find(numbers), numbers.end());
  EXPECT_EQ(number(numbers.back()), 59U);
}

// ---- the writer

class Writer : public HistoryTest {};

TEST_F(Writer, ManyThreadsLoseNothingWhileTheDiskKeepsUp) {
  constexpr int kShards = 4;
  constexpr int kEach = 20'000;
  const auto writing = writer(kShards, {.flush_every = 0s});
  std::vector<std::thread> threads;
  for (int shard = 0; shard < kShards; ++shard) {
    threads.emplace_back([&writing, shard] {
      for (const Operation& operation :
           random_operations(static_cast<std::uint64_t>(shard), kEach)) {
        writing->shard(shard).record(operation);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const HistoryReport report = writing->finish(nullptr);
  EXPECT_EQ(report.trouble, std::nullopt);
  EXPECT_EQ(report.end.operations, kShards * kEach);
  EXPECT_EQ(report.lost(), 0);
  EXPECT_EQ(report.bytes, static_cast<std::int64_t>(fs::file_size(path())));
  std::vector<Operation> expected;
  for (int shard = 0; shard < kShards; ++shard) {
    const auto operations = random_operations(static_cast<std::uint64_t>(shard), kEach);
    expected.insert(expected.end(), operations.begin(), operations.end());
  }
  const auto all = all_of(opened());
  const auto by_all = [](const Operation& a, const Operation& b) {
    return std::tuple(a.op, a.buyer, a.started, a.finished) <
           std::tuple(b.op, b.buyer, b.started, b.finished);
  };
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &Operation::started));
  auto sorted = all;
  std::ranges::sort(sorted, by_all);
  std::ranges::sort(expected, by_all);
  EXPECT_EQ(sorted, expected);
}

// A ring that overflows does so at once or not at all: 4,096 operations within one look of the
// writer's thread may find room or not, but none is lost uncounted.
TEST_F(Writer, EveryOperationIsInTheFileOrCounted) {
  const auto writing = writer(1, {.memory = 1});
  for (int i = 0; i < 200'000; ++i) {
    writing->shard(0).record(
        operation_of(i % 2 == 0 ? OperationKind::view : OperationKind::buy, i));
  }
  const HistoryReport report = writing->finish(nullptr);
  EXPECT_EQ(report.end.operations + report.lost(), 200'000);
  EXPECT_GT(report.lost(), 0) << "a ring of 1,024 was never full";
  EXPECT_EQ(all_of(opened()).size(), static_cast<std::size_t>(report.end.operations));
  EXPECT_EQ(opened().end()->dropped, report.end.dropped) << "the file says what it lacks";
}

// However fast the disk is: what a history holds of a run that repeats does so too.
TEST_F(Writer, StopsViewsAtTheLimitOfSizeAndKeepsEveryPurchase) {
  const auto limit = 500 * static_cast<std::int64_t>(encoded_size<Operation>());
  for (const bool slowly : {false, true}) {
    const auto writing = writer(2, {.views_until = limit, .flush_every = 0s});
    for (int i = 0; i < 1000; ++i) {
      const OperationKind kind = i % 10 < 8 ? OperationKind::view : OperationKind::buy;
      ShardLog& shard = writing->shard(i % 2);
      shard.record(operation_of(kind, i));
      while (slowly && i % 50 == 0 && shard.waiting() > 0) std::this_thread::yield();
    }
    const HistoryReport report = writing->finish(nullptr);
    EXPECT_EQ(report.lost(), 0);
    EXPECT_EQ(report.end.views_left_out, 400) << slowly;
    const auto all = all_of(opened());
    EXPECT_EQ(std::ranges::count(all, OperationKind::buy, &Operation::kind), 200);
    EXPECT_EQ(std::ranges::count(all, OperationKind::view, &Operation::kind), 400);
  }
}

TEST_F(Writer, AKilledRunLeavesWhatWasFlushed) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // no word of GoogleTest's in here
    const auto writing = writer(1, {.flush_every = 0s});
    std::int64_t next = 0;
    // Its room is given back when a block is encoded; when the next one is, it has been written.
    for (int block = 0; block < 2; ++block) {
      for (int i = 0; i < 100; ++i) {
        writing->shard(0).record(operation_of(OperationKind::buy, next++));
      }
      while (writing->shard(0).waiting() > 0) std::this_thread::yield();
    }
    while (true) {
      writing->shard(0).record(operation_of(OperationKind::buy, next++));
      if (next == 5000) ::kill(::getpid(), SIGKILL);
    }
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  const HistoryFile file = opened();
  ASSERT_TRUE(file.damage());
  EXPECT_GE(file.operations(), 100);
  EXPECT_LT(file.operations(), 5000) << "killed in the middle";
  const auto all = all_of(file);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(number(all[i].op), i);
  EXPECT_EQ(file.about(), small_about());
  EXPECT_FALSE(file.truth());
}

// ---- what a disk can do

TEST_F(Writer, AFileThatMayNotGrowEndsWithAWholeBlockAndOneSentence) {
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit limited = before;
  limited.rlim_cur = 20'000;
  ::setrlimit(RLIMIT_FSIZE, &limited);
  const auto writing = writer(1, {.flush_every = 0s});
  for (int i = 0; i < 3000; ++i) writing->shard(0).record(operation_of(OperationKind::buy, i));
  const JudgedHistory truth = small_truth();
  const HistoryReport report = writing->finish(&truth);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_TRUE(report.trouble);
  EXPECT_THAT(*report.trouble, HasSubstr("File too large"));
  EXPECT_EQ(report.end.operations + report.lost(), 3000);
  EXPECT_GT(report.lost(), 0);
  const HistoryFile file = opened();
  ASSERT_TRUE(file.damage());
  EXPECT_THAT(*file.damage(), HasSubstr("it has no end")) << "no half a block";
  EXPECT_EQ(file.operations(), report.end.operations);
}

TEST_F(Writer, AFullDiskIsSaidOnceAndTheRunGoesOn) {
  const fs::path disk = path("disk");
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=128k") != 0) {
    GTEST_SKIP() << "NOT TESTED: a full disk needs root, to mount a tmpfs";
  }
  HistoryReport report;
  {
    auto writing =
        HistoryWriter::open(disk / "history" / "trial.dbh", small_about(), 1, {.flush_every = 0s});
    ASSERT_TRUE(writing);
    for (int i = 0; i < 5000; ++i) (*writing)->shard(0).record(operation_of(OperationKind::buy, i));
    report = (*writing)->finish(nullptr);
  }
  ASSERT_TRUE(report.trouble);
  EXPECT_THAT(*report.trouble, HasSubstr("No space left on device"));
  EXPECT_GT(report.lost(), 0);
  const auto file = HistoryFile::open(disk / "history" / "trial.dbh");
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->operations(), report.end.operations);
  ::umount2(disk.c_str(), MNT_DETACH);
}

TEST_F(Writer, AFolderThatIsRemovedMeanwhileIsSaidAtTheEnd) {
  const auto writing = writer();
  writing->shard(0).record(operation_of(OperationKind::buy, 1));
  fs::remove_all(folder_);
  const HistoryReport report = writing->finish(nullptr);
  ASSERT_TRUE(report.trouble);
  EXPECT_THAT(*report.trouble, HasSubstr("was removed while it was written"));
}

TEST_F(Writer, APlaceThatCannotBeWrittenIsAnErrorBeforeAnythingStarts) {
  const auto refused = HistoryWriter::open("/dev/null/trial.dbh", small_about(), 1, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("cannot write the history /dev/null/trial.dbh"));
}

TEST_F(Writer, OneThatIsNotFinishedLeavesAllThatWasRecordedAndNoEnd) {
  writer()->shard(0).record(operation_of(OperationKind::buy, 1));
  const HistoryFile file = opened();
  EXPECT_TRUE(file.damage());
  EXPECT_EQ(file.operations(), 1);
}

}  // namespace
}  // namespace doorbuster
