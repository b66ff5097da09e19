#include "stats/order_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/check.h"

namespace doorbuster {

double quantile_of_sorted(const std::vector<double>& sorted, double p) {
  CHECK(!sorted.empty(), "an empty sample has no quantiles");
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(at));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  if (sorted[below] == sorted[above]) return sorted[below];  // infinite ones too
  return sorted[below] + (at - std::floor(at)) * (sorted[above] - sorted[below]);
}

double median(std::vector<double> sample) {
  std::ranges::sort(sample);
  return quantile_of_sorted(sample, 0.5);
}

double robust_deviation(const std::vector<double>& sample) {
  constexpr double kOfNormal = 1.4826;
  const double center = median(sample);
  std::vector<double> away;
  for (const double value : sample) away.push_back(std::abs(value - center));
  return kOfNormal * median(away);
}

}  // namespace doorbuster
