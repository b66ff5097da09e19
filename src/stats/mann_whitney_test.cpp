#include "stats/mann_whitney.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"

namespace doorbuster {
namespace {

// Two groups without ties of which exactly `u` pairs have the second group's as the larger.
MannWhitney with_u(std::size_t n, std::size_t m, std::size_t u) {
  std::vector<double> first;
  std::vector<double> second(m, -1);
  for (std::size_t i = 0; i < n; ++i) first.push_back(static_cast<double>(i));
  for (std::size_t j = m; j > 0 && u > 0; --j) {
    const std::size_t beaten = std::min(u, n);
    second[j - 1] = static_cast<double>(beaten) - 0.5;
    u -= beaten;
  }
  for (std::size_t j = 0; j < m; ++j) second[j] += 1e-6 * static_cast<double>(j);
  return mann_whitney(first, second);
}

// Table of critical values of U, two-sided 5 %, as in Siegel, Nonparametric Statistics for the
// Behavioral Sciences, 1956, table K: the largest U that is significant.
TEST(MannWhitney, HasTheCriticalValuesOfThePublishedTable) {
  struct Row {
    std::size_t n, m, critical;
  };
  for (const Row row : {Row{4, 4, 0},
                        {5, 5, 2},
                        {5, 8, 6},
                        {6, 7, 6},
                        {7, 7, 8},
                        {8, 8, 13},
                        {9, 12, 26},
                        {10, 10, 23},
                        {12, 12, 37},
                        {15, 15, 64},
                        {20, 20, 127}}) {
    const MannWhitney at = with_u(row.n, row.m, row.critical);
    const MannWhitney beyond = with_u(row.n, row.m, row.critical + 1);
    EXPECT_EQ(at.u, static_cast<double>(row.critical));
    EXPECT_LE(at.p_two_sided, 0.05) << row.n << " " << row.m;
    EXPECT_GT(beyond.p_two_sided, 0.05) << row.n << " " << row.m;
  }
}

// Permeability of the human chorioamnion, Hollander and Wolfe 1973, p. 69 f.; R's help page of
// wilcox.test() has p = 0.1272 for it, and the shift 0.305.
TEST(MannWhitney, AgreesWithHollanderAndWolfe) {
  const std::vector<double> at_term = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
  const std::vector<double> earlier = {1.15, 0.88, 0.90, 0.74, 1.21};
  const MannWhitney test = mann_whitney(earlier, at_term);
  EXPECT_EQ(test.u, 35);
  EXPECT_NEAR(test.p_larger, 0.1272, 5e-5);
  EXPECT_NEAR(test.p_two_sided, 0.2544, 5e-5);
  EXPECT_NEAR(test.superiority, 0.7, 1e-12);
  EXPECT_NEAR(test.cliffs_delta, 0.4, 1e-12);
  const ShiftEstimate shift = hodges_lehmann(earlier, at_term, 0.95);
  EXPECT_NEAR(shift.value, 0.305, 1e-9);
  EXPECT_NEAR(shift.low, -0.15, 1e-9);
  EXPECT_NEAR(shift.high, 0.76, 1e-9);
}

// Against every choice of a group, counted one by one.
TEST(MannWhitney, CountsTiesExactly) {
  Random random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> all;
    for (int i = 0; i < 9; ++i) all.push_back(static_cast<double>(random.below(4)));
    const std::vector<double> first(all.begin(), all.begin() + 5);
    const std::vector<double> second(all.begin() + 5, all.end());
    const auto u_of = [&](unsigned chosen) {
      double u = 0;
      for (unsigned i = 0; i < 9; ++i) {
        for (unsigned j = 0; j < 9; ++j) {
          if ((chosen >> i & 1) == 0 && (chosen >> j & 1) == 1) {
            u += all[j] > all[i] ? 1 : all[j] == all[i] ? 0.5 : 0;
          }
        }
      }
      return u;
    };
    const double seen = u_of(0b111100000);
    double larger = 0;
    double smaller = 0;
    for (unsigned chosen = 0; chosen < 512; ++chosen) {
      if (__builtin_popcount(chosen) != 4) continue;
      larger += u_of(chosen) >= seen ? 1 : 0;
      smaller += u_of(chosen) <= seen ? 1 : 0;
    }
    const MannWhitney test = mann_whitney(first, second);
    EXPECT_EQ(test.u, seen);
    EXPECT_NEAR(test.p_larger, larger / 126, 1e-12);
    EXPECT_NEAR(test.p_smaller, smaller / 126, 1e-12);
  }
}

TEST(MannWhitney, SaysNothingOfEqualRuns) {
  const MannWhitney test = mann_whitney({3, 3, 3, 3, 3}, {3, 3, 3, 3, 3});
  EXPECT_EQ(test.p_two_sided, 1);
  EXPECT_EQ(test.cliffs_delta, 0);
  const std::vector<double> many(40, 3.0);
  EXPECT_EQ(mann_whitney(many, many).p_two_sided, 1);
}

TEST(MannWhitney, IsOfOneMindOnBothSidesOfTheExactLimit) {
  Random random(11);
  std::vector<double> first;
  std::vector<double> second;
  for (int i = 0; i < 30; ++i) {
    first.push_back(random.normal());
    second.push_back(random.normal() + 0.6);
  }
  const double exact = mann_whitney(first, second).p_larger;
  first.push_back(0.3);
  const double approximate = mann_whitney(first, second).p_larger;
  EXPECT_NEAR(std::log(exact), std::log(approximate), 0.25);
}

// Over 2,000 pairs of five and five runs of the same, and of seven and seven with ties.
TEST(MannWhitney, AlarmsFalselyNoMoreOftenThanItsLevel) {
  Random random(3);
  int alarms = 0;
  int with_ties = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> first;
    std::vector<double> second;
    for (int i = 0; i < 5; ++i) {
      first.push_back(random.lognormal(10, 0.2));
      second.push_back(random.lognormal(10, 0.2));
    }
    alarms += mann_whitney(first, second).p_two_sided <= 0.05 ? 1 : 0;
    for (double& value : first) value = std::floor(value);
    for (double& value : second) value = std::floor(value);
    with_ties += mann_whitney(first, second).p_two_sided <= 0.05 ? 1 : 0;
  }
  EXPECT_LE(alarms, 100);  // 5 %; with five and five the test can reach 3.2 %
  EXPECT_GE(alarms, 30);
  EXPECT_LE(with_ties, 100);
}

TEST(MannWhitney, KnowsWhatSoFewRunsCanShowAtAll) {
  EXPECT_NEAR(smallest_p(5, 5), 1.0 / 252, 1e-15);
  EXPECT_NEAR(smallest_p(3, 4), 1.0 / 35, 1e-15);
  EXPECT_EQ(runs_for_p(0.05), 3U);
  EXPECT_EQ(runs_for_p(0.025), 4U);
  EXPECT_EQ(runs_for_p(0.05 / 9), 5U);
  EXPECT_TRUE(std::isinf(hodges_lehmann({1, 2, 3}, {4, 5, 6}, 0.95).low));
}

// The interval is promised to hold the true shift in at least 95 of 100 cases.
TEST(HodgesLehmann, CoversTheShift) {
  Random random(5);
  int covered = 0;
  for (int round = 0; round < 1000; ++round) {
    std::vector<double> first;
    std::vector<double> second;
    for (int i = 0; i < 6; ++i) {
      first.push_back(random.normal());
      second.push_back(random.normal() + 2);
    }
    const ShiftEstimate shift = hodges_lehmann(first, second, 0.95);
    covered += shift.low <= 2 && 2 <= shift.high ? 1 : 0;
  }
  EXPECT_GE(covered, 940);
  EXPECT_LE(covered, 985);
}

}  // namespace
}  // namespace doorbuster
