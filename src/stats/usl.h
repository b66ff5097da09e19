// The Universal Scalability Law: throughput over N, what is in flight at once,
//   X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
// with sigma for what must wait its turn (contention) and kappa for what must agree (coherency).
// Gunther, Guerrilla Capacity Planning, Springer 2007, chapters 4 to 6; N from Little's law where
// arrivals are open. N / X is a quadratic in N, whose least squares by relative error are exact;
// errors of the three are by the delta method, intervals by Student's t. A fit says what it does
// not support instead of a peak: nothing is extrapolated past the highest N. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "stats/estimate.h"

namespace doorbuster {

// Gunther asks for six loads at least.
inline constexpr std::size_t kFewestForUsl = 6;
// A typical residual above it: the law does not describe what was measured.
inline constexpr double kMostUslResidual = 0.15;

struct UslPoint {
  double in_flight = 0;  // N, not whole by Little's law
  double per_s = 0;      // X
};

struct UslFit {
  std::size_t loads = 0;                         // that differ
  std::optional<Estimate> lambda, sigma, kappa;  // nothing: no fit at all
  double residual = 0;                           // standard deviation, of 1
  // The N of the highest throughput, and that throughput; nothing: `refused` says why.
  std::optional<Estimate> peak_in_flight;
  std::optional<double> peak_per_s;
  std::string refused;
};

// Points that are not above 0 are passed over. REQUIRES: 0 < level < 1
UslFit fit_usl(const std::vector<UslPoint>& points, double level = 0.95);

}  // namespace doorbuster
