// A run as it goes, on stderr. Where that is a terminal, a few lines that the caller writes over
// the last ones; else, and where the terminal is low, one line. Pure; lines without an end, of at
// most `width` columns.
#pragma once

#include <string>
#include <vector>

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

// What is dashboard() in one line.
std::string progress_line(const Progress& progress, std::size_t width = 80);

// Always as many lines: rates since the snapshot before, latency of the last second (of its
// purchases that were answered), stock, how purchases ended, time left.
std::vector<std::string> dashboard(const Progress& progress, std::size_t width = 80);

}  // namespace doorbuster
