// Where does the answer flip? One comparison for each value of a key, or for each cell of the grid
// of two; of every two strategies that are left, the stretch of a key's values in which the better
// one changes: along the first key at each value of the second, and along the second at each of the
// first. A flip is told only between two values at which each is clearly better, so it is an
// interval, and noise makes none: the level of the sweep is shared among its cells. That there is
// none is said only where every two are told apart, or are alike, at all values. Pure: comparisons
// in, crossovers out.
#pragma once

#include <string>
#include <vector>

#include "results/result.h"
#include "results/sweep.h"

namespace doorbuster {

struct SweepPlan {
  std::string first;        // key
  std::string second = {};  // "": one key is swept
  double level = 0.05;      // of the whole sweep
  std::string kept = {};    // what is kept, of the goal "capacity"; else ""
};

// A cell and what was decided there.
struct SweptComparison {
  std::string value;
  std::string second;           // "" where one key is swept
  ComparisonResult comparison;  // nothing in it where the cell failed
  RunResult measured_on = {};   // its conditions: no trial is looked at
  std::string failure = {};     // why nothing was measured, or ""
};

// Row by row: all values of the first key for each of the second.
SweepResult sweep(const SweepPlan& plan, const std::vector<SweptComparison>& comparisons);

}  // namespace doorbuster
