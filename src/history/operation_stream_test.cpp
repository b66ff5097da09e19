#include "history/operation_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/history_testing.h"

namespace doorbuster {
namespace {

class Stream : public HistoryTest {};

TEST_F(Stream, ShardsAreOneOrderByStartWhateverTheOrderInWhichOperationsEnded) {
  for (const int shards : {1, 2, 7}) {
    auto operations = random_operations(static_cast<std::uint64_t>(shards), 10'000);
    std::ranges::sort(operations, {}, &Operation::finished);  // as a shard records them
    write(operations, shards);
    EXPECT_EQ(all_of(opened()), in_order_of_start(operations)) << shards << " shards";
  }
}

TEST_F(Stream, EqualStartsAreOrderedByNumber) {
  std::vector<Operation> operations(3000);
  for (std::size_t i = 0; i < operations.size(); ++i) {
    operations[i].op = OperationId{static_cast<std::uint32_t>(operations.size() - i)};
  }
  write(operations, 2);
  EXPECT_EQ(all_of(opened()), in_order_of_start(operations));
}

TEST_F(Stream, HoldsOnlyTheBlocksThatOverlapHoweverLongTheFile) {
  std::vector<std::size_t> most;
  for (const int count : {20'000, 200'000}) {
    write(random_operations(1, count), 2);
    const HistoryFile file = opened();
    OperationStream stream(file);
    while (stream.next() != nullptr) {
    }
    most.push_back(stream.most_open());
    EXPECT_GT(file.blocks().size(), 5 * stream.most_open());
  }
  EXPECT_LE(most[1], most[0] + 2);
}

TEST_F(Stream, TwoOfOneFileDoNotDisturbEachOther) {
  const auto operations = random_operations(8, 5000);
  write(operations, 2);
  const HistoryFile file = opened();
  OperationStream one(file);
  OperationStream other(file);
  for (const Operation& expected : in_order_of_start(operations)) {
    ASSERT_EQ(*one.next(), expected);
    ASSERT_EQ(*other.next(), expected);
  }
  EXPECT_EQ(one.next(), nullptr);
  EXPECT_EQ(one.next(), nullptr) << "after the end too";
}

}  // namespace
}  // namespace doorbuster
