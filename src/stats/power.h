// What a number of runs would show. Estimates, to plan by: they take the noise of the runs at hand
// for that of the runs to come, and the runs for normal. Noether, "Sample size determination for
// some common nonparametric tests", JASA 1987. Pure.
#pragma once

#include <cstddef>

namespace doorbuster {

struct PowerPlan {
  double level = 0.05;    // of the test, one-sided, after any correction
  double power = 0.8;     // how often the difference is to be found
  double deviation = 0;   // of one group's runs, in the unit of the difference
  double difference = 0;  // to be found. REQUIRES (runs_to_show): > 0
};

// Runs in each of two groups; never fewer than those of which the exact test can reach the level.
std::size_t runs_to_show(const PowerPlan& plan);

// The other way round: the difference that so many runs in each group would show. Infinite where
// they can show none. plan.difference is not looked at.
double difference_shown(const PowerPlan& plan, std::size_t runs);

}  // namespace doorbuster
