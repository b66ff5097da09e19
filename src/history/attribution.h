// Which operation an order is of, where only its key tells, and which a change of stock is of,
// where only its version does.
#pragma once

#include "history/judged_history.h"

namespace doorbuster {

// For what names no operation. An order: of the attempts under its key the first that was told so,
// else the first that may have done it. A change: who was told that it made that version. O(n log
// n).
void attribute(JudgedHistory& history);

}  // namespace doorbuster
