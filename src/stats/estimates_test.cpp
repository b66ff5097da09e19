#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "stats/bootstrap.h"
#include "stats/holm.h"
#include "stats/mann_whitney.h"
#include "stats/normal.h"
#include "stats/order_statistics.h"
#include "stats/power.h"

namespace doorbuster {
namespace {

TEST(OrderStatistics, AreThoseOfTypeSeven) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median({7}), 7);
  EXPECT_NEAR(quantile_of_sorted({1, 2, 3, 4}, 0.25), 1.75, 1e-12);     // R: quantile(1:4, 0.25)
  EXPECT_NEAR(robust_deviation({1, 1, 2, 2, 4, 6, 9}), 1.4826, 1e-12);  // R: mad()
  EXPECT_EQ(robust_deviation({5, 5, 5, 5000}), 0);
}

TEST(Normal, HasThePublishedQuantiles) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-9);
  EXPECT_NEAR(normal_quantile(0.8), 0.841621233572914, 1e-9);
  EXPECT_NEAR(normal_quantile(1e-6), -4.753424308822899, 1e-8);
  for (const double p : {1e-9, 0.01, 0.02425, 0.3, 0.5, 0.9, 0.9999}) {
    EXPECT_NEAR(normal_below(normal_quantile(p)), p, 1e-12);
  }
}

TEST(Holm, CorrectsAsR) {  // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
  const std::vector<double> corrected = holm({0.01, 0.04, 0.03, 0.005});
  ASSERT_EQ(corrected.size(), 4U);
  EXPECT_NEAR(corrected[0], 0.03, 1e-12);
  EXPECT_NEAR(corrected[1], 0.06, 1e-12);
  EXPECT_NEAR(corrected[2], 0.06, 1e-12);
  EXPECT_NEAR(corrected[3], 0.02, 1e-12);
  EXPECT_EQ(holm({0.7, 0.9})[0], 1);
  EXPECT_TRUE(holm({}).empty());
}

TEST(Bootstrap, IsTheSameForTheSameSeed) {
  const std::vector<double> sample = {1, 2, 2, 3, 9, 12, 30};
  Random one(4);
  Random two(4);
  const Estimate first = bootstrap_bca(sample, median, 0.95, one);
  const Estimate second = bootstrap_bca(sample, median, 0.95, two);
  EXPECT_EQ(first.value, 3);
  EXPECT_EQ(first.interval.low, second.interval.low);
  EXPECT_EQ(first.interval.high, second.interval.high);
  EXPECT_LT(first.interval.low, 3);
  EXPECT_GT(first.interval.high, 3);
}

double mean_of(const std::vector<double>& sample) {
  double sum = 0;
  for (const double value : sample) sum += value;
  return sum / static_cast<double>(sample.size());
}

// Of a sample from an exponential distribution, 95 % promised: BCa keeps it within a few percent,
// and better than an interval to both sides of the same length would.
TEST(Bootstrap, OfTwentyRunsCoversAboutAsOftenAsItSays) {
  Random random(17);
  int covered = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> sample;
    for (int i = 0; i < 20; ++i) sample.push_back(random.exponential(10));
    const Estimate estimate = bootstrap_bca(sample, mean_of, 0.95, random);
    covered += estimate.interval.low <= 10 && 10 <= estimate.interval.high ? 1 : 0;
  }
  EXPECT_GE(covered, 176);  // 88 %
  EXPECT_LE(covered, 199);
}

// What a comparison shows: the shift between two strategies of five runs each. 95 % said, about
// 90 % kept: that is what "a little too narrow" means.
TEST(Bootstrap, OfFiveAndFiveRunsIsALittleTooNarrow) {
  Random random(23);
  int covered = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> first;
    std::vector<double> second;
    for (int i = 0; i < 5; ++i) {
      first.push_back(random.normal());
      second.push_back(random.normal() + 3);
    }
    const Estimate estimate = bootstrap_two_samples(
        first, second,
        [](const std::vector<double>& a, const std::vector<double>& b) {
          return median(b) - median(a);
        },
        0.95, random);
    covered += estimate.interval.low <= 3 && 3 <= estimate.interval.high ? 1 : 0;
  }
  EXPECT_GE(covered, 170);  // 85 %
  EXPECT_LE(covered, 199);
}

// Two groups of one size; P(Y > X) = 0.7, 5 % one-sided, power 90 %: Noether's formula gives
// 8.567 / (6 * 0.04) = 35.7.
TEST(Power, IsNoethersFormula) {
  const double difference = normal_quantile(0.7) * std::numbers::sqrt2;
  const PowerPlan plan{.level = 0.05, .power = 0.9, .deviation = 1, .difference = difference};
  EXPECT_EQ(runs_to_show(plan), 36U);
  EXPECT_NEAR(difference_shown(plan, 36), difference, 0.01);
}

TEST(Power, PromisesNothingOfTooFewRuns) {
  const PowerPlan plan{.level = 0.005, .power = 0.8, .deviation = 1, .difference = 100};
  EXPECT_EQ(runs_to_show(plan), 8U) << "the formula's own, cautious where groups are wholly apart";
  EXPECT_TRUE(std::isinf(difference_shown(plan, 4)));
  EXPECT_FALSE(std::isinf(difference_shown(plan, 5)));
  EXPECT_EQ(runs_to_show({.level = 0.05, .power = 0.8, .deviation = 0, .difference = 1}), 3U);
}

// 400 experiments of as many runs as it asked for: the difference is found about as often as said.
TEST(Power, IsKeptByTheTestItIsAbout) {
  const PowerPlan plan{.level = 0.05, .power = 0.8, .deviation = 1, .difference = 1.2};
  const std::size_t runs = runs_to_show(plan);
  Random random(29);
  int found = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<double> first;
    std::vector<double> second;
    for (std::size_t i = 0; i < runs; ++i) {
      first.push_back(random.normal());
      second.push_back(random.normal() + 1.2);
    }
    found += mann_whitney(first, second).p_larger <= 0.05 ? 1 : 0;
  }
  EXPECT_GE(found, 280);
  EXPECT_LE(found, 370);
}

}  // namespace
}  // namespace doorbuster
