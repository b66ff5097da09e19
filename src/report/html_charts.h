// What the charts of report.html show, from a result. Names are made harmless; a chart that has
// nothing to show is not there. Pure.
#pragma once

#include <string>

#include "results/charts.h"
#include "results/result.h"

namespace doorbuster {

// Rows of a trial over time that charts have at most: 600 as a rule, fewer of many trials.
std::size_t most_chart_rows(const RunResult& result);

ChartsData charts_of(const RunResult& result);

}  // namespace doorbuster
