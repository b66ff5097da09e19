// A replay: one buyer of a trace, who does what his rows say, each at its own time or, when the row
// before took longer, as soon as that has ended; latency counts from the row's time all the same.
// Each purchase is an intent of its own. What is to be paid is paid at once: a trace tells nothing
// of payment.
#pragma once

#include "load/session.h"

namespace doorbuster {

// When the buyer's first row is due, since the doors opened. REQUIRES: load.trace
inline Duration first_due(const Load& load, BuyerId buyer) {
  return load.due(load.trace->of(buyer).front().when);
}

// The buyer's whole visit begins; its first row is due at `arrives`. REQUIRES: load.trace, and the
// load outlives the guests.
void begin_replay(Guests& guests, const Load& load, BuyerId buyer, Instant arrives);

// A buyer that was never let in: every purchase counts as dropped.
void turn_away_replayed(Floor& floor, const Load& load, BuyerId buyer, Instant arrives);

}  // namespace doorbuster
