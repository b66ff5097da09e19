// A World of a real Redis and a real PostgreSQL: those that the user names, or throwaway ones
// started for the run and removed with it. Each shard has an event loop and connections of its own;
// shard 0 runs on the caller's thread.
#pragma once

#include <memory>

#include "run/servers.h"
#include "run/world.h"
#include "scenario/scenario.h"

namespace doorbuster {

// Checks the addresses, starts what is to be started, and says hello to both. The scenario must
// outlive it. An error is one sentence; nothing is left running then.
Result<std::unique_ptr<World>> make_real_world(const Scenario& scenario,
                                               const StoreAddresses& addresses);

}  // namespace doorbuster
