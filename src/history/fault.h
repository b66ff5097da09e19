// A fault of the run on purpose, as a history remembers it: what kind, and when it truly went on.
// Plain values.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace doorbuster {

struct HistoryFault {
  std::string kind;       // as in the scenario, "redis_stall"
  std::string operation;  // that it struck, "postgres" or "take_if_available"; "": of a server
  Instant from = kNever;  // kNever: it never came
  Instant until = kNever;

  bool overlaps(Instant begin, Instant end) const {
    return from != kNever && from <= end && until >= begin;
  }
  friend bool operator==(const HistoryFault&, const HistoryFault&) = default;
};

// Kinds and operations are such words alone: a to z, digits and underscores.
inline bool is_fault_word(std::string_view word) {
  return std::ranges::all_of(
      word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace doorbuster
