// The curve of a stage: how many sessions begin when. Times are since the stage began and not after
// its end. Pure.
#pragma once

#include "scenario/scenario.h"

namespace doorbuster {

// Sessions a second.
double rate_at(const Stage& stage, Duration when);

// Sessions until then, on average: the integral of the rate. Of a whole load, the stages' sum.
double expected_arrivals(const Stage& stage, Duration until);

}  // namespace doorbuster
