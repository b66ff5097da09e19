// A number and how far it can be trusted: what every function of this room gives back.
#pragma once

namespace doorbuster {

// Both ends may be infinite: so few observations bound nothing.
struct Bounds {
  double low = 0;
  double high = 0;
};

struct Estimate {
  double value = 0;
  Bounds interval;
  double level = 0.95;  // of the interval
};

}  // namespace doorbuster
