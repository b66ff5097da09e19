// A history's verdicts as JSON, schema doorbuster.audit/1 (results/README.md). Pure.
#pragma once

#include <string>

#include "audit/judge_history.h"

namespace doorbuster {

inline constexpr std::string_view kAuditSchema = "doorbuster.audit/1";

// `trial`: whose history it is, "" where that is not known.
std::string audit_json(const HistoryVerdict& verdict, std::string_view trial = "");

}  // namespace doorbuster
