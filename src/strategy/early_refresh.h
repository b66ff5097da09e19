// Whether one reader renews a copy before it expires: the nearer the end and the longer a fill
// takes, the likelier; readers decide by chance and on their own, so that about one of them does.
// Pure. Source: Vattani, Chierichetti and Lowenstein, VLDB 2015: left <= took * -ln(u).
#pragma once

#include <cmath>

#include "base/time.h"

namespace doorbuster {

// REQUIRES: 0 <= u < 1, by chance
inline bool is_renewed_early(Duration left, Duration fill_took, double u) {
  return static_cast<double>(left.count()) <=
         static_cast<double>(fill_took.count()) * -std::log(1 - u);
}

}  // namespace doorbuster
