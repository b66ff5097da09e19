// For tests by chance: what the environment says of their seed and their number. Tests only.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "base/random.h"

namespace doorbuster {

inline std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

// A fresh seed, printed, or the one that DOORBUSTER_SEED repeats.
inline std::uint64_t test_seed() {
  const std::uint64_t seed = number_from_environment("DOORBUSTER_SEED", entropy());
  fmt::print("seed {}: DOORBUSTER_SEED={} repeats this test\n", seed, seed);
  return seed;
}

}  // namespace doorbuster
