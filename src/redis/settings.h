// How a shard reaches its Redis.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "loop/address.h"

namespace doorbuster {

struct RedisSettings {
  ServerAddress address;
  int connections = 1;     // of this shard
  Duration timeout = 1s;   // of one command, and of connecting
  Duration added_delay{};  // to each round trip, in order: network.rtt
  std::uint64_t seed = 0;  // of the jitter between attempts to reconnect
};

}  // namespace doorbuster
