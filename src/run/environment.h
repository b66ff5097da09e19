// What a result says of where it was made: this build, this machine. Store facts come from the
// world; what they let happen is warned of, for a given server is not ours to set right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/result.h"

namespace doorbuster {

std::string_view version();
BuildInfo build_info();
Facts host_info();

// A sentence each.
std::vector<std::string> warnings_of(const EnvironmentInfo& environment);

}  // namespace doorbuster
