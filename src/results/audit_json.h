// A history's verdicts as JSON, schema doorbuster.audit/1 (results/README.md). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/judge_history.h"

namespace doorbuster {

inline constexpr std::string_view kAuditSchema = "doorbuster.audit/1";

// What a trial's history lacks.
struct HistoryGaps {
  std::int64_t purchases = 0;
  std::int64_t views = 0;
  std::string not_judged;  // why nothing of it could be; empty: it was judged
};

// `trial`: whose history it is, "" where that is not known.
std::string audit_json(const HistoryVerdict& verdict, std::string_view trial = "",
                       const HistoryGaps& gaps = {});

}  // namespace doorbuster
