// Stock as the stores keep it, how they count its changes, and what a shop is stocked with before a
// trial.
#pragma once

#include <vector>

#include "base/ids.h"

namespace doorbuster {

// The row of an item after some change: what is left, and how many changes there were.
struct Stock {
  Quantity quantity = 0;
  Version version = 0;
  friend bool operator==(const Stock&, const Stock&) = default;
};

struct StockedItem {
  ItemId item{};
  Quantity quantity = 0;
};

// How many rows an UPDATE changed.
struct RowCount {
  std::int64_t rows = 0;
};

// Where an item's stock stands: in its one row, spread evenly over several rows (the first have one
// more where it does not divide), or as one row for each unit.
enum class StockLayout : unsigned char { row, buckets, units };

inline constexpr std::int32_t kMostBuckets = 10'000;  // over which an item's stock may be spread

// What the database is laid out with before a trial. In the other layouts the item's own row stands
// at 0, so that no statement sells from the wrong one.
struct Stocking {
  std::vector<StockedItem> items;
  StockLayout layout = StockLayout::row;
  std::int32_t buckets = 1;      // up to kMostBuckets
  bool check_constraint = true;  // CHECK (quantity >= 0); the textbook strategies must not have it
  bool log_changes = false;      // every change of an item's own row, for the ground truth
};

}  // namespace doorbuster
