#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/check.h"
#include "stats/normal.h"
#include "stats/order_statistics.h"

namespace doorbuster {
namespace {

void draw(const std::vector<double>& from, Random& random, std::vector<double>& into) {
  into.resize(from.size());
  for (double& value : into) value = from[random.below(from.size())];
}

// How skewed the statistic is, by leaving out one observation after the other.
double acceleration(const std::vector<double>& sample,
                    const std::function<double(const std::vector<double>&)>& statistic) {
  if (sample.size() < 2) return 0;
  std::vector<double> without_one;
  double sum = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    std::vector<double> rest = sample;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    without_one.push_back(statistic(rest));
    sum += without_one.back();
  }
  const double mean = sum / static_cast<double>(without_one.size());
  double squares = 0;
  double cubes = 0;
  for (const double value : without_one) {
    const double away = mean - value;
    squares += away * away;
    cubes += away * away * away;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

}  // namespace

Estimate bootstrap_bca(const std::vector<double>& sample,
                       const std::function<double(const std::vector<double>&)>& statistic,
                       double level, Random& random, int draws) {
  CHECK(!sample.empty(), "nothing can be drawn from an empty sample");
  Estimate estimate{.value = statistic(sample), .interval = {}, .level = level};
  std::vector<double> drawn;
  std::vector<double> values;
  for (int i = 0; i < draws; ++i) {
    draw(sample, random, drawn);
    values.push_back(statistic(drawn));
  }
  std::ranges::sort(values);
  // Half of those that are equal: a median of few runs is often the same.
  const auto [from, until] = std::equal_range(values.begin(), values.end(), estimate.value);
  const double below =
      static_cast<double>(from - values.begin()) + static_cast<double>(until - from) / 2;
  const double share = std::clamp(below / draws, 1e-3, 1 - 1e-3);
  const double bias = normal_quantile(share);
  const double skew = acceleration(sample, statistic);
  const auto corrected = [&](double p) {
    const double shifted = bias + normal_quantile(p);
    return normal_below(bias + shifted / (1 - skew * shifted));
  };
  estimate.interval.low = quantile_of_sorted(values, corrected((1 - level) / 2));
  estimate.interval.high = quantile_of_sorted(values, corrected((1 + level) / 2));
  return estimate;
}

Estimate bootstrap_two_samples(const std::vector<double>& first, const std::vector<double>& second,
                               const TwoSampleStatistic& statistic, double level, Random& random,
                               int draws) {
  CHECK(!first.empty() && !second.empty(), "nothing can be drawn from an empty sample");
  std::vector<double> drawn_first;
  std::vector<double> drawn_second;
  std::vector<double> values;
  for (int i = 0; i < draws; ++i) {
    draw(first, random, drawn_first);
    draw(second, random, drawn_second);
    values.push_back(statistic(drawn_first, drawn_second));
  }
  std::ranges::sort(values);
  return {.value = statistic(first, second),
          .interval = {quantile_of_sorted(values, (1 - level) / 2),
                       quantile_of_sorted(values, (1 + level) / 2)},
          .level = level};
}

}  // namespace doorbuster
