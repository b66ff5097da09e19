// What the stores' refusals in mid-run say about the stores themselves: one that is out of memory,
// or became a replica, answers every buyer, and is still not the store that was to be measured.
#pragma once

#include <string>
#include <vector>

#include "base/error_counts.h"

namespace doorbuster {

// One sentence for each, with what to do; empty where all refusals were of what buyers asked for.
std::vector<std::string> complaints_of(const ErrorCounts& errors);

}  // namespace doorbuster
