// Times that others give as a number.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace doorbuster {

// So many of the unit; nothing where that is more than a Duration holds, some 292 years.
template <class Unit>
std::optional<Duration> duration_of(std::int64_t count) {
  constexpr std::int64_t kMost = std::chrono::duration_cast<Unit>(Duration::max()).count();
  if (count > kMost || count < -kMost) return std::nullopt;
  return Duration(Unit(count));
}

}  // namespace doorbuster
