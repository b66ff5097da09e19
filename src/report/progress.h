// The line that shows a run as it goes, on stderr, where that is a terminal: the caller writes it
// over the last one. Pure; one line without an end, of at most `width` columns.
#pragma once

#include <string>

#include "base/time.h"
#include "measure/snapshot.h"

namespace doorbuster {

struct Progress {
  int trial = 1;
  int trials = 1;
  std::string strategy;
  Duration elapsed{};   // of this trial's load
  Duration duration{};  // of this trial's load
  Duration left{};      // of the whole run, as far as known; zero: not known
  Snapshot before;      // the snapshot shown last: the rate is taken between the two
  Snapshot now;
};

std::string progress_line(const Progress& progress, std::size_t width = 80);

}  // namespace doorbuster
