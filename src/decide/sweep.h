// Where does the answer flip? One comparison for each value of a key; of every two strategies that
// are left, the stretch of values in which the better one changes. A flip is told only between two
// values at which each is clearly better, so it is an interval, and noise makes none: the level of
// the sweep is shared among its values. Pure: comparisons in, crossovers out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "results/sweep.h"

namespace doorbuster {

// A value of the key and what was decided there.
using SweptComparison = std::pair<std::string, ComparisonResult>;

// `level` is of the whole sweep; `comparisons` are in the order of the values.
SweepResult sweep(const std::string& key, double level,
                  const std::vector<SweptComparison>& comparisons);

}  // namespace doorbuster
