#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace doorbuster {
namespace {

constexpr Duration kLineEvery = 10s;
constexpr std::size_t kPlainWidth = 120;

struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

TerminalSize size_of_terminal(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return {std::max<std::size_t>(size.ws_col, 40), size.ws_row};
}

}  // namespace

TerminalStyle terminal_style() {
  TerminalStyle style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  style.width = std::min<std::size_t>(size_of_terminal(STDOUT_FILENO).columns, 100);
  const char* no_color = std::getenv("NO_COLOR");
  style.colour = no_color == nullptr || *no_color == '\0';
  return style;
}

Progress progress_of(const RunObserver::Progress& progress) {
  const OpeningProgress& opening = progress.opening;
  Progress shown;
  shown.trial = progress.trial;
  shown.trials = progress.trials;
  shown.strategy = std::string(progress.strategy);
  shown.elapsed = opening.elapsed;
  shown.duration = opening.planned;
  shown.left = std::max(opening.planned - opening.elapsed, Duration{}) +
               (progress.trials - progress.trial) * opening.planned;
  shown.now = opening.total;
  return shown;
}

ProgressDisplay::ProgressDisplay(bool quiet)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

void ProgressDisplay::phase(std::string_view what) {
  if (quiet_) return;
  if (terminal_) {
    write_over({std::string(what)});
  } else {
    fmt::print(stderr, "{}\n", what);
  }
}

void ProgressDisplay::show(const RunObserver::Progress& progress) {
  if (quiet_) return;
  const OpeningProgress& opening = progress.opening;
  if (progress.trial != trial_) {
    before_ = {};
    next_line_ = kLineEvery;
  }
  trial_ = progress.trial;
  if (!terminal_ && opening.elapsed < next_line_) return;
  Progress shown = progress_of(progress);
  shown.before = before_;
  before_ = opening.total;
  if (!terminal_) {
    while (next_line_ <= opening.elapsed) next_line_ += kLineEvery;
    fmt::print(stderr, "{}\n", progress_line(shown, kPlainWidth));
    return;
  }
  const std::size_t width = size_of_terminal(STDERR_FILENO).columns - 1;
  std::vector<std::string> lines = dashboard(shown, width);
  if (lines.size() >= size_of_terminal(STDERR_FILENO).rows) lines = {progress_line(shown, width)};
  write_over(lines);
}

void ProgressDisplay::write_over(const std::vector<std::string>& lines) {
  clear();
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  fmt::print(stderr, "{}", text);
  std::fflush(stderr);
  lines_stand_ = lines.size();
}

void ProgressDisplay::clear() {
  if (lines_stand_ == 0) return;
  if (lines_stand_ > 1) fmt::print(stderr, "\x1b[{}A", lines_stand_ - 1);
  fmt::print(stderr, "\r\x1b[J");
  std::fflush(stderr);
  lines_stand_ = 0;
}

}  // namespace doorbuster
