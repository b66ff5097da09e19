// A history's operations as the purchases that audit/invariants.h judges: one record an intent,
// whatever its attempts. What was returned to stock counts as if it had been there from the start,
// and whoever was refused before the last return claims nothing of what was left at the end.
#pragma once

#include <string>

#include "history/ground_truth.h"
#include "history/judged_history.h"
#include "history/record.h"

namespace doorbuster {

struct Purchases {
  History history;
  GroundTruth truth;
  // Why sums of units say nothing: "" where they do.
  std::string units_unknown;
};

Purchases purchases_of(const JudgedHistory& history);

}  // namespace doorbuster
