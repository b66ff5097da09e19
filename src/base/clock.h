// Clock: what time it is in this run, and two ways to wait for a time: a coroutine sleeps, anything
// else sets an Alarm, which is what a sleeper does too. The real one (loop/) follows the machine's
// steady clock with one timer structure a shard; the simulated one (sim/) jumps to the next event.
// Of one shard, one thread; a sleeper that is destroyed is forgotten.
#pragma once

#include "base/alarm.h"
#include "base/result.h"
#include "base/task.h"
#include "base/time.h"

namespace doorbuster {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;

  // A time that has passed completes at once.
  Task<Done> sleep_until(Instant when);

  // Rings it once, when the time has come, from the loop. REQUIRES: it is not set; when > now()
  virtual void set(Alarm& alarm, Instant when) = 0;
  // Never rings it. One that is not set is no matter.
  virtual void unset(Alarm& alarm) = 0;

 protected:
  // Where an implementation keeps an alarm; kNowhere: nowhere, it is not set.
  static constexpr std::size_t kNowhere = Alarm::kNowhere;
  static std::size_t& place_of(Alarm& alarm) { return alarm.place_; }
};

}  // namespace doorbuster
