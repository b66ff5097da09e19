#include "load/draw.h"

#include <algorithm>
#include <cmath>

namespace doorbuster {

double draw(const Distribution& distribution, Random& random) {
  switch (distribution.kind) {
    case Distribution::Kind::fixed:
      return distribution.mean;
    case Distribution::Kind::uniform:
      return distribution.low + (distribution.high - distribution.low) * random.uniform();
    case Distribution::Kind::exponential:
      return random.exponential(distribution.mean);
    case Distribution::Kind::lognormal:
      return random.lognormal(distribution.mean, distribution.sigma);
    case Distribution::Kind::geometric:
      return static_cast<double>(random.geometric(distribution.mean));
  }
  return 0;
}

double mean_of(const Distribution& distribution) {
  switch (distribution.kind) {
    case Distribution::Kind::uniform:
      return (distribution.low + distribution.high) / 2;
    case Distribution::Kind::lognormal:
      return distribution.mean * std::exp(distribution.sigma * distribution.sigma / 2);
    case Distribution::Kind::fixed:
    case Distribution::Kind::exponential:
    case Distribution::Kind::geometric:
      return distribution.mean;
  }
  return 0;
}

std::int64_t draw_whole(const Distribution& distribution, Random& random, std::int64_t least) {
  return std::max<std::int64_t>(std::llround(draw(distribution, random)), least);
}

Duration draw_time(const Distribution& distribution, Random& random) {
  constexpr double kLongest = 86'400;  // a day: beyond it a tail's draw says nothing but "never"
  return from_seconds(std::clamp(draw(distribution, random), 0.0, kLongest));
}

}  // namespace doorbuster
