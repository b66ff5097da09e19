// A session: one buyer's way through the shop, as a coroutine. It looks at pages, thinks, and buys
// what is in its cart, one product after the other; or only looks; or leaves when its patience
// ends. It may try again, and pays where the shop only holds the units. Everything it does is
// recorded, and an intent to buy ends in exactly one outcome, whatever the attempts, also when the
// session is destroyed half way (the run was cut).
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/task.h"
#include "history/record.h"
#include "load/intent.h"
#include "load/operation_log.h"
#include "measure/recorder.h"
#include "scenario/scenario.h"
#include "strategy/strategy.h"

namespace doorbuster {

// What the sessions of one shard share; all of it outlives them.
struct Floor {
  Strategy& strategy;
  Clock& clock;
  const Buyers& buyers;
  const ProductChoice& products;
  std::uint64_t seed;
  Recorder& recorder;
  History& history;
  OperationLog log = {};
};

// The buyer's whole visit; `scheduled` is when it was to arrive. Ends without an error.
Task<Done> session(Floor& floor, BuyerId buyer, Instant scheduled);

// A buyer that was never let in: counted as dropped, if it meant to buy.
void turn_away(Floor& floor, BuyerId buyer, Instant scheduled);

}  // namespace doorbuster
