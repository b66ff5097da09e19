// The variant redis_ttl of hold: the hold is a key in Redis with a TTL, and nothing else knows of
// it; the units are returned by whoever is told that the key is gone. Redis tells of an expiry at
// most once, and only those who listen: of an instance that died, or whose statement was lost,
// nobody returns anything, and the units are neither left nor sold.
#pragma once

#include <memory>

#include "strategy/strategy.h"

namespace doorbuster {

std::unique_ptr<Strategy> hold_in_redis(Stores stores, Duration ttl);

}  // namespace doorbuster
