#include "base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace doorbuster {
namespace {

double mean_of(int count, auto&& draw) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += static_cast<double>(draw());
  return sum / count;
}

TEST(Random, TheSameSeedGivesTheSameNumbersOnEveryMachine) {
  Random random(42);
  EXPECT_EQ(random.next(), 1546998764402558742U);
  EXPECT_EQ(random.next(), 6990951692964543102U);
}

TEST(Random, StreamsOfOneSeedDiffer) {
  EXPECT_NE(stream_seed(1, 1, 1), stream_seed(1, 1, 2));
  EXPECT_NE(stream_seed(1, 1, 1), stream_seed(1, 2, 1));
  EXPECT_NE(stream_seed(1, 1, 1), stream_seed(2, 1, 1));
}

TEST(Random, AnExponentialDrawIsOneNumberWhateverItsMean) {
  Random some(1);
  Random none(1);
  EXPECT_GT(some.exponential(3), 0);
  EXPECT_EQ(none.exponential(0), 0);
  EXPECT_EQ(none.next(), some.next());
}

TEST(Random, DistributionsHaveTheirMeans) {
  Random random(entropy());
  constexpr int kDraws = 200'000;
  EXPECT_NEAR(mean_of(kDraws, [&] { return random.uniform(); }), 0.5, 0.01);
  EXPECT_NEAR(mean_of(kDraws, [&] { return random.exponential(3); }), 3, 0.1);
  EXPECT_NEAR(mean_of(kDraws, [&] { return random.normal(); }), 0, 0.02);
  EXPECT_NEAR(mean_of(kDraws, [&] { return random.geometric(9); }), 9, 0.3);
  EXPECT_NEAR(mean_of(kDraws, [&] { return random.below(7); }), 3, 0.05);
  EXPECT_NEAR(mean_of(kDraws, [&] { return std::log(random.lognormal(2, 0.6)); }), std::log(2.0),
              0.02);
}

TEST(Random, GeometricOfMeanZeroIsZero) { EXPECT_EQ(Random(1).geometric(0), 0U); }

}  // namespace
}  // namespace doorbuster
