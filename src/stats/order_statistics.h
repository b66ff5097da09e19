// Medians and quantiles of a sample. Pure. Quantiles are those of Hyndman and Fan, "Sample
// Quantiles in Statistical Packages", The American Statistician 1996, type 7 (the default of R).
#pragma once

#include <vector>

namespace doorbuster {

// REQUIRES: not empty, no NaN
double median(std::vector<double> sample);

// Of a sample in order. REQUIRES: not empty, 0 <= p <= 1
double quantile_of_sorted(const std::vector<double>& sorted, double p);

// The median absolute deviation from the median, times 1.4826: the standard deviation of normal
// data, and unmoved by one wild run. Source: Hampel, JASA 1974. REQUIRES: not empty
double robust_deviation(const std::vector<double>& sample);

}  // namespace doorbuster
