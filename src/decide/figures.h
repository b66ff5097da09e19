// The figures by which builds and strategies are judged: each a name, which direction is better,
// and how it is read from a trial. A trial is one observation, for what happens within one is not
// independent. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "results/result.h"

namespace doorbuster {

struct Figure {
  std::string name;  // as thresholds have it: "buy.p99"
  std::string unit;  // "us", "/s", "ratio", ""
  bool lower_is_better = true;
};

// By its name; an error names the nearest and lists them all.
Result<Figure> figure_named(std::string_view name);
std::vector<std::string> figure_names();

// The goal that is none of a trial: the highest rate at which thresholds and audit are kept
// (capacity_search.h). Each search is one observation.
Figure capacity_figure();

// What a choice costs where the goal tells nothing apart, the first that does decides: database
// statements a sale, the mean wait for a connection (all have as many), CPU a sale.
const std::vector<Figure>& cost_figures();

// Nothing where the trial has no sample of it.
std::optional<double> read_figure(const Figure& figure, const TrialResult& trial);

// Views, attempts to buy and payments: what CPU for each operation is of.
double operations_of(const TrialResult& trial);

// An invalid trial, or one that was cut short, says nothing by its figures.
bool counts(const TrialResult& trial);

// Of the trials that count, over all the runs, those of one strategy that have the figure.
std::vector<double> sample_of(const std::vector<RunResult>& runs, std::string_view strategy,
                              const Figure& figure);

// In the order in which they first appear.
std::vector<std::string> strategies_of(const std::vector<RunResult>& runs);

}  // namespace doorbuster
