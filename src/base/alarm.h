// Alarm: something that is rung. A Clock rings one when the time has come for which it was set, a
// TaskScope when a task has ended. It may be gone when ring() returns. Whoever set one with a clock
// takes it back before it is destroyed (Clock::unset). One thread.
#pragma once

#include <cstddef>

#include "base/check.h"

namespace doorbuster {

class Alarm {
 public:
  Alarm() = default;
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  virtual ~Alarm() { CHECK(!is_set(), "a clock would ring an alarm that is gone"); }

  virtual void ring() = 0;

  bool is_set() const { return place_ != kNowhere; }

 private:
  friend class Clock;
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  std::size_t place_ = kNowhere;  // with the clock that it is set with
};

}  // namespace doorbuster
