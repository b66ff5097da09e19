// The three times of an operation, and the three durations between them.
#pragma once

#include "base/time.h"

namespace doorbuster {

struct Times {
  Instant scheduled;  // when the schedule or the buyer's think time said it should begin
  Instant started;    // the first byte could leave
  Instant finished;   // the reply is decoded, or waiting for it ended

  // What the buyer feels: percentiles are of this.
  Duration latency() const { return finished - scheduled; }
  Duration service() const { return finished - started; }
  // What the harness itself was late.
  Duration lag() const { return started - scheduled; }
};

}  // namespace doorbuster
