#include "stats/power.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/check.h"
#include "stats/mann_whitney.h"
#include "stats/normal.h"

namespace doorbuster {
namespace {

// (z_level + z_power)^2 / 6: Noether's formula for two groups of one size, solved for the product
// of the runs and (P(Y > X) - 1/2)^2.
double needed(const PowerPlan& plan) {
  const double z = normal_quantile(1 - plan.level) + normal_quantile(plan.power);
  return z * z / 6;
}

}  // namespace

std::size_t runs_to_show(const PowerPlan& plan) {
  CHECK(plan.difference > 0, "no number of runs shows a difference of {}", plan.difference);
  const std::size_t least = runs_for_p(plan.level);
  if (plan.deviation <= 0) return least;
  const double larger =
      normal_below(plan.difference / (plan.deviation * std::numbers::sqrt2)) - 0.5;
  constexpr double kMost = 1e6;
  return std::max(least, static_cast<std::size_t>(
                             std::ceil(std::min(kMost, needed(plan) / (larger * larger)))));
}

double difference_shown(const PowerPlan& plan, std::size_t runs) {
  if (runs == 0 || smallest_p(runs, runs) > plan.level) {
    return std::numeric_limits<double>::infinity();
  }
  // P(Y > X) can be no more than 1, whatever the difference: then the runs at hand are the limit.
  const double larger = std::min(0.5 - 1e-3, std::sqrt(needed(plan) / static_cast<double>(runs)));
  return plan.deviation * std::numbers::sqrt2 * normal_quantile(0.5 + larger);
}

}  // namespace doorbuster
