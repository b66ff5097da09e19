#include "sim/postgres_state.h"

#include <gtest/gtest.h>

#include <vector>

namespace doorbuster {
namespace {

constexpr ItemId kRow{1};
constexpr ItemId kOther{2};

// Statements by hand, one lock at a time: each is called by its number.
class PostgresStateTest : public testing::Test {
 protected:
  using Progress = PostgresState::Progress;

  void stock(Quantity quantity, StockLayout layout = StockLayout::row) {
    Stocking stocking;
    stocking.items = {{kRow, quantity}, {kOther, 10}};
    stocking.layout = layout;
    state_.stock(stocking);
  }
  static Order order(int key, ItemId item = kRow, Quantity quantity = 1) {
    return Order{OrderKey{key}, BuyerId{key}, item, quantity};
  }
  Progress execute(std::uint32_t statement, const DatabaseOperation& operation) {
    auto execution = state_.execute(statement, operation, now_);
    reply_ = std::move(execution.reply);
    return execution.progress;
  }
  template <class T>
  T commit(std::uint32_t statement, const DatabaseOperation& operation) {
    return std::get<T>(*state_.commit(statement, operation, now_));
  }
  template <class T>
  T answer() {
    return std::get<T>(**reply_);
  }
  std::vector<std::uint32_t> called() {
    std::vector<std::uint32_t> all;
    while (const auto next = state_.called()) all.push_back(*next);
    return all;
  }

  PostgresState state_;
  Instant now_ = kRunStart;
  std::optional<Result<DatabaseReply>> reply_;
};

using Taken = std::optional<Stock>;
using Called = std::vector<std::uint32_t>;

TEST_F(PostgresStateTest, AHeldAdvisoryLockIsNotAwaitedAndHeldUntilTheCommit) {
  stock(5);
  const TakeUnderLock first{order(1), false};
  ASSERT_EQ(execute(1, first), Progress::locked);
  EXPECT_EQ(execute(2, TakeUnderLock{order(2), false}), Progress::answered);
  EXPECT_EQ(answer<Taken>(), std::nullopt) << "busy looks like sold out";
  EXPECT_EQ(execute(3, TakeUnderLock{order(3, kOther), false}), Progress::locked)
      << "another item's lock is another";
  EXPECT_EQ(commit<Taken>(1, first), (Stock{4, 1}));
  EXPECT_EQ(execute(4, TakeUnderLock{order(4), false}), Progress::locked);
}

TEST_F(PostgresStateTest, WhoHoldsTheAdvisoryLockMayStillWaitForTheRow) {
  stock(1);
  const TakeIfAvailable plain{order(1)};
  const TakeUnderLock guarded{order(2), false};
  ASSERT_EQ(execute(1, plain), Progress::locked);
  ASSERT_EQ(execute(2, guarded), Progress::waiting);
  EXPECT_EQ(execute(3, TakeUnderLock{order(3), false}), Progress::answered);
  commit<Taken>(1, plain);
  ASSERT_EQ(called(), Called{2});
  EXPECT_EQ(execute(2, guarded), Progress::answered);
  EXPECT_EQ(answer<Taken>(), std::nullopt);
}

TEST_F(PostgresStateTest, ARefusalAfterTheWaitFreesTheAdvisoryLock) {
  stock(3);
  const TakeIfAvailable plain{order(1, kRow, 2)};
  const TakeUnderLock guarded{order(2, kRow, 2), false};
  ASSERT_EQ(execute(1, plain), Progress::locked);
  ASSERT_EQ(execute(2, guarded), Progress::waiting);
  commit<Taken>(1, plain);
  ASSERT_EQ(called(), Called{2});
  ASSERT_EQ(execute(2, guarded), Progress::answered);
  EXPECT_EQ(execute(3, TakeUnderLock{order(3), false}), Progress::locked);
}

TEST_F(PostgresStateTest, AVersionIsComparedAgainAfterTheWait) {
  stock(5);
  const TakeAtVersion first{order(1), 0};
  const TakeAtVersion second{order(2), 0};
  ASSERT_EQ(execute(1, first), Progress::locked);
  ASSERT_EQ(execute(2, second), Progress::waiting);
  EXPECT_EQ(commit<Taken>(1, first), (Stock{4, 1}));
  ASSERT_EQ(called(), Called{2});
  EXPECT_EQ(execute(2, second), Progress::answered);
  EXPECT_EQ(answer<Taken>(), std::nullopt);
}

TEST_F(PostgresStateTest, AFenceIsComparedAgainAfterTheWait) {
  stock(5);
  const TakeFenced higher{order(1), 2};
  const TakeFenced late{order(2), 1};
  const TakeFenced highest{order(3), 3};
  ASSERT_EQ(execute(1, higher), Progress::locked);
  ASSERT_EQ(execute(2, late), Progress::waiting);
  ASSERT_EQ(execute(3, highest), Progress::waiting);
  commit<Taken>(1, higher);
  ASSERT_EQ(called(), Called{2});
  EXPECT_EQ(execute(2, late), Progress::answered);
  ASSERT_EQ(called(), Called{3}) << "who took nothing lets the next one look";
  ASSERT_EQ(execute(3, highest), Progress::locked);
  EXPECT_EQ(commit<Taken>(3, highest), (Stock{3, 2}));
}

// The trap of SKIP LOCKED: nothing was free, nobody bought, and one is left.
TEST_F(PostgresStateTest, WhoPassesOverALockedUnitIsToldNoneThoughItsHolderRollsBack) {
  stock(1, StockLayout::units);
  const TakeUnits same_key{order(1, kOther), true};
  const TakeUnits holder{order(1), true};
  ASSERT_EQ(execute(1, same_key), Progress::locked);
  ASSERT_EQ(execute(2, holder), Progress::waiting) << "for the end of its order key";
  EXPECT_EQ(execute(3, TakeUnits{order(3), true}), Progress::answered);
  EXPECT_EQ(answer<RowCount>().rows, 0);
  EXPECT_EQ(commit<RowCount>(1, same_key).rows, 1);
  ASSERT_EQ(called(), Called{2});
  ASSERT_EQ(execute(2, holder), Progress::answered);
  ASSERT_FALSE(reply_->ok());
  EXPECT_EQ(reply_->error().code(), "23505");
  EXPECT_EQ(state_.truth().items[0].left, 1);
  EXPECT_EQ(execute(4, TakeUnits{order(4), true}), Progress::locked);
}

TEST_F(PostgresStateTest, WhoWaitsForALockedUnitBuysItWhenItsHolderRollsBack) {
  stock(1, StockLayout::units);
  const TakeUnits same_key{order(1, kOther), true};
  const TakeUnits holder{order(1), true};
  const TakeUnits patient{order(3), false};
  ASSERT_EQ(execute(1, same_key), Progress::locked);
  ASSERT_EQ(execute(2, holder), Progress::waiting);
  ASSERT_EQ(execute(3, patient), Progress::waiting);
  commit<RowCount>(1, same_key);
  ASSERT_EQ(called(), Called{2});
  ASSERT_EQ(execute(2, holder), Progress::answered);
  ASSERT_EQ(called(), Called{3});
  ASSERT_EQ(execute(3, patient), Progress::locked);
  EXPECT_EQ(commit<RowCount>(3, patient).rows, 1);
  EXPECT_EQ(state_.truth().items[0].left, 0);
}

TEST_F(PostgresStateTest, LockedUnitsAreFreeToAReaderUntilTheCommit) {
  stock(3, StockLayout::units);
  const TakeUnits two{order(1, kRow, 2), true};
  ASSERT_EQ(execute(1, two), Progress::locked);
  ASSERT_EQ(execute(2, ReadUnits{kRow}), Progress::answered);
  EXPECT_EQ(answer<Taken>(), (Stock{3, 0}));
  commit<RowCount>(1, two);
  ASSERT_EQ(execute(2, ReadUnits{kRow}), Progress::answered);
  EXPECT_EQ(answer<Taken>(), (Stock{1, 0}));
}

TEST_F(PostgresStateTest, TooFewUnitsAreLockedAllTheSameAndLeftAtTheEnd) {
  stock(3, StockLayout::units);
  const TakeUnits two{order(1, kRow, 2), true};
  const TakeUnits too_many{order(3, kRow, 2), true};
  ASSERT_EQ(execute(1, two), Progress::locked);
  ASSERT_EQ(execute(3, too_many), Progress::locked) << "the one that is free";
  EXPECT_EQ(execute(4, TakeUnits{order(4), true}), Progress::answered);
  EXPECT_EQ(answer<RowCount>().rows, 0);
  EXPECT_EQ(commit<RowCount>(3, too_many).rows, 0);
  EXPECT_EQ(execute(4, TakeUnits{order(4), true}), Progress::locked);
  EXPECT_EQ(commit<RowCount>(1, two).rows, 1);
  EXPECT_EQ(state_.truth().orders.size(), 1U);
}

TEST_F(PostgresStateTest, NewsWaitsFromItsCommitAndAnOrderIsFoundFromThen) {
  stock(5);
  const TakeWithOutbox first{order(1)};
  const TakeWithOutbox second{order(2)};
  ASSERT_EQ(execute(1, first), Progress::locked);
  execute(9, ReadOutbox{});
  EXPECT_FALSE(answer<ReadOutbox::Reply>().has_value());
  execute(9, FindOrder{OrderKey{1}});
  EXPECT_FALSE(answer<std::optional<Order>>().has_value());
  now_ += 10ms;
  commit<Taken>(1, first);
  now_ += 5ms;
  ASSERT_EQ(execute(2, second), Progress::locked);
  commit<Taken>(2, second);
  now_ += 1ms;
  execute(9, ReadOutbox{});
  const auto news = answer<ReadOutbox::Reply>();
  ASSERT_TRUE(news.has_value());
  EXPECT_EQ(news->waited, 6ms);
  EXPECT_EQ(news->stock, (Stock{3, 2}));
  execute(9, FindOrder{OrderKey{1}});
  EXPECT_TRUE(answer<std::optional<Order>>().has_value());
}

}  // namespace
}  // namespace doorbuster
