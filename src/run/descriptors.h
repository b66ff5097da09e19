// File descriptors: a run counts those it will need, and takes them where the system lets it,
// before anything starts. What a limit cuts off in mid-run looks like a store that fails.
#pragma once

#include "base/result.h"
#include "scenario/scenario.h"

namespace doorbuster {

// Those of the busiest moment: connections, files, loops, and what throwaway servers must have.
int descriptors_needed(const Scenario& scenario);

// Raises this process's soft limit to `needed`, where it is lower. An error: the hard limit is
// lower too.
Result<Done> take_descriptors(int needed);

}  // namespace doorbuster
