// ItemLock: an item's lock in Redis, which others poll for with jitter, freed by compare and
// delete. A guess about how long its holder takes: who pauses for longer than the TTL works on
// beside the next one. Of one instance; what it is made of outlives it.
#pragma once

#include "strategy/strategy.h"

namespace doorbuster {

class ItemLock {
 public:
  struct Settings {
    Ttl ttl{};        // how long a lock outlives a holder who is gone
    Duration poll{};  // how often one who waits asks again, about
    Duration wait{};  // how long to ask
  };
  ItemLock(Stores stores, const Settings& settings)
      : cache_(stores.cache), clock_(stores.clock), random_(stores.random), settings_(settings) {}

  std::int64_t new_token() { return static_cast<std::int64_t>(random_.next() >> 1); }

  // Not acquired: others held it all the time. An error is no grant.
  Task<AcquireLock::Reply> acquire(ItemId item, std::int64_t token);
  // One that fails is left to the TTL.
  Task<Done> release(ItemId item, std::int64_t token);

  static Key key(ItemId item) { return {KeyFamily::lock, item}; }

 private:
  Duration jittered_poll();

  Cache& cache_;
  Clock& clock_;
  Random& random_;
  Settings settings_;
};

}  // namespace doorbuster
