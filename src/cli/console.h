// What the terminal can show, and the progress of a run on stderr: where that is a terminal, a
// dashboard written over itself (one line where the terminal is low); else a line a phase, and one
// every ten seconds of a trial.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/progress.h"
#include "report/terminal.h"
#include "run/runner.h"

namespace doorbuster {

// Of stdout: colours on a terminal only, and not where NO_COLOR is set (no-color.org).
TerminalStyle terminal_style();

// What is known at one moment; `before` is for the caller to keep.
Progress progress_of(const RunObserver::Progress& progress);

class ProgressDisplay {
 public:
  explicit ProgressDisplay(bool quiet);
  ~ProgressDisplay() { clear(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void phase(std::string_view what);
  void show(const RunObserver::Progress& progress);
  void clear();  // the lines, if any stand there

 private:
  void write_over(const std::vector<std::string>& lines);

  bool quiet_;
  bool terminal_;
  std::size_t lines_stand_ = 0;
  Snapshot before_;
  int trial_ = 0;
  Duration next_line_{};  // of a trial, where there is no terminal
};

}  // namespace doorbuster
