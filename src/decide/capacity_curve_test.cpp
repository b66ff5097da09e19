#include "decide/capacity_curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "decide/capacity.h"
#include "decide/generated_testing.h"
#include "stats/usl.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

std::vector<ProbeResult> probes_with_p99(const std::vector<std::pair<double, double>>& curve) {
  std::vector<ProbeResult> probes;
  for (const auto& [rate, p99_us] : curve) {
    ProbeResult probe;
    probe.rate_per_s = rate;
    probe.answer = "keeps";
    probe.buy_p99_us = p99_us;
    probes.push_back(probe);
  }
  return probes;
}

// What a shop of a known law shows at some loads; its rate is what is answered.
std::vector<ProbeResult> probes_of_law(double sigma, double kappa,
                                       const std::vector<double>& loads) {
  std::vector<ProbeResult> probes;
  for (const double n : loads) {
    ProbeResult probe;
    probe.rate_per_s = 100 * n;
    probe.answer = "keeps";
    probe.in_flight = n;
    probe.operations_per_s = 1000 * n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    probes.push_back(probe);
  }
  return probes;
}

TEST(CapacityCurve, HasItsKneeWhereTheTailHasDoubledForGood) {
  const KneeResult knee =
      knee_of(probes_with_p99({{400, 1900}, {100, 1000}, {800, 2100}, {200, 2500}, {1600, 9000}}));
  EXPECT_EQ(knee.below_per_s, 400) << "the slow run at 200 is no knee: 400 was fast again";
  EXPECT_EQ(knee.at_per_s, 800);
  EXPECT_THAT(knee.sentence, HasSubstr("between 400 sessions/s and 800 sessions/s"));
}

TEST(CapacityCurve, HasNoKneeThatWasNotSeen) {
  const KneeResult flat = knee_of(probes_with_p99({{100, 1000}, {800, 1400}}));
  EXPECT_FALSE(flat.at_per_s);
  EXPECT_THAT(flat.sentence, HasSubstr("no knee up to 800 sessions/s"));
  auto probes = probes_with_p99({{100, 1000}, {800, 9000}});
  probes[1].answer = "saturated";
  EXPECT_THAT(knee_of(probes).sentence, HasSubstr("unknown"));
}

TEST(CapacityCurve, FindsTheLawAndRefusesItsPeakBelowIt) {
  const ScalabilityLaw law = law_of(probes_of_law(0.04, 0.004, {1, 2, 4, 8, 16, 24, 32}));
  EXPECT_NEAR(*law.sigma, 0.04, 1e-6);
  EXPECT_NEAR(*law.kappa, 0.004, 1e-6);
  EXPECT_NEAR(*law.peak_in_flight, 15.49, 0.01);
  EXPECT_NEAR(*law.lambda_per_s, 1000, 1e-3);
  EXPECT_NEAR(*law.peak_per_s, 1000 * 15.49 / (1 + 0.04 * 14.49 + 0.004 * 15.49 * 14.49), 0.1);
  EXPECT_LT(*law.residual_percent, 1e-6);
  EXPECT_EQ(law.refused, "");
  const ScalabilityLaw low = law_of(probes_of_law(0.04, 0.004, {1, 2, 3, 4, 6, 8}));
  EXPECT_TRUE(low.sigma);
  EXPECT_FALSE(low.peak_in_flight || low.peak_per_s);
  EXPECT_THAT(low.refused, HasSubstr("not extrapolated"));
}

TEST(CapacityCurve, ALawHasTheMiddleRunOfARateAndItsErrors) {
  auto probes = probes_of_law(0.04, 0.004, {1, 2, 4, 8, 16, 24, 32});
  for (int i = 0; i < 2; ++i) {
    probes.push_back(probes[3]);
    probes.back().operations_per_s *= i == 0 ? 0.2 : 1.5;
    probes.back().in_flight = *probes[3].in_flight * (i == 0 ? 5 : 0.5);
  }
  EXPECT_EQ(law_of(probes).loads, 7);
  EXPECT_NEAR(*law_of(probes).sigma, 0.04, 1e-6);
  // Off by 1 % up and down: as far as the law's own fit says.
  std::vector<UslPoint> points;
  double sign = 1;
  probes.resize(7);
  for (ProbeResult& probe : probes) {
    probe.operations_per_s *= 1 + 0.01 * (sign = -sign);
    points.push_back({*probe.in_flight, probe.operations_per_s});
  }
  const ScalabilityLaw law = law_of(probes);
  const UslFit fit = fit_usl(points);
  EXPECT_NEAR(*law.residual_percent, 100 * fit.residual, 1e-9);
  EXPECT_NEAR(*law.lambda_error, (fit.lambda->interval.high - fit.lambda->interval.low) / 2, 1e-6);
  EXPECT_NEAR(*law.sigma_error, (fit.sigma->interval.high - fit.sigma->interval.low) / 2, 1e-9);
  EXPECT_NEAR(*law.kappa_error, (fit.kappa->interval.high - fit.kappa->interval.low) / 2, 1e-9);
  EXPECT_GT(*law.sigma_error, 0.005);
}

TEST(CapacityCurve, ALawLeavesOutWhatTheHarnessSaturated) {
  auto probes = probes_of_law(0.04, 0.004, {1, 2, 4, 8, 16, 24, 32, 48});
  probes.back().operations_per_s = 1;
  probes.back().answer = "saturated";
  const ScalabilityLaw law = law_of(probes);
  EXPECT_EQ(law.loads, 7);
  EXPECT_NEAR(*law.kappa, 0.004, 1e-6);
}

TEST(CapacityCurve, SaysWhatWasFirstAtItsLimitOrThatNothingShows) {
  auto probes = probes_with_p99({{400, 1}, {200, 1}, {100, 1}});
  EXPECT_THAT(saturated_first(probes), HasSubstr("unknown"));
  probes[0].answer = "saturated";
  probes[0].why = "the harness was late";
  EXPECT_EQ(saturated_first(probes), "the harness (the harness was late), at 400 sessions/s");
  probes[1].busiest = "Redis, which has one core";
  EXPECT_EQ(saturated_first(probes), "Redis, which has one core, at 200 sessions/s");
}

TEST(CapacityCurve, AThousandSalesCostWhatAllOperationsOfThemCost) {
  Random random(1);
  TrialResult trial = generated_trial({}, 1, random);  // 1000 attempts, 500 sold
  trial.counts.views = 9000;
  trial.cost.harness_cpu_us_per_op = 50;
  trial.cost.postgres_cpu_us_per_op = std::nullopt;
  const ThousandSales cost = thousand_sales(trial);
  EXPECT_NEAR(*cost.harness_cpu_s, 1, 1e-9);  // 20 operations a sale of 50 us
  EXPECT_NEAR(*cost.database_statements, 5000, 1e-9);
  EXPECT_FALSE(cost.postgres_cpu_s);
}

TEST(CapacityCurve, AProbeHasInFlightWhatLittleSays) {
  Random random(1);
  RunResult run = generated_run({{}}, 1, random);
  TrialResult& trial = run.trials[0];
  trial.latency.buy.count = 1000;
  trial.latency.buy.mean_us = 20000;
  trial.latency.view.count = 9000;
  trial.latency.view.mean_us = 10000;
  EXPECT_NEAR(*judge_probe(run, 100, 5).in_flight, (20 + 90) / 10.0, 1e-9);
}

}  // namespace
}  // namespace doorbuster
