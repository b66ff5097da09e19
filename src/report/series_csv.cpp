#include "report/series_csv.h"

#include <fmt/format.h>

#include <optional>

#include "report/escape.h"

namespace doorbuster {
namespace {

// Quoted where it must be; what a spreadsheet would run as a formula is marked as text.
std::string csv_cell(std::string_view name) {
  std::string text = terminal_safe(name);
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) {
    text.insert(text.begin(), '\'');
  }
  if (text.find_first_of(",\"") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string csv_micros(const std::optional<Duration>& time) {
  return time ? fmt::format("{:.15g}", to_micros(*time)) : "";
}

std::string csv_units(const std::optional<Quantity>& units) {
  return units ? fmt::format("{}", *units) : "";
}

}  // namespace

std::string series_csv(const RunResult& result) {
  std::string csv =
      "strategy,repetition,interval_ms,at_ms,arrived,sold,sold_out,views,buy_p50_us,buy_p99_us,"
      "in_flight,stock_left\n";
  for (const TrialResult& trial : result.trials) {
    const std::string begin = fmt::format("{},{},{}", csv_cell(trial.strategy), trial.repetition,
                                          trial.series.interval_ms);
    for (const SeriesRow& row : trial.series.rows) {
      csv += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", begin, row.at_ms, row.arrived, row.sold,
                         row.sold_out, row.views, csv_micros(row.buy_p50), csv_micros(row.buy_p99),
                         row.in_flight, csv_units(row.stock_left));
    }
  }
  return csv;
}

}  // namespace doorbuster
