// A series of results over commits or days: where did a figure change for good? Change points by
// E-divisive (stats/change_points.h), each metric of each strategy a series, a run one value of it,
// the median of its trials. One noisy run is no change, and slow creep is one: what counts is how
// the newest stretch stands against the best one before it. Pure: results in, a verdict out.
#pragma once

#include <vector>

#include "decide/check.h"
#include "results/trend.h"

namespace doorbuster {

struct TrendPlan {
  std::vector<Figure> figures;
  double level = 0.05;           // of one false alarm in all series together
  double threshold_percent = 5;  // a smaller change is told and is no alarm
  std::uint64_t seed = 1;        // of the permutations
};

// Fewer runs show no change that was not obvious.
inline constexpr std::size_t kFewestForTrend = 10;

// `runs` are oldest first, and comparable.
TrendResult trend(const std::vector<NamedRun>& runs, const TrendPlan& plan);

}  // namespace doorbuster
