// Where does the answer flip? One comparison for each value of a key, or for each cell of the grid
// of two; of every two strategies that are left, the stretch of the first key's values in which the
// better one changes, for each value of the second. A flip is told only between two values at which
// each is clearly better, so it is an interval, and noise makes none: the level of the sweep is
// shared among its cells. Pure: comparisons in, crossovers out.
#pragma once

#include <string>
#include <vector>

#include "results/sweep.h"

namespace doorbuster {

struct SweptKeys {
  std::string first;
  std::string second = {};  // "": one key is swept
};

// A cell and what was decided there.
struct SweptComparison {
  std::string value;
  std::string second;  // "" where one key is swept
  ComparisonResult comparison;
};

// `level` is of the whole sweep; `comparisons` are row by row: all values of the first key for each
// of the second.
SweepResult sweep(const SweptKeys& keys, double level,
                  const std::vector<SweptComparison>& comparisons);

}  // namespace doorbuster
