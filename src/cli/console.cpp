#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace doorbuster {
namespace {

std::size_t columns_of_terminal(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::max<std::size_t>(size.ws_col, 40);
}

}  // namespace

TerminalStyle terminal_style() {
  TerminalStyle style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  style.width = std::min<std::size_t>(columns_of_terminal(STDOUT_FILENO), 100);
  const char* no_color = std::getenv("NO_COLOR");
  style.colour = no_color == nullptr || *no_color == '\0';
  return style;
}

ProgressDisplay::ProgressDisplay(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressDisplay::phase(std::string_view what) {
  if (quiet_) return;
  if (terminal_) {
    write_over(std::string(what));
  } else {
    fmt::print(stderr, "{}\n", what);
  }
}

void ProgressDisplay::show(const RunObserver::Progress& progress) {
  if (quiet_ || !terminal_) return;
  if (progress.trial != trial_) before_ = {};
  trial_ = progress.trial;
  const OpeningProgress& opening = progress.opening;
  Progress line;
  line.trial = progress.trial;
  line.trials = progress.trials;
  line.strategy = std::string(progress.strategy);
  line.elapsed = opening.elapsed;
  line.duration = opening.planned;
  line.left = std::max(opening.planned - opening.elapsed, Duration{}) +
              (progress.trials - progress.trial) * opening.planned;
  line.before = before_;
  line.now = opening.total;
  before_ = opening.total;
  write_over(progress_line(line, columns_of_terminal(STDERR_FILENO) - 1));
}

void ProgressDisplay::write_over(const std::string& line) {
  fmt::print(stderr, "\r\x1b[K{}", line);
  std::fflush(stderr);
  line_stands_ = true;
}

void ProgressDisplay::clear() {
  if (!line_stands_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  line_stands_ = false;
}

}  // namespace doorbuster
