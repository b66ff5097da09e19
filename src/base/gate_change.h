// The order of a gate's changes as the gate itself kept it: a grant takes from the counter, a
// return gives back to it, and each has the next number, from 1, in the same step. Noted by who got
// the answer; what nobody was answered is missing, and so is its number. `asked` and `answered` are
// when the gate was asked for it and when that was answered: it happened in between.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/time.h"

namespace doorbuster {

struct GateChange {
  OrderKey key{};  // of the order that was granted or given back
  Instant asked{};
  Instant answered{};
  ItemId item{};
  std::int32_t sequence = 0;
  std::int32_t before = 0;
  std::int32_t after = 0;

  bool is_grant() const { return after < before; }
  friend bool operator==(const GateChange&, const GateChange&) = default;
};
static_assert(sizeof(GateChange) == 40);

using GateLog = std::vector<GateChange>;

}  // namespace doorbuster
