#include "sim/virtual_clock.h"

namespace doorbuster {

void VirtualClock::set(Alarm& alarm, Instant when) {
  if (when == kNever) return;
  const auto wake = [](void* self, std::uint64_t) {
    Alarm& rung = *static_cast<Alarm*>(self);
    place_of(rung) = kNowhere;
    rung.ring();
  };
  const auto parked = scheduler_.park(when, client_, StepKind::sleep, "sleep", {wake, &alarm, 0});
  place_of(alarm) = scheduler_.place_of(parked);
}

void VirtualClock::unset(Alarm& alarm) {
  if (!alarm.is_set()) return;
  scheduler_.cancel(scheduler_.step_at(place_of(alarm)));
  place_of(alarm) = kNowhere;
}

}  // namespace doorbuster
