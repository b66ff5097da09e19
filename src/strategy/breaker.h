// breaker: a circuit breaker (circuit_breaker.h) between one instance and the cache. Everything of
// the instance asks through it: the strategy, its decorators, what it does beside its buyers.
//
//   open -> every operation fails at once with Cause::breaker_open, definite; nothing is sent
//   a purchase that fails so is certainly none -> refused;  a view -> what cache_down says, or
//   failed
//
// It counts what speaks of the cache's health: no reply, a connection lost or not to be had. An
// answer is one, an error too. While it is open nothing at all reaches the cache: an invalidation
// waits (copy_after_purchase.h), a value that write-through would set is left to the next sale or
// the TTL, a reservation to the reaper, a lock to its TTL. From drain() on it stands aside, for
// then the truth is asked for.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "scenario/vocabulary.h"
#include "strategy/strategy.h"

namespace doorbuster {

// The options that every strategy takes for it.
std::vector<OptionWord> breaker_options();

// What `make` makes over the stores, behind a breaker where the options ask for one. REQUIRES: the
// breaker's options are there.
std::unique_ptr<Strategy> behind_breaker(
    Stores stores, const Options& options,
    const std::function<std::unique_ptr<Strategy>(Stores)>& make);

}  // namespace doorbuster
