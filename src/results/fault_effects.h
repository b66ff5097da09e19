// What each fault of a trial did to latency, to the database and to buyers, read from the trial's
// series. Only intervals that lie wholly in a part count for it; a part without any has no figures.
//
// Before, one for all faults of the trial, is the time from the opening to the first fault. Latency
// is back when the purchases scheduled in some second, the first such after the fault's end, have a
// p99 of at most 1.1 times that of before; recovered_after_ms is when that second begins, since the
// fault's end. A second with fewer than kEnoughPurchases of them says nothing; nor does a sale that
// was over before. Pure.
#pragma once

#include <vector>

#include "measure/series.h"
#include "results/result.h"

namespace doorbuster {

inline constexpr std::uint64_t kEnoughPurchases = 20;

// Fills in `effects` of each fault that came and ended. The faults' times are since the series'
// origin.
void add_effects(const Series& series, Duration arrivals_lasted, std::vector<FaultResult>& faults);

}  // namespace doorbuster
