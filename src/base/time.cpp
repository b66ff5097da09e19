#include "base/time.h"

#include <fmt/chrono.h>

#include <ctime>

namespace doorbuster {

Duration steady_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

Duration time_of_day() { return std::chrono::system_clock::now().time_since_epoch(); }

Duration steady_resolution() {
  timespec step{};
  if (clock_getres(CLOCK_MONOTONIC, &step) != 0) return 0ns;
  return std::chrono::seconds(step.tv_sec) + std::chrono::nanoseconds(step.tv_nsec);
}

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

}  // namespace doorbuster
