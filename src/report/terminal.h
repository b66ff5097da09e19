// A result for a terminal of 80 columns: which strategy kept its promises, how fast each was, and
// below it what that rests on: reasons, witnesses, errors, thresholds, and where the report lies.
// Pure; colour only when told (the caller asks isatty and NO_COLOR). All words from outside are
// made harmless.
#pragma once

#include <string>
#include <string_view>

#include "results/result.h"

namespace doorbuster {

struct TerminalStyle {
  bool colour = false;
  std::size_t width = 80;  // of sentences; tables take what they need
};

// `report` is where report.md lies; "" says nothing of it.
std::string terminal_report(const RunResult& result, std::string_view report,
                            const TerminalStyle& style = {});

}  // namespace doorbuster
