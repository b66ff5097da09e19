#include "decide/capacity_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "decide/words.h"
#include "stats/order_statistics.h"
#include "stats/usl.h"

namespace doorbuster {
namespace {

bool shows_the_shop(const ProbeResult& probe) { return probe.answer != "saturated"; }

std::string at_rate_in_words(double rate) { return with_unit(rate, "sessions/s"); }

// The median of the runs of each rate.
std::map<double, double> p99_by_rate(const std::vector<ProbeResult>& probes) {
  std::map<double, std::vector<double>> seen;
  for (const ProbeResult& probe : probes) {
    if (shows_the_shop(probe) && probe.buy_p99_us) {
      seen[probe.rate_per_s].push_back(*probe.buy_p99_us);
    }
  }
  std::map<double, double> medians;
  for (const auto& [rate, values] : seen) medians[rate] = median(values);
  return medians;
}

double half_width(const Estimate& estimate) { return estimate.interval.high - estimate.value; }

}  // namespace

KneeResult knee_of(const std::vector<ProbeResult>& probes) {
  KneeResult knee;
  const std::map<double, double> p99 = p99_by_rate(probes);
  if (p99.size() < 2) {
    knee.sentence = "the knee is unknown: buy.p99 was measured at fewer than two rates";
    return knee;
  }
  const auto [lowest, base] = *p99.begin();
  // From above: one slow run among faster ones at higher rates is no knee.
  for (auto at = p99.rbegin(); at != p99.rend(); ++at) {
    if (at->second <= kKneeFactor * base) {
      knee.below_per_s = at->first;
      break;
    }
    knee.at_per_s = at->first;
  }
  const std::string twice =
      fmt::format("buy.p99 is more than {:.0f} times the {:.3g} ms at {}, the lowest rate",
                  kKneeFactor, base / 1e3, at_rate_in_words(lowest));
  knee.sentence = knee.at_per_s ? fmt::format("the knee is between {} and {}: from there on {}",
                                              at_rate_in_words(*knee.below_per_s),
                                              at_rate_in_words(*knee.at_per_s), twice)
                                : fmt::format("no knee up to {}: at no rate from which on {}",
                                              at_rate_in_words(p99.rbegin()->first), twice);
  return knee;
}

ScalabilityLaw law_of(const std::vector<ProbeResult>& probes) {
  // A rate's runs are one load, though what was in flight differs between them.
  std::map<double, std::pair<std::vector<double>, std::vector<double>>> rates;
  for (const ProbeResult& probe : probes) {
    if (!shows_the_shop(probe) || !probe.in_flight) continue;
    auto& [in_flight, per_s] = rates[probe.rate_per_s];
    in_flight.push_back(*probe.in_flight);
    per_s.push_back(probe.operations_per_s);
  }
  std::vector<UslPoint> points;
  for (const auto& [rate, seen] : rates) {
    points.push_back({.in_flight = median(seen.first), .per_s = median(seen.second)});
  }
  const UslFit fit = fit_usl(points);
  ScalabilityLaw law;
  law.loads = static_cast<std::int64_t>(fit.loads);
  law.refused = fit.refused;
  if (fit.lambda) {
    law.lambda_per_s = fit.lambda->value;
    law.lambda_error = half_width(*fit.lambda);
    law.sigma = fit.sigma->value;
    law.sigma_error = half_width(*fit.sigma);
    law.kappa = fit.kappa->value;
    law.kappa_error = half_width(*fit.kappa);
    law.residual_percent = 100 * fit.residual;
  }
  if (fit.peak_in_flight) {
    law.peak_in_flight = fit.peak_in_flight->value;
    law.peak_in_flight_error = half_width(*fit.peak_in_flight);
    law.peak_per_s = fit.peak_per_s;
  }
  return law;
}

std::string saturated_first(const std::vector<ProbeResult>& probes) {
  const ProbeResult* first = nullptr;
  for (const ProbeResult& probe : probes) {
    if (probe.busiest.empty() && probe.answer != "saturated") continue;
    if (first == nullptr || probe.rate_per_s < first->rate_per_s) first = &probe;
  }
  if (first == nullptr) return "unknown: nothing that was measured was near its limit";
  return fmt::format("{}, at {}",
                     first->busiest.empty() ? "the harness (" + first->why + ")" : first->busiest,
                     at_rate_in_words(first->rate_per_s));
}

ThousandSales thousand_sales(const TrialResult& trial) {
  ThousandSales cost;
  const auto thousand = [](const std::optional<double>& per_sale) {
    return per_sale ? std::optional(1000 * *per_sale) : std::nullopt;
  };
  cost.database_statements = thousand(trial.cost.database_statements_per_sale);
  cost.cache_commands = thousand(trial.cost.cache_commands_per_sale);
  if (trial.counts.sold <= 0) return cost;
  const double operations =
      static_cast<double>(trial.counts.views + trial.counts.views_failed + trial.counts.attempts);
  const double per_sale = operations / static_cast<double>(trial.counts.sold);
  const auto seconds = [&](const std::optional<double>& cpu_us) {
    return cpu_us ? std::optional(1000 * *cpu_us * per_sale / 1e6) : std::nullopt;
  };
  cost.harness_cpu_s = seconds(trial.cost.harness_cpu_us_per_op);
  cost.redis_cpu_s = seconds(trial.cost.redis_cpu_us_per_op);
  cost.postgres_cpu_s = seconds(trial.cost.postgres_cpu_us_per_op);
  return cost;
}

}  // namespace doorbuster
