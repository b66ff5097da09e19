// What the check can see at all: an answer that took much longer than the time from one change of
// stock to the next fits many states, so that a wrong one may pass. The shorter the operations are
// against the gaps, the sharper the check. Of a large history every n-th operation counts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audit/properties.h"

namespace doorbuster {

struct Power {
  std::optional<Duration> operation;  // median length of an answer that is judged
  std::optional<Duration> gap;        // median time from one change that was told to the next
};

Power power_of(std::span<const ItemHistory> items);

}  // namespace doorbuster
