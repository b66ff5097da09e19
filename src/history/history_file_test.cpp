#include "history/history_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/source_tree.h"
#include "history/history_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

class HistoryFileOf : public HistoryTest {
 protected:
  std::string error_of(const std::string& bytes) const {
    put(bytes, "other.dbh");
    const auto file = HistoryFile::open(path("other.dbh"));
    return file.ok() ? "no error" : file.error().message();
  }
};

TEST_F(HistoryFileOf, AFinishedRunGivesBackAllThatWasWritten) {
  const auto operations = random_operations(1, 5000);
  const HistoryReport report = write(operations, 3);
  EXPECT_EQ(report.trouble, std::nullopt);
  EXPECT_EQ(report.lost(), 0);
  const HistoryFile file = opened();
  EXPECT_EQ(file.damage(), std::nullopt);
  EXPECT_EQ(file.about(), small_about());
  EXPECT_EQ(file.end(), report.end);
  EXPECT_EQ(file.operations(), 5000);
  EXPECT_EQ(file.shards(), 3);
  EXPECT_EQ(all_of(file), in_order_of_start(operations));
  const auto truth = file.truth();
  ASSERT_TRUE(truth) << truth.error().message();
  expect_same_truth(*truth, small_truth());
  const auto all = file.read_all();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->operations, operations) << "by number";
}

TEST_F(HistoryFileOf, NothingButTheTruthIsAHistoryToo) {
  write({});
  const HistoryFile file = opened();
  EXPECT_EQ(file.damage(), std::nullopt);
  EXPECT_TRUE(all_of(file).empty());
  EXPECT_TRUE(file.truth());
}

TEST_F(HistoryFileOf, ARunWhoseTruthNobodyCouldReadSaysSo) {
  const auto writing = writer();
  writing->shard(0).record(random_operations(1, 1)[0]);
  writing->finish(nullptr);
  const HistoryFile file = opened();
  EXPECT_EQ(file.damage(), std::nullopt);
  EXPECT_EQ(all_of(file).size(), 1U);
  const auto truth = file.truth();
  ASSERT_FALSE(truth);
  EXPECT_THAT(truth.error().message(), HasSubstr("could not be read when the run ended"));
}

// Wherever a killed run, a full disk or a broken transfer cut it.
TEST_F(HistoryFileOf, ACutFileIsReadUpToItsLastWholeBlock) {
  const auto operations = random_operations(2, 20);
  const auto writing = writer(2, {.flush_every = 0s});
  for (int i = 0; i < 20; ++i) writing->shard(i % 2).record(operations[i]);
  const JudgedHistory whole_truth = small_truth();
  writing->finish(&whole_truth);
  const HistoryFile whole = opened();
  const std::string bytes = bytes_of(path());
  const auto kept = all_of(whole);
  put(bytes, "cut.dbh");
  for (std::size_t length = bytes.size(); length-- > 0;) {
    SCOPED_TRACE(length);
    std::filesystem::resize_file(path("cut.dbh"), length);
    const auto cut = HistoryFile::open(path("cut.dbh"));
    const auto& about = whole.blocks().front();
    const bool only_begun = length == static_cast<std::size_t>(about.offset) - kBlockHeadBytes;
    const auto about_ends = static_cast<std::size_t>(about.offset) + about.head.payload_bytes;
    if (length < about_ends && !only_begun) {
      ASSERT_FALSE(cut);
      continue;
    }
    ASSERT_TRUE(cut) << cut.error().message();
    std::int64_t expected = 0;
    for (const BlockPlace& block : whole.blocks()) {
      const auto end = static_cast<std::size_t>(block.offset) + block.head.payload_bytes;
      if (block.head.kind == BlockKind::operations && end <= length) expected += block.head.records;
    }
    ASSERT_TRUE(cut->damage());
    EXPECT_THAT(*cut->damage(), HasSubstr(fmt::format("{} operations before that", expected)));
    EXPECT_FALSE(cut->truth());
    EXPECT_EQ(all_of(*cut).size(), static_cast<std::size_t>(expected));
  }
}

TEST_F(HistoryFileOf, EveryFlippedBitIsNoticed) {
  write(random_operations(3, 5));
  const std::string bytes = bytes_of(path());
  std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
  const auto put_at = [&](std::size_t place, char byte) {
    file.seekp(static_cast<std::streamoff>(place)).put(byte).flush();
  };
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    put_at(bit / 8, static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8))));
    const auto flipped = HistoryFile::open(path());
    put_at(bit / 8, bytes[bit / 8]);
    if (!flipped) continue;
    ASSERT_TRUE(flipped->damage()) << "bit " << bit;
    EXPECT_LE(flipped->damage()->size(), 400U);
  }
}

TEST_F(HistoryFileOf, SomethingElseIsNamedAsWhatItIs) {
  write(random_operations(4, 5));
  const std::string bytes = bytes_of(path());
  EXPECT_THAT(error_of(""), HasSubstr("other.dbh: the file is empty"));
  EXPECT_THAT(error_of("op,buyer,item\n"), HasSubstr("no history of doorbuster"));
  EXPECT_THAT(error_of(bytes.substr(0, 10)), HasSubstr("ends after 10 bytes"));
  std::string other = bytes;
  other[12] = 7;
  EXPECT_THAT(error_of(other), HasSubstr("version 7 of the format, and this doorbuster reads 2"));
  other = bytes;
  std::reverse(other.begin() + 8, other.begin() + 12);
  EXPECT_THAT(error_of(other), HasSubstr("the other byte order"));
  std::string as_text = bytes;  // as a transfer that "repairs" line ends leaves it
  as_text.erase(as_text.find('\r'), 1);
  EXPECT_THAT(error_of(as_text), HasSubstr("no history of doorbuster"));
  EXPECT_THAT(HistoryFile::open(path("none.dbh")).error().message(), HasSubstr("no such file"));
  EXPECT_THAT(HistoryFile::open(folder_).error().message(), HasSubstr("this is no file"));
  EXPECT_THAT(HistoryFile::open("/dev/zero").error().message(), HasSubstr("this is no file"));
}

TEST_F(HistoryFileOf, Version1IsReadToo) {
  const auto file =
      HistoryFile::open(DOORBUSTER_SOURCE_DIR "/src/history/corpus/history/two_shards.dbh");
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_FALSE(file->damage()) << *file->damage();
  const auto truth = file->read_all();
  ASSERT_TRUE(truth) << truth.error().message();
  EXPECT_EQ(truth->operations.size(), 6U);
  ASSERT_TRUE(truth->items.at(0).gate);
  EXPECT_EQ(truth->items.at(0).gate->settled, 4);
  EXPECT_EQ(truth->items.at(0).gate->pending.size(), 1U);
  EXPECT_EQ(truth->items.at(0).gate->sequence, std::nullopt);
  EXPECT_TRUE(truth->gate_log.empty());
}

TEST_F(HistoryFileOf, BlocksThatAreMissingTwiceThereOrOutOfPlaceAreNoticed) {
  const auto operations = random_operations(5, 3000);
  write(operations);
  const HistoryFile file = opened();
  const std::string bytes = bytes_of(path());
  const auto begin = [&](std::size_t block) {
    return static_cast<std::size_t>(file.blocks()[block].offset) - kBlockHeadBytes;
  };
  const std::string first = bytes.substr(begin(1), begin(2) - begin(1));
  const std::string second = bytes.substr(begin(2), begin(3) - begin(2));
  const std::string before = bytes.substr(0, begin(1));
  const std::string after = bytes.substr(begin(3));
  for (const std::string& order : {before + second + after, before + first + first + second + after,
                                   before + second + first + after, bytes + "x", bytes + first}) {
    put(order, "other.dbh");
    const auto other = HistoryFile::open(path("other.dbh"));
    ASSERT_TRUE(other) << other.error().message();
    EXPECT_TRUE(other->damage());
  }
}

TEST_F(HistoryFileOf, AFileThatChangesUnderItsReaderIsAnErrorAndNotAnotherHistory) {
  write(random_operations(6, 3000));
  const HistoryFile file = opened();
  std::string bytes = bytes_of(path());
  bytes[static_cast<std::size_t>(file.blocks()[2].offset)] ^= 1;
  put(bytes);
  OperationStream stream(file);
  while (stream.next() != nullptr) {
  }
  ASSERT_TRUE(stream.error());
  EXPECT_THAT(stream.error()->message(), HasSubstr("as it was when it was opened"));
}

TEST_F(HistoryFileOf, RemembersTheFaultsOfTheRun) {
  faults_ = {{"redis_stall", "", kRunStart + 2s, kRunStart + 3s + 1ns},
             {"lose_reply", "take_if_available", kNever, kNever}};
  write(random_operations(1, 3));
  EXPECT_EQ(opened().end()->faults, faults_);
  EXPECT_EQ(opened().truth()->faults, faults_);
}

TEST_F(HistoryFileOf, RefusesFaultsThatNoWriterTells) {
  for (const HistoryFault& fault :
       std::vector<HistoryFault>{{"", "", kRunStart, kRunStart},
                                 {"redis stall", "", kRunStart, kRunStart},
                                 {"cut", ":op\n", kRunStart, kRunStart},
                                 {"cut", "any", kRunStart + 2s, kRunStart + 1s}}) {
    faults_ = {fault};
    write(random_operations(1, 3));
    EXPECT_FALSE(opened().end().has_value()) << fault.kind << fault.operation;
  }
}

}  // namespace
}  // namespace doorbuster
