#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/measured.h"

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

// A second, of what was counted between the snapshots; "" where no time passed.
std::string per_second(const Progress& progress, std::int64_t before, std::int64_t now) {
  const Duration between = progress.now.at - progress.before.at;
  if (between <= Duration{0}) return "";
  const double rate = static_cast<double>(now - before) / to_seconds(between);
  return fmt::format("{:.0f}/s", std::max(0.0, rate));
}

std::string rate(const Progress& progress) {
  const std::string of_answers =
      per_second(progress, answered(progress.before), answered(progress.now));
  return of_answers.empty() ? "" : "  " + of_answers;
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

std::string recent(const std::optional<Duration>& latency) {
  if (!latency) return "-";
  return in_ms(spread({Measured{to_micros(*latency), 0, false}})) + " ms";
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

std::vector<std::string> dashboard(const Progress& progress, std::size_t width) {
  constexpr std::size_t kBarWidth = 24;
  const Snapshot& now = progress.now;
  const auto done = static_cast<std::size_t>(percent(progress)) * kBarWidth / 100;
  std::vector<std::string> lines;
  lines.push_back(
      fmt::format("[{}/{}] {}", progress.trial, progress.trials, terminal_safe(progress.strategy)));
  const Duration of_trial = std::max(progress.duration - progress.elapsed, Duration{0});
  std::string left = of_trial > Duration{0} ? clock_time(of_trial) + " left" : "the last buyers";
  if (progress.left > of_trial) left += fmt::format(", {} of the run", clock_time(progress.left));
  lines.push_back(fmt::format("  {}{} {:3} %  {}", std::string(done, '#'),
                              std::string(kBarWidth - done, '.'), percent(progress), left));
  lines.push_back(
      fmt::format("  rate       {} purchases wanted, {} answers",
                  or_dash(per_second(progress, progress.before.arrived, now.arrived)),
                  or_dash(per_second(progress, answered(progress.before), answered(now)))));
  lines.push_back(fmt::format("  latency    p50 {}, p99 {} (purchases, the last second)",
                              recent(now.recent_p50), recent(now.recent_p99)));
  lines.push_back(fmt::format("  stock      {} left, {} purchases sold, {} sold out",
                              plain(now.stock_left), now.sold, now.sold_out));
  lines.push_back(fmt::format("  in flight  {}", now.in_flight));
  lines.push_back(fmt::format("  errors     {}{}", now.errors,
                              now.dropped > 0 ? fmt::format(", {} dropped", now.dropped) : ""));
  for (std::string& line : lines) line = cut(line, width);
  return lines;
}

}  // namespace doorbuster
