// Time inside the program: nanoseconds since the run began, on a steady clock. An Instant is a
// point, a Duration a distance; neither is ever a bare number. steady_now(), time_of_day() and
// utc_now() are the only places that ask the machine; everything that waits or measures is handed a
// Clock (base/clock.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace doorbuster {

using Duration = std::chrono::nanoseconds;

// The clock of a run: its epoch is the run's start. It has no now(): that is what Clock is for.
struct RunTime {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<RunTime, Duration>;
  static constexpr bool is_steady = true;
};
using Instant = RunTime::time_point;

using namespace std::chrono_literals;

constexpr Instant kRunStart{};
constexpr Instant kNever = Instant::max();

constexpr double to_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
constexpr double to_micros(Duration d) {
  return std::chrono::duration<double, std::micro>(d).count();
}
constexpr double to_millis(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}
constexpr Duration from_seconds(double s) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(s));
}
constexpr Duration since_start(Instant t) { return t.time_since_epoch(); }

// The machine's steady clock, and the smallest step it makes. Any thread.
Duration steady_now();
Duration steady_resolution();

// The time of day, since 1970 in UTC: it may be set, back too, while the program runs. Any thread.
Duration time_of_day();

// The time of day in UTC as "2026-11-27T00:00:00Z". Any thread.
std::string utc_now();

}  // namespace doorbuster
