// Where a page's charts go: each a place with a title and a caption, shown when a script draws in
// it. A chart that would have nothing to show has no place. Pure; HTML.
#pragma once

#include <cstddef>
#include <string>

#include "results/result.h"

namespace doorbuster {

std::string oversold_figure(const RunResult& result);
std::string spectrum_figures(const RunResult& result);   // a section
std::string over_time_figures(const RunResult& result);  // a section
std::string staleness_figure(const RunResult& result);
std::string buyers_figure(const RunResult& result);
std::string outcomes_figure(const RunResult& result);
std::string resources_figure(const RunResult& result);

// Rows of a trial's table over time, so that many trials stay a page: 60 as a rule.
std::size_t most_table_rows(const RunResult& result);

}  // namespace doorbuster
