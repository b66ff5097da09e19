// What `doorbuster trend` found, for a terminal and in Markdown. Words from outside are made
// harmless. Pure.
#pragma once

#include <string>

#include "report/terminal.h"
#include "results/trend.h"

namespace doorbuster {

std::string terminal_trend(const TrendResult& trend, const TerminalStyle& style = {});
std::string markdown_trend(const TrendResult& trend);
std::string junit_trend(const TrendResult& trend);

}  // namespace doorbuster
