#include "report/hdr_log.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "report/escape.h"
#include "report/measured.h"

namespace doorbuster {
namespace {

struct LoggedOperation {
  const char* name;  // as in result.json
  Distilled OperationsResult::*of;
};
constexpr LoggedOperation kLogged[] = {{"view", &OperationsResult::view},
                                       {"buy", &OperationsResult::buy},
                                       {"buy_sold", &OperationsResult::buy_sold},
                                       {"buy_sold_out", &OperationsResult::buy_sold_out},
                                       {"pay", &OperationsResult::pay}};

// Seconds since 1970 of "2026-11-27T00:00:00Z"; 0 where that is no time.
std::int64_t epoch_seconds(const std::string& utc) {
  int year = 0;
  unsigned month = 0, day = 0;
  int hour = 0, minute = 0, second = 0;
  if (std::sscanf(utc.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute,
                  &second) != 6) {
    return 0;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return 0;
  const auto days = std::chrono::sys_days(date).time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(days).count() + 3600 * hour +
         60 * minute + second;
}

// A tag ends at a comma or a line's end, and readers split at spaces.
std::string tag(const TrialResult& trial, const char* operation) {
  std::string name = terminal_safe(trial.strategy);
  for (char& c : name) {
    if (c == ',' || c == ' ' || c == '#' || c == '"') c = '-';
  }
  return fmt::format("{}.{}.{}", name, trial.repetition, operation);
}

std::string in_seconds(std::int64_t ms) { return fmt::format("{}.{:03}", ms / 1000, ms % 1000); }

}  // namespace

std::string hdr_log(const RunResult& result) {
  const std::string start = fmt::format("{}.000", epoch_seconds(result.started_at));
  std::string log = fmt::format(
      "#[Latencies of Doorbuster run {}, in nanoseconds; tags are STRATEGY.REPETITION.OPERATION]\n"
      "#[Histogram log format version 1.3]\n"
      "#[StartTime: {} (seconds since epoch), {}]\n"
      "#[BaseTime: {} (seconds since epoch)]\n"
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
      terminal_safe(result.run_id), start, terminal_safe(result.started_at), start);
  for (const TrialResult& trial : result.trials) {
    for (const LoggedOperation& operation : kLogged) {
      const Distilled& latency = trial.latency.*operation.of;
      const auto most = highest(latency);
      if (!most || latency.histogram.empty()) continue;
      log += fmt::format("Tag={},0.000,{},{:.3f},{}\n", tag(trial, operation.name),
                         in_seconds(trial.duration_ms), most->value / 1000,
                         terminal_safe(latency.histogram));
    }
  }
  return log;
}

}  // namespace doorbuster
