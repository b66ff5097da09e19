#include "stats/usl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace doorbuster {
namespace {

using Three = std::array<double, 3>;
using Square = std::array<Three, 3>;

// By cofactors; of a symmetric matrix. Nothing: it has none that can be trusted.
std::optional<Square> inverse_of(const Square& m) {
  Square inverse{};
  double determinant = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const std::size_t r = (i + 1) % 3, s = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
      inverse[j][i] = m[r][c] * m[s][d] - m[r][d] * m[s][c];
    }
    determinant += m[0][i] * inverse[i][0];
  }
  const double scale = m[0][0] * m[1][1] * m[2][2];
  if (!(std::abs(determinant) > 1e-12 * scale)) return std::nullopt;
  for (Three& row : inverse) {
    for (double& each : row) each /= determinant;
  }
  return inverse;
}

double product(const Three& a, const Three& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

double error_of(const Three& gradient, const Square& covariance) {
  double variance = 0;
  for (std::size_t i = 0; i < 3; ++i) variance += gradient[i] * product(covariance[i], gradient);
  return std::sqrt(std::max(0.0, variance));
}

Three powers_of(double n) { return {1, n, n * n}; }

// N / X = a + b N + c N^2, N in units of `unit`.
struct Quadratic {
  Three coefficients{};
  Square covariance{};
  double residual = 0;
};

std::optional<Quadratic> least_squares(const std::vector<UslPoint>& points, double unit) {
  Square normal{};
  Three right{};
  const auto row_of = [&](const UslPoint& point) {
    Three row = powers_of(point.in_flight / unit);
    for (double& each : row) each *= point.per_s / point.in_flight;  // relative: the left is 1
    return row;
  };
  for (const UslPoint& point : points) {
    const Three row = row_of(point);
    for (std::size_t i = 0; i < 3; ++i) {
      right[i] += row[i];
      for (std::size_t j = 0; j < 3; ++j) normal[i][j] += row[i] * row[j];
    }
  }
  const auto inverse = inverse_of(normal);
  if (!inverse) return std::nullopt;
  Quadratic fit;
  for (std::size_t i = 0; i < 3; ++i) fit.coefficients[i] = product((*inverse)[i], right);
  double squares = 0;
  for (const UslPoint& point : points) {
    squares += std::pow(1 - product(row_of(point), fit.coefficients), 2);
  }
  const double variance = squares / static_cast<double>(points.size() - 3);
  fit.residual = std::sqrt(variance);
  fit.covariance = *inverse;
  for (Three& row : fit.covariance) {
    for (double& each : row) each *= variance;
  }
  return fit;
}

// Of N in its own unit again.
void unscale(Quadratic& fit, double unit) {
  const Three scale = powers_of(1 / unit);
  for (std::size_t i = 0; i < 3; ++i) {
    fit.coefficients[i] *= scale[i];
    for (std::size_t j = 0; j < 3; ++j) fit.covariance[i][j] *= scale[i] * scale[j];
  }
}

std::string interval_in_words(const Estimate& estimate) {
  return fmt::format("{:.3g} ({:.3g} to {:.3g})", estimate.value, estimate.interval.low,
                     estimate.interval.high);
}

// Why there is no peak to tell, or "".
std::string refusal_of(const UslFit& fit, double highest) {
  if (fit.residual > kMostUslResidual) {
    return fmt::format(
        "the Universal Scalability Law does not describe these runs: they are {:.0f} % off it",
        100 * fit.residual);
  }
  const Bounds sigma = fit.sigma->interval;
  if (sigma.high < 0 || sigma.low > 1 || (sigma.low < 0 && sigma.high > 1)) {
    return "sigma is " + interval_in_words(*fit.sigma) + ", and the law knows 0 to 1";
  }
  if (fit.kappa->interval.low <= 0) {
    return "kappa is " + interval_in_words(*fit.kappa) +
           ", so it may be 0: these loads show no peak";
  }
  if (!fit.peak_in_flight) return "sigma is " + interval_in_words(*fit.sigma) + ": it has no peak";
  if (fit.peak_in_flight->value > highest) {
    return fmt::format(
        "the peak would be at {:.3g} in flight, past the {:.3g} that were measured: not "
        "extrapolated",
        fit.peak_in_flight->value, highest);
  }
  return "";
}

}  // namespace

UslFit fit_usl(const std::vector<UslPoint>& points, double level) {
  std::vector<UslPoint> used;
  std::vector<double> loads;
  for (const UslPoint& point : points) {
    if (!(point.in_flight > 0) || !(point.per_s > 0)) continue;
    used.push_back(point);
    loads.push_back(point.in_flight);
  }
  std::ranges::sort(loads);
  loads.erase(std::unique(loads.begin(), loads.end()), loads.end());
  UslFit fit;
  fit.loads = loads.size();
  if (fit.loads < kFewestForUsl) {
    fit.refused = fmt::format(
        "the Universal Scalability Law is fitted to {} different loads at least, and there are {}",
        kFewestForUsl, fit.loads);
    return fit;
  }
  const double highest = loads.back();
  auto quadratic = least_squares(used, highest);
  if (quadratic) unscale(*quadratic, highest);
  const double at_one = quadratic ? product(quadratic->coefficients, {1, 1, 1}) : 0;
  if (!(at_one > 0)) {
    fit.refused = "the loads are too much alike for a fit of the Universal Scalability Law";
    return fit;
  }
  const auto [a, b, c] = quadratic->coefficients;
  fit.residual = quadratic->residual;
  const double t = boost::math::quantile(
      boost::math::students_t(static_cast<double>(used.size() - 3)), 0.5 + level / 2);
  const auto estimate = [&](double value, const Three& gradient) {
    const double reach = t * error_of(gradient, quadratic->covariance);
    return Estimate{value, {value - reach, value + reach}, level};
  };
  const double s = at_one, s2 = at_one * at_one;
  fit.lambda = estimate(1 / s, {-1 / s2, -1 / s2, -1 / s2});
  fit.sigma = estimate(1 - a / s, {a / s2 - 1 / s, a / s2, a / s2});
  fit.kappa = estimate(c / s, {-c / s2, -c / s2, 1 / s - c / s2});
  if (a > 0 && c > 0) {
    const double peak = std::sqrt(a / c);
    fit.peak_in_flight = estimate(peak, {peak / (2 * a), 0, -peak / (2 * c)});
    fit.peak_per_s = peak / product({a, b, c}, powers_of(peak));
  }
  fit.refused = refusal_of(fit, highest);
  if (!fit.refused.empty()) {
    fit.peak_in_flight.reset();
    fit.peak_per_s.reset();
  }
  return fit;
}

}  // namespace doorbuster
