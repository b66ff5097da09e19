#include "stats/normal.h"

#include <cmath>
#include <numbers>

#include "base/check.h"

namespace doorbuster {
namespace {

double tail(double q) {
  return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q -
            2.549732539343734) *
               q +
           4.374664141464968) *
              q +
          2.938163982698783) /
         ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q +
           3.754408661907416) *
              q +
          1);
}

double middle(double q) {
  const double r = q * q;
  return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
            1.383577518672690e+02) *
               r -
           3.066479806614716e+01) *
              r +
          2.506628277459239) *
         q /
         (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
            6.680131188771972e+01) *
               r -
           1.328068155288572e+01) *
              r +
          1);
}

}  // namespace

double normal_below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  CHECK(p > 0 && p < 1, "no quantile of {}", p);
  constexpr double kTail = 0.02425;
  double z = 0;
  if (p < kTail) {
    z = tail(std::sqrt(-2 * std::log(p)));
  } else if (p > 1 - kTail) {
    z = -tail(std::sqrt(-2 * std::log(1 - p)));
  } else {
    z = middle(p - 0.5);
  }
  const double error = normal_below(z) - p;
  const double step = error * std::sqrt(2 * std::numbers::pi) * std::exp(z * z / 2);
  return z - step / (1 + z * step / 2);
}

}  // namespace doorbuster
