// Clock: what time it is in this run, and a way to wait for a time. The real one (loop/) follows
// the machine's steady clock with one timer structure a shard; the simulated one (sim/) jumps to
// the next event. Waiting for a time that has passed completes at once. Of one shard, one thread; a
// sleeper that is destroyed is forgotten.
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "base/time.h"

namespace doorbuster {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual Task<Done> sleep_until(Instant when) = 0;
};

}  // namespace doorbuster
