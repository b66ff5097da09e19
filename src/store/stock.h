// Stock as the stores keep it, and what a shop is stocked with before a trial.
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

// What the database is laid out with before a trial.
struct Stocking {
  std::vector<StockedItem> items;
  bool check_constraint = true;  // CHECK (quantity >= 0); the textbook strategies must not have it
};

}  // namespace doorbuster
