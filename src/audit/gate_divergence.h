// How far the two logs of a shop with a gate are apart: the gate's, of grants and returns, and the
// database's, of orders. Of each item, summed. A change by nobody known may be the grant of a row
// that has none, or the return of a grant that has no row: their number stands beside. Pure; O(n
// log n).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "audit/properties.h"

namespace doorbuster {

struct GateDivergence {
  std::int64_t granted_without_row = 0;  // orders that hold units at the gate, and have no row
  std::int64_t rows_without_grant = 0;   // orders in the database that hold none at the gate
  std::int64_t unknown_changes = 0;      // numbers of the gate that are missing in its log
  std::int64_t orders_in_both = 0;
  // Of those: whose place among them by the gate is not that by the database, and by how many
  // places at most. Nothing: some rows carry no version.
  std::optional<std::int64_t> displaced = 0;
  std::optional<std::int64_t> greatest_displacement = 0;
};

// Of all items that have a log of a gate; nothing where none has. `items` ascend.
std::optional<GateDivergence> divergence_of(std::span<const ItemHistory> items);

}  // namespace doorbuster
