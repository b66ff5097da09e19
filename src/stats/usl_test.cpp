#include "stats/usl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

struct KnownLaw {
  double lambda = 1000;
  double sigma = 0.05;
  double kappa = 0.002;
};

std::vector<UslPoint> points_of(const KnownLaw& law, const std::vector<double>& loads, double noise,
                                std::uint64_t seed) {
  Random random(seed);
  std::vector<UslPoint> points;
  for (const double n : loads) {
    const double x = law.lambda * n / (1 + law.sigma * (n - 1) + law.kappa * n * (n - 1));
    points.push_back({n, noise > 0 ? random.lognormal(x, noise) : x});
  }
  return points;
}

const std::vector<double> kUslLoads = {1, 2, 4, 8, 12, 16, 24, 32, 48};

TEST(Usl, FindsTheLawThatTheDataWereMadeBy) {
  const UslFit fit = fit_usl(points_of({}, kUslLoads, 0, 1));
  EXPECT_NEAR(fit.lambda->value, 1000, 1e-6);
  EXPECT_NEAR(fit.sigma->value, 0.05, 1e-9);
  EXPECT_NEAR(fit.kappa->value, 0.002, 1e-9);
  const double peak = std::sqrt(0.95 / 0.002);
  EXPECT_NEAR(fit.peak_in_flight->value, peak, 1e-6);
  EXPECT_NEAR(*fit.peak_per_s, points_of({}, {peak}, 0, 1)[0].per_s, 1e-6);
  EXPECT_LT(fit.residual, 1e-9);
  EXPECT_EQ(fit.refused, "");
}

TEST(Usl, ItsIntervalsHoldTheTruthAsOftenAsTheySay) {
  int sigma = 0, kappa = 0, peak = 0, told = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const UslFit fit = fit_usl(points_of({}, kUslLoads, 0.02, seed));
    const auto holds = [](const Estimate& estimate, double truth) {
      return estimate.interval.low <= truth && truth <= estimate.interval.high ? 1 : 0;
    };
    sigma += holds(*fit.sigma, 0.05);
    kappa += holds(*fit.kappa, 0.002);
    if (!fit.peak_in_flight) continue;
    ++told;
    peak += holds(*fit.peak_in_flight, std::sqrt(0.95 / 0.002));
  }
  EXPECT_NEAR(sigma / 400.0, 0.95, 0.035);
  EXPECT_NEAR(kappa / 400.0, 0.95, 0.035);
  EXPECT_GE(told, 390);
  EXPECT_NEAR(1.0 * peak / told, 0.95, 0.035);
}

// Where degrees of freedom are few they count most.
TEST(Usl, ItsIntervalsAreAsWideAsSoFewLoadsMakeThem) {
  int sigma = 0;
  constexpr int kTries = 2000;
  for (std::uint64_t seed = 1; seed <= kTries; ++seed) {
    const UslFit fit = fit_usl(points_of({}, {1, 4, 8, 16, 24, 48}, 0.01, seed));
    sigma += fit.sigma->interval.low <= 0.05 && 0.05 <= fit.sigma->interval.high ? 1 : 0;
  }
  EXPECT_NEAR(1.0 * sigma / kTries, 0.95, 0.015);
}

TEST(Usl, DoesNotExtrapolatePastTheHighestLoad) {
  const UslFit fit = fit_usl(points_of({}, {1, 2, 3, 4, 6, 8, 10, 12}, 0, 1));
  EXPECT_NEAR(fit.kappa->value, 0.002, 1e-9) << "the fit itself is good";
  EXPECT_FALSE(fit.peak_in_flight || fit.peak_per_s);
  EXPECT_THAT(fit.refused, HasSubstr("past the 12 that were measured: not extrapolated"));
}

TEST(Usl, TellsNoPeakWhereKappaMayBeNothing) {
  const UslFit fit = fit_usl(points_of({.kappa = 0}, kUslLoads, 0.03, 7));
  EXPECT_FALSE(fit.peak_in_flight);
  EXPECT_THAT(fit.refused, HasSubstr("so it may be 0"));
}

TEST(Usl, RefusesWhatItDoesNotDescribe) {
  EXPECT_THAT(fit_usl(points_of({}, {1, 2, 4, 8, 16}, 0, 1)).refused, HasSubstr("there are 5"));
  EXPECT_THAT(fit_usl(points_of({}, {4, 4, 4, 4, 4, 4, 4}, 0, 1)).refused,
              HasSubstr("there are 1"));
  EXPECT_THAT(fit_usl(points_of({}, kUslLoads, 0.6, 3)).refused, HasSubstr("does not describe"));
  EXPECT_THAT(fit_usl({{0, 5}, {-1, 3}, {NAN, 1}}).refused, HasSubstr("there are 0"));
  // The more at once, the faster each: no contention is negative.
  EXPECT_THAT(fit_usl(points_of({.sigma = -0.02, .kappa = 0.0005}, kUslLoads, 0.001, 1)).refused,
              HasSubstr("the law knows 0 to 1"));
}

}  // namespace
}  // namespace doorbuster
