// The command line's changes to a scenario. Those of --set, --seed, --repetitions and --strategy
// are handed to the parser, which judges them like the file's own values; --rate and --duration
// change a scenario that was parsed. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/document.h"
#include "scenario/scenario.h"

namespace doorbuster {

// "load.rate=500", as --set takes it.
Result<Override> set_override(std::string_view assignment);

Override seed_override(std::uint64_t seed);
Override repetitions_override(int repetitions);

// Only these, in this order; one that the file does not list runs with its [strategy.NAME] options
// or its defaults. REQUIRES: names is not empty.
Override strategies_override(const std::vector<std::string>& names);

// Makes the largest rate of all stages, the peak of a flash, `rate` sessions a second and scales
// every other rate of the load alike. An error on a closed load.
Result<Done> scale_rate(Scenario& scenario, double rate);

// Makes the load last `duration`, every time within it scaled alike, so that its shape stays.
Result<Done> scale_duration(Scenario& scenario, Duration duration);

}  // namespace doorbuster
