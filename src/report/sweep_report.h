// Where the answer flips, for a terminal and in Markdown; the last line is the sentence. Words from
// outside are made harmless. Pure.
#pragma once

#include <string>

#include "report/terminal.h"
#include "results/sweep.h"

namespace doorbuster {

// A strategy, or in words that there is none: "any", "none left", "not yet clear".
std::string choice_of(const SweepPoint& point);

std::string terminal_sweep(const SweepResult& sweep, const TerminalStyle& style = {});
std::string markdown_sweep(const SweepResult& sweep);

}  // namespace doorbuster
