// What befell the harness or its machine in mid-run and no buyer's outcome shows: it stood still
// (suspended, stopped, without a processor), or the time of day was set. Latencies are measured by
// a steady clock and are right all the same; but load was not offered as planned, and what stores
// expire by the time of day (copies, locks, holds) did not expire when it should.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"

namespace doorbuster {

struct Disturbance {
  Duration stood_still{};     // the longest time in which nothing ran that should have
  Duration stood_still_at{};  // when that was over, since the doors opened
  Duration clock_set{};       // by how much the time of day was set forward; negative: back
};

// One sentence for each that is worth one; empty for a machine that was left in peace.
std::vector<std::string> said_of(const Disturbance& disturbance);

// Sees whether the time of day is set from now on. The two clocks are for tests.
class TimeOfDayWatch {
 public:
  using Ask = std::function<Duration()>;
  explicit TimeOfDayWatch(Ask time_of_day = doorbuster::time_of_day, Ask steady = steady_now)
      : time_of_day_(std::move(time_of_day)), steady_(std::move(steady)), before_(difference()) {}

  Duration set() const { return difference() - before_; }

 private:
  Duration difference() const { return time_of_day_() - steady_(); }

  Ask time_of_day_;
  Ask steady_;
  Duration before_;
};

}  // namespace doorbuster
