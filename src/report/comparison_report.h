// What `doorbuster compare` decided, for a terminal and in Markdown; the last line is the sentence
// to paste. Words from outside are made harmless. Pure.
#pragma once

#include <string>

#include "report/terminal.h"
#include "results/comparison.h"

namespace doorbuster {

std::string terminal_comparison(const ComparisonResult& comparison,
                                const TerminalStyle& style = {});
std::string markdown_comparison(const ComparisonResult& comparison);

}  // namespace doorbuster
