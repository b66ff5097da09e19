// The standard normal distribution. Pure.
#pragma once

namespace doorbuster {

double normal_below(double z);  // P(Z <= z)

// The z with P(Z <= z) = p, to about 1e-9: Acklam's rational approximation (2003), refined by one
// step of Halley's method. REQUIRES: 0 < p < 1
double normal_quantile(double p);

}  // namespace doorbuster
