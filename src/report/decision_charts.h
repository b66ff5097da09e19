// What the charts of a decision's page show. Names are made harmless; a chart that would show
// nothing is not among them. Pure.
#pragma once

#include "results/capacity.h"
#include "results/charts.h"
#include "results/comparison.h"
#include "results/sweep.h"

namespace doorbuster {

// "goal": each strategy's median with its interval; "effects": how each pair differs, in percent.
DecisionCharts charts_of(const ComparisonResult& comparison);

// "goal-0", and "goal-1" to the last value of a second key: the goal of each strategy over the
// first key's values, the crossovers as bands.
DecisionCharts charts_of(const SweepResult& sweep);

// "bounds": between which rates each capacity lies; "throughput" and "latency" over the rate, the
// knees as bands; "law": the law as far as it was fitted.
DecisionCharts charts_of(const CapacityResult& capacity);

// Every strategy that was left at any value, in the order in which they appear: their colours.
std::vector<std::string> swept_strategies(const SweepResult& sweep);
// The second key's values; one empty one where a single key is swept.
std::vector<std::string> second_values(const SweepResult& sweep);

}  // namespace doorbuster
