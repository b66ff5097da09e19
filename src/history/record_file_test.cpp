#include "history/record_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <tuple>

#include "history/history_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

History purchases(std::int64_t first, std::int64_t count) {
  History made;
  for (std::int64_t i = first; i < first + count; ++i) {
    made.push_back({.key = OrderKey{i},
                    .buyer = BuyerId{i},
                    .quantity = static_cast<std::int32_t>(i % 7),
                    .attempts = static_cast<std::uint16_t>(i % 5),
                    .finished = kRunStart + Duration(i)});
  }
  return made;
}

void expect_purchases(const History& found, std::int64_t count) {
  ASSERT_EQ(found.size(), static_cast<std::size_t>(count));
  const History expected = purchases(0, count);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto fields = [](const Record& record) {
      return std::tie(record.key, record.buyer, record.quantity, record.attempts, record.finished);
    };
    ASSERT_EQ(fields(found[i]), fields(expected[i])) << i;
  }
}

std::ptrdiff_t threads() {
  return std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator());
}

class Purchases : public HistoryTest {
 protected:
  // So many times a thousand, of which the caller keeps none.
  void keep(int thousands) {
    for (int i = 0; i < thousands; ++i) {
      History records = purchases(i * 1000, 1000);
      file_.keep(records);
      EXPECT_TRUE(records.empty());
      EXPECT_GE(records.capacity(), 1000U);
    }
  }
  History read() {
    History all;
    const auto done = file_.read_into(all);
    EXPECT_TRUE(done) << done.error().message();
    return all;
  }

  const fs::path place_ = path("").parent_path();
  RecordFile file_{place_};
};

TEST_F(Purchases, ComeBackAsTheyWereKept) {
  keep(50);
  expect_purchases(read(), 50'000);
  EXPECT_EQ(file_.in_file(), 50'000U);
}

TEST_F(Purchases, OfASmallShardNeedNeitherFileNorThread) {
  const auto before = threads();
  History none;
  file_.keep(none);
  EXPECT_EQ(threads(), before);
  History all = purchases(0, 3);
  ASSERT_TRUE(file_.read_into(all));
  expect_purchases(all, 3);
  EXPECT_EQ(file_.in_file(), 0U);
}

TEST_F(Purchases, AreInAFileThatNobodyElseSees) {
  keep(5);
  expect_purchases(read(), 5'000);
  EXPECT_TRUE(fs::is_empty(place_));
}

TEST_F(Purchases, StayInMemoryFromWhenTheDiskIsFull) {
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit limited = before;
  limited.rlim_cur = 10 * 1000 * sizeof(Record) + 100;
  ::setrlimit(RLIMIT_FSIZE, &limited);
  keep(50);
  const History all = read();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  expect_purchases(all, 50'000);
  EXPECT_EQ(file_.in_file(), 10'000U);
}

TEST_F(Purchases, StayInMemoryWhereThereIsNoFolder) {
  fs::remove_all(place_);
  keep(5);
  expect_purchases(read(), 5'000);
  EXPECT_EQ(file_.in_file(), 0U);
}

}  // namespace
}  // namespace doorbuster
