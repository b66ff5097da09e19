// Durations as people write them: "10s", "0.5ms", "1m30s". A duration without a unit is none. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace doorbuster {

// Units ns, us, ms, s, m, h, the larger first; a leading minus is read, so that a range can be
// told. What no int64 of nanoseconds can hold is cut to about 30 years.
std::optional<Duration> parse_duration(std::string_view text);

// The shortest exact form that parse_duration reads back: "90s", "1.5s", "100us".
std::string format_duration(Duration duration);

}  // namespace doorbuster
