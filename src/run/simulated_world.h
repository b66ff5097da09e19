// A World of simulated stores in virtual time: no server, no waiting, the same seed gives the same
// run. Service times come from the scenario's [simulation] model. Never to be set beside real
// results.
#pragma once

#include <memory>

#include "run/world.h"
#include "scenario/scenario.h"

namespace doorbuster {

// The scenario must outlive it.
std::unique_ptr<World> make_simulated_world(const Scenario& scenario);

}  // namespace doorbuster
