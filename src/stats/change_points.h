// Where a series changed for good: E-divisive. Matteson and James, "A Nonparametric Approach for
// Multiple Change Point Analysis of Multivariate Data", JASA 2014, as used on benchmarks over
// commits by Daly et al., "The Use of Change Point Detection to Identify Software Performance
// Regressions in a Continuous Integration System", ICPE 2020. The split that sets two stretches
// furthest apart by their energy distance (exponent 1) is taken for a change if a permutation test
// says so, and each part is searched again. No distribution is asked for, and one wild run is no
// change: a stretch has at least kShortestStretch runs. Pure: the seed decides the permutations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace doorbuster {

struct ChangePoint {
  std::size_t at = 0;  // the first of the new stretch
  double p = 1;        // of so large a distance by chance
};

struct ChangeSearch {
  double level = 0.05;  // of each permutation test, so of a false alarm in a series of pure noise
  int permutations = 999;
  std::uint64_t seed = 1;
};

inline constexpr std::size_t kShortestStretch = 3;

// In order. None where the series is too short for any. REQUIRES: no NaN
std::vector<ChangePoint> change_points(const std::vector<double>& series,
                                       const ChangeSearch& search);

}  // namespace doorbuster
