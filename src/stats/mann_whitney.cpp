#include "stats/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/check.h"
#include "stats/normal.h"
#include "stats/order_statistics.h"

namespace doorbuster {
namespace {

// Twice the midranks, so that they are whole, in the order first group, second group.
std::vector<std::size_t> doubled_midranks(const std::vector<double>& first,
                                          const std::vector<double>& second) {
  std::vector<double> all = first;
  all.insert(all.end(), second.begin(), second.end());
  std::vector<double> sorted = all;
  std::ranges::sort(sorted);
  std::vector<std::size_t> ranks;
  for (const double value : all) {
    const auto [from, until] = std::equal_range(sorted.begin(), sorted.end(), value);
    ranks.push_back(static_cast<std::size_t>(2 * (from - sorted.begin()) + (until - from) + 1));
  }
  return ranks;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// ways[s]: in how many ways `chosen` of the ranks have the sum s.
std::vector<double> sums_of_chosen(const std::vector<std::size_t>& ranks, std::size_t chosen) {
  std::size_t most = 0;
  for (const std::size_t rank : ranks) most += rank;
  std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(most + 1));
  ways[0][0] = 1;
  std::size_t reached = 0;
  for (const std::size_t rank : ranks) {
    reached += rank;
    for (std::size_t k = chosen; k > 0; --k) {
      for (std::size_t sum = reached; sum >= rank; --sum) ways[k][sum] += ways[k - 1][sum - rank];
    }
  }
  return ways[chosen];
}

struct Tails {
  double larger = 1;
  double smaller = 1;
};

Tails exact_tails(const std::vector<std::size_t>& ranks, std::size_t chosen, std::size_t sum) {
  const std::vector<double> ways = sums_of_chosen(ranks, chosen);
  const double all = sum_of(ways);
  double below = 0;
  double above = 0;
  for (std::size_t s = 0; s < ways.size(); ++s) {
    if (s <= sum) below += ways[s];
    if (s >= sum) above += ways[s];
  }
  return {above / all, below / all};
}

Tails normal_tails(const std::vector<std::size_t>& ranks, double n, double m, double u) {
  std::map<std::size_t, double> ties;
  for (const std::size_t rank : ranks) ++ties[rank];
  double tied = 0;
  for (const auto& [rank, count] : ties) tied += count * count * count - count;
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return {};
  const double deviation = std::sqrt(variance);
  const double away = u - n * m / 2;
  return {normal_below(-(away - 0.5) / deviation), normal_below((away + 0.5) / deviation)};
}

// Without ties: the largest c with P(U <= c) <= p, or -1 where P(U = 0) is more already.
double critical_u(std::size_t n, std::size_t m, double p) {
  const auto pairs = static_cast<double>(n * m);
  if (n + m > kMostExact) {
    const double deviation = std::sqrt(pairs * static_cast<double>(n + m + 1) / 12);
    return std::floor(pairs / 2 + normal_quantile(p) * deviation - 0.5);
  }
  std::vector<std::size_t> ranks;
  for (std::size_t rank = 1; rank <= n + m; ++rank) ranks.push_back(rank);
  const std::vector<double> ways = sums_of_chosen(ranks, m);
  const double most = p * sum_of(ways) * (1 + 1e-12);
  double below = 0;
  const std::size_t least_sum = m * (m + 1) / 2;
  for (std::size_t sum = least_sum; sum < ways.size(); ++sum) {
    below += ways[sum];
    if (below > most) return static_cast<double>(sum - least_sum) - 1;
  }
  return pairs;
}

}  // namespace

MannWhitney mann_whitney(const std::vector<double>& first, const std::vector<double>& second) {
  CHECK(!first.empty() && !second.empty(), "a group without a run cannot be compared");
  const std::vector<std::size_t> ranks = doubled_midranks(first, second);
  std::size_t doubled_sum = 0;
  for (std::size_t i = first.size(); i < ranks.size(); ++i) doubled_sum += ranks[i];
  const auto n = static_cast<double>(first.size());
  const auto m = static_cast<double>(second.size());
  MannWhitney test;
  test.u = static_cast<double>(doubled_sum) / 2 - m * (m + 1) / 2;
  const Tails tails = ranks.size() <= kMostExact ? exact_tails(ranks, second.size(), doubled_sum)
                                                 : normal_tails(ranks, n, m, test.u);
  test.p_larger = std::min(1.0, tails.larger);
  test.p_smaller = std::min(1.0, tails.smaller);
  test.p_two_sided = std::min(1.0, 2 * std::min(test.p_larger, test.p_smaller));
  test.superiority = test.u / (n * m);
  test.cliffs_delta = 2 * test.superiority - 1;
  return test;
}

double smallest_p(std::size_t first, std::size_t second) {
  double choices = 1;
  for (std::size_t i = 1; i <= second; ++i) {
    choices *= static_cast<double>(first + i) / static_cast<double>(i);
  }
  return 1 / choices;
}

std::size_t runs_for_p(double p) {
  CHECK(p > 0, "no number of runs gives a p of {}", p);
  std::size_t runs = 1;
  while (smallest_p(runs, runs) > p) ++runs;
  return runs;
}

ShiftEstimate hodges_lehmann(const std::vector<double>& first, const std::vector<double>& second,
                             double level) {
  CHECK(!first.empty() && !second.empty(), "a group without a run has no shift");
  std::vector<double> differences;
  for (const double from : first) {
    for (const double to : second) differences.push_back(to - from);
  }
  std::ranges::sort(differences);
  ShiftEstimate shift;
  shift.value = quantile_of_sorted(differences, 0.5);
  const double critical = critical_u(first.size(), second.size(), (1 - level) / 2);
  if (critical < 0) {
    shift.low = -std::numeric_limits<double>::infinity();
    shift.high = -shift.low;
  } else {
    const std::size_t at =
        std::min(static_cast<std::size_t>(critical), (differences.size() - 1) / 2);
    shift.low = differences[at];
    shift.high = differences[differences.size() - 1 - at];
  }
  return shift;
}

}  // namespace doorbuster
