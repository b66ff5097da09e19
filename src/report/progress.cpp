#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace doorbuster {
namespace {

// "41 s", "3:07 min", "1:02:03 h".
std::string clock_time(Duration left) {
  const auto s = std::chrono::ceil<std::chrono::seconds>(left).count();
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02} h", s / 3600, s / 60 % 60, s % 60);
}

std::int64_t answered(const Snapshot& snapshot) { return snapshot.resolved + snapshot.views; }

std::string rate(const Progress& progress) {
  const Duration between = progress.now.at - progress.before.at;
  if (between <= Duration{0}) return "";
  const double per_second =
      static_cast<double>(answered(progress.now) - answered(progress.before)) / to_seconds(between);
  return fmt::format("  {:.0f}/s", std::max(0.0, per_second));
}

int percent(const Progress& progress) {
  if (progress.duration <= Duration{0}) return 0;
  const double share = to_seconds(progress.elapsed) / to_seconds(progress.duration);
  return static_cast<int>(100 * std::clamp(share, 0.0, 1.0));
}

}  // namespace

std::string progress_line(const Progress& progress, std::size_t width) {
  std::string line =
      fmt::format("[{}/{}] {}", progress.trial, progress.trials, terminal_safe(progress.strategy));
  const Snapshot& now = progress.now;
  line += fmt::format("  {} %{}  {} in flight  {} sold", percent(progress), rate(progress),
                      now.in_flight, now.sold);
  if (now.errors > 0) line += fmt::format("  {} errors", now.errors);
  if (now.dropped > 0) line += fmt::format("  {} dropped", now.dropped);
  if (progress.left > Duration{0}) line += fmt::format("  {} left", clock_time(progress.left));
  return cut(line, width);
}

}  // namespace doorbuster
