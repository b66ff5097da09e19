// Which operation an order is of, where only its key tells: of the attempts under that key the
// first that was told so, else the first that may have done it.
#pragma once

#include "history/judged_history.h"

namespace doorbuster {

// For each order that names a key and no operation. O(n log n).
void attribute_orders(JudgedHistory& history);

}  // namespace doorbuster
