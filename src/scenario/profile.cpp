#include "scenario/profile.h"

#include <algorithm>
#include <cmath>

namespace doorbuster {

double rate_at(const Stage& stage, Duration when) {
  switch (stage.profile) {
    case Profile::constant:
    case Profile::poisson:
      return stage.rate;
    case Profile::ramp:
      return stage.rate +
             (stage.rate_to - stage.rate) * (to_seconds(when) / to_seconds(stage.duration));
    case Profile::step:
      return when < stage.at ? stage.rate : stage.rate_to;
    case Profile::flash:
      if (when < stage.at) return stage.quiet_rate;
      return stage.rate * std::exp(-to_seconds(when - stage.at) / to_seconds(stage.decay));
  }
  return 0;
}

double expected_arrivals(const Stage& stage, Duration until) {
  const double t = to_seconds(until);
  const double at = std::min(t, to_seconds(stage.at));
  switch (stage.profile) {
    case Profile::constant:
    case Profile::poisson:
      return stage.rate * t;
    case Profile::ramp:
      return stage.rate * t +
             (stage.rate_to - stage.rate) * t * t / (2 * to_seconds(stage.duration));
    case Profile::step:
      return stage.rate * at + stage.rate_to * (t - at);
    case Profile::flash: {
      const double decay = to_seconds(stage.decay);
      return stage.quiet_rate * at + stage.rate * decay * -std::expm1(-(t - at) / decay);
    }
  }
  return 0;
}

}  // namespace doorbuster
