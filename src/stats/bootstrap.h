// How far a figure over runs might have been otherwise with other runs: the bootstrap. Runs are
// drawn from the runs that there are, with replacement, thousands of times. The percentile interval
// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13), and for one sample
// the one corrected for bias and skew, BCa (chapter 14). Of five runs either is a little too
// narrow; bootstrap_test.cpp states by how much. Pure: the Random decides all.
#pragma once

#include <functional>
#include <vector>

#include "base/random.h"
#include "stats/estimate.h"

namespace doorbuster {

inline constexpr int kBootstrapDraws = 2000;

// REQUIRES: not empty; the statistic is finite for whatever is drawn
Estimate bootstrap_bca(const std::vector<double>& sample,
                       const std::function<double(const std::vector<double>&)>& statistic,
                       double level, Random& random, int draws = kBootstrapDraws);

using TwoSampleStatistic =
    std::function<double(const std::vector<double>& first, const std::vector<double>& second)>;

// Each group is drawn from by itself. REQUIRES: neither is empty
Estimate bootstrap_two_samples(const std::vector<double>& first, const std::vector<double>& second,
                               const TwoSampleStatistic& statistic, double level, Random& random,
                               int draws = kBootstrapDraws);

}  // namespace doorbuster
