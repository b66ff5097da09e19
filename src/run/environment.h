// What a result says of where it was made: this build, this machine. Store facts come from the
// world.
#pragma once

#include <string>
#include <string_view>

#include "results/result.h"

namespace doorbuster {

std::string_view version();
BuildInfo build_info();
Facts host_info();

}  // namespace doorbuster
