// What the sessions of one shard share; all of it outlives them. One thread, its shard's;
// `buyers` and `products`, which nobody changes, may be those of other shards too.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "history/record.h"
#include "load/intent.h"
#include "load/operation_log.h"
#include "measure/recorder.h"
#include "scenario/scenario.h"
#include "strategy/strategy.h"

namespace doorbuster {

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

}  // namespace doorbuster
