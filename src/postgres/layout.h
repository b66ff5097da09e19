// How a shop's stock is laid out in rows: the SQL that fills it, and what must stand there then.
// Pure. Internal to postgres/.
#pragma once

#include <string>
#include <vector>

#include "store/stock.h"

namespace doorbuster::postgres {

// Of an item stocked with `quantity`: what stands in the shop. In one-row-a-unit shops no more than
// kMostUnits, whatever was asked: a warm-up asks for more than it can sell, and nobody makes a
// thousand million rows for that.
inline constexpr Quantity kMostUnits = 200'000;

struct LaidOut {
  Quantity quantity = 0;  // in all
  Quantity in_row = 0;    // of it, in the item's own row
  std::int64_t buckets = 0;
  std::int64_t units = 0;
  friend bool operator==(const LaidOut&, const LaidOut&) = default;
};
LaidOut laid_out(const Stocking& stocking, Quantity quantity);

// The statements that fill the empty tables, in order, none of them endlessly long.
std::vector<std::string> fill_statements(const Stocking& stocking);

}  // namespace doorbuster::postgres
