// The rank test of Mann and Whitney, "On a test of whether one of two random variables is
// stochastically larger than the other", Annals of Mathematical Statistics 1947: are the
// observations of one group larger than those of the other? It asks for no distribution, so that a
// wild run weighs as one run. Pure.
//
// The null distribution is exact up to kMostExact observations in both groups together, ties
// included: that of the sums of midranks over all ways to choose the group, counted by the shift
// algorithm (Streitberg and Roehmel, "Exact distributions for permutation and rank tests",
// Statistical Software Newsletter 1986). Beyond that, the normal approximation with the correction
// for ties and for continuity.
#pragma once

#include <cstddef>
#include <vector>

namespace doorbuster {

struct MannWhitney {
  double u = 0;             // pairs in which the second group's is larger, equal ones half
  double p_larger = 1;      // one-sided: of the second group being so much larger by chance
  double p_smaller = 1;     // likewise smaller
  double p_two_sided = 1;   // twice the smaller of the two, at most 1
  double superiority = .5;  // u as a probability: a value of the second group is the larger one
  double cliffs_delta = 0;  // 2 * superiority - 1 (Cliff, Psychological Bulletin 1993)
};

inline constexpr std::size_t kMostExact = 60;

// REQUIRES: neither is empty, no NaN
MannWhitney mann_whitney(const std::vector<double>& first, const std::vector<double>& second);

// The smallest p that groups of these sizes can give at all, one-sided: 1 of all choices.
double smallest_p(std::size_t first, std::size_t second);

// The number of runs in each of two groups from which on smallest_p() is at most `p`.
std::size_t runs_for_p(double p);

// How far the shift of the second group from the first is: the median of all differences (Hodges
// and Lehmann, Annals of Mathematical Statistics 1963), and the interval of all shifts that the
// two-sided test at 1 - level would not reject (Hollander and Wolfe, Nonparametric Statistical
// Methods, 4.3), which is infinite where there are too few. With ties it is a little too wide.
struct ShiftEstimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

// REQUIRES: neither is empty
ShiftEstimate hodges_lehmann(const std::vector<double>& first, const std::vector<double>& second,
                             double level);

}  // namespace doorbuster
