#include "postgres/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster::postgres {
namespace {

using ::testing::HasSubstr;

Stocking shop(StockLayout layout, int items) {
  Stocking stocking;
  for (int i = 1; i <= items; ++i) stocking.items.push_back({ItemId{i}, 10});
  stocking.layout = layout;
  stocking.buckets = 4;
  return stocking;
}

TEST(Layout, SaysWhereAnItemsStockStands) {
  EXPECT_EQ(laid_out(shop(StockLayout::row, 1), 10), (LaidOut{10, 10, 0, 0}));
  EXPECT_EQ(laid_out(shop(StockLayout::buckets, 1), 10), (LaidOut{10, 0, 4, 0}));
  EXPECT_EQ(laid_out(shop(StockLayout::units, 1), 10), (LaidOut{10, 0, 0, 10}));
  EXPECT_EQ(laid_out(shop(StockLayout::units, 1), 1'000'000'000),
            (LaidOut{kMostUnits, 0, 0, kMostUnits}));
}

TEST(Layout, FillsTheItemsOwnRowOrElseLeavesItAtZero) {
  const auto rows = fill_statements(shop(StockLayout::row, 2));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows[0], HasSubstr("(1,10),(2,10)"));
  for (const StockLayout layout : {StockLayout::buckets, StockLayout::units}) {
    const auto others = fill_statements(shop(layout, 2));
    ASSERT_EQ(others.size(), 2U);
    EXPECT_THAT(others[0], HasSubstr("(1,0),(2,0)"));
    EXPECT_THAT(others[1], HasSubstr("(1,10),(2,10)"));
  }
}

TEST(Layout, FillsManyItemsBySeveralStatementsAndNoneByNone) {
  EXPECT_EQ(fill_statements(shop(StockLayout::row, 2500)).size(), 3U);
  EXPECT_EQ(fill_statements(shop(StockLayout::units, 2500)).size(), 6U);
  EXPECT_TRUE(fill_statements(shop(StockLayout::buckets, 0)).empty());
}

}  // namespace
}  // namespace doorbuster::postgres
