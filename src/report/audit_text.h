// A history's verdicts for a terminal of 80 columns: a table of the properties, a witness and a
// picture of each that is broken, why others are undecided, how old the views were, and how sharp
// the check is. Pure.
#pragma once

#include <string>

#include "audit/judge_history.h"
#include "report/terminal.h"

namespace doorbuster {

std::string audit_text(const HistoryVerdict& verdict, const TerminalStyle& style = {});

}  // namespace doorbuster
