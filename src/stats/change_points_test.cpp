#include "stats/change_points.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace doorbuster {
namespace {

std::vector<double> noise(Random& random, std::size_t length, double center, double sigma) {
  std::vector<double> series;
  for (std::size_t i = 0; i < length; ++i) series.push_back(center * (1 + sigma * random.normal()));
  return series;
}

void append(std::vector<double>& series, const std::vector<double>& more) {
  series.insert(series.end(), more.begin(), more.end());
}

constexpr ChangeSearch kQuick{.level = 0.05, .permutations = 199, .seed = 1};

TEST(ChangePoints, AreFoundWhereTheyWerePlanted) {
  Random random(1);
  std::vector<double> series = noise(random, 20, 100, 0.03);
  append(series, noise(random, 15, 120, 0.03));
  append(series, noise(random, 20, 90, 0.03));
  const auto found = change_points(series, {.level = 0.01, .permutations = 999, .seed = 1});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].at, 20U);
  EXPECT_EQ(found[1].at, 35U);
  EXPECT_LE(found[0].p, 0.01);
}

// 5 % is stated; of 200 series of 30 runs of pure noise at most 18 (9 %) may alarm, which less than
// one in a hundred seeds would exceed.
TEST(ChangePoints, OfPureNoiseAlarmNoMoreOftenThanTheirLevel) {
  Random random(2);
  int alarms = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> series;
    for (int i = 0; i < 30; ++i) series.push_back(random.lognormal(10, 0.15));
    alarms += change_points(series, kQuick).empty() ? 0 : 1;
  }
  EXPECT_LE(alarms, 18);
  EXPECT_GE(alarms, 1) << "a level of 5 % that never alarms is none";
}

TEST(ChangePoints, OneWildRunIsNone) {
  Random random(3);
  int alarms = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<double> series = noise(random, 25, 100, 0.03);
    series[12] = 400;
    alarms += change_points(series, kQuick).empty() ? 0 : 1;
  }
  EXPECT_LE(alarms, 6);
}

// 1 % with every run, of runs that differ by 3 %: no two neighbours do.
TEST(ChangePoints, SlowCreepIsSeen) {
  Random random(4);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> series = noise(random, 30, 100, 0.03);
    for (std::size_t i = 0; i < series.size(); ++i) series[i] *= 1 + 0.01 * static_cast<double>(i);
    EXPECT_FALSE(change_points(series, kQuick).empty()) << round;
  }
}

// A split in two alone hides them: on either side of each there is something of both.
TEST(ChangePoints, AChangeAndItsMendingAreBothFound) {
  Random random(5);
  std::vector<double> series = noise(random, 12, 100, 0.03);
  append(series, noise(random, 12, 130, 0.03));
  append(series, noise(random, 12, 100, 0.03));
  const auto found = change_points(series, {.level = 0.02, .permutations = 999, .seed = 1});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].at, 12U);
  EXPECT_EQ(found[1].at, 24U);
}

TEST(ChangePoints, NeedAStretchOnEitherSide) {
  EXPECT_TRUE(change_points({}, kQuick).empty());
  EXPECT_TRUE(change_points({1, 1, 9, 9}, kQuick).empty());
  EXPECT_TRUE(change_points(std::vector<double>(40, 5.0), kQuick).empty());
}

}  // namespace
}  // namespace doorbuster
