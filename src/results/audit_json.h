// A history's verdicts as JSON, schema doorbuster.audit/1 (results/README.md). Pure.
#pragma once

#include <string>

#include "audit/judge_history.h"

namespace doorbuster {

inline constexpr std::string_view kAuditSchema = "doorbuster.audit/1";

std::string audit_json(const HistoryVerdict& verdict);

}  // namespace doorbuster
