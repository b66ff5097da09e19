// VirtualClock: the Clock of one client of a simulated run. Sleeping parks a step named "sleep";
// a sleeper that is destroyed is forgotten; sleeping until kNever parks nothing and never ends.
// The scheduler must outlive it and its sleepers.
#pragma once

#include "base/clock.h"
#include "sim/scheduler.h"

namespace doorbuster {

class VirtualClock : public Clock {
 public:
  explicit VirtualClock(Scheduler& scheduler, int client = 0)
      : scheduler_(scheduler), client_(client) {}

  Instant now() const override { return scheduler_.now(); }
  void set(Alarm& alarm, Instant when) override;
  void unset(Alarm& alarm) override;

 private:
  Scheduler& scheduler_;
  int client_;
};

}  // namespace doorbuster
