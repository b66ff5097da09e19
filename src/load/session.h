// A session: one buyer's way through the shop, each step a coroutine. It looks at pages, thinks,
// and buys what is in its cart, one product after the other; or only looks; or leaves when its
// patience ends. It may try again, and pays where the shop only holds the units. Everything it does
// is recorded, and an intent to buy ends in exactly one outcome, whatever the attempts, also when
// the session is destroyed half way (the run was cut).
#pragma once

#include "load/guests.h"

namespace doorbuster {

// The buyer's whole visit begins; `scheduled` is when it was to arrive.
void begin_session(Guests& guests, BuyerId buyer, Instant scheduled);

// A buyer that was never let in: counted as dropped, if it meant to buy.
void turn_away(Floor& floor, BuyerId buyer, Instant scheduled);

}  // namespace doorbuster
