// The highest load that each strategy bears, for a terminal and in Markdown; the last line is the
// sentence. Words from outside are made harmless. Pure.
#pragma once

#include <string>

#include "report/terminal.h"
#include "results/capacity.h"

namespace doorbuster {

std::string terminal_capacity(const CapacityResult& capacity, const TerminalStyle& style = {});
std::string markdown_capacity(const CapacityResult& capacity);

}  // namespace doorbuster
