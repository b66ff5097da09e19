// What the terminal can show, and the progress of a run on stderr: one line written over itself
// where that is a terminal, a line a phase where it is not.
#pragma once

#include <string>
#include <string_view>

#include "report/progress.h"
#include "report/terminal.h"
#include "run/runner.h"

namespace doorbuster {

// Of stdout: colours on a terminal only, and not where NO_COLOR is set (no-color.org).
TerminalStyle terminal_style();

class ProgressDisplay {
 public:
  explicit ProgressDisplay(bool quiet);
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void phase(std::string_view what);
  void show(const RunObserver::Progress& progress);
  void clear();  // the line, if one stands there

 private:
  void write_over(const std::string& line);

  bool quiet_;
  bool terminal_;
  bool line_stands_ = false;
  Snapshot before_;
  int trial_ = 0;
};

}  // namespace doorbuster
