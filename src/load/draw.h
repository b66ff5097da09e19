// Draws from a scenario's distributions. The stream of numbers alone decides; any thread with its
// own.
#pragma once

#include "base/random.h"
#include "scenario/scenario.h"

namespace doorbuster {

double draw(const Distribution& distribution, Random& random);

// What the draws come to on average.
double mean_of(const Distribution& distribution);

// Rounded to a whole number, at least `least`.
std::int64_t draw_whole(const Distribution& distribution, Random& random, std::int64_t least);

// The distribution is in seconds; never negative.
Duration draw_time(const Distribution& distribution, Random& random);

}  // namespace doorbuster
