// A result as report.md, for people and pull requests: validity and verdict first, then what the
// stores would have survived, the promises with their witnesses, the figures, and what they were
// measured on. Pure. All words from outside are escaped.
#pragma once

#include <string>

#include "results/result.h"

namespace doorbuster {

std::string markdown_report(const RunResult& result);

}  // namespace doorbuster
