#include "report/decision_parts.h"

#include <fmt/format.h>

#include <cmath>

#include "report/escape.h"

namespace doorbuster {

Tone tone_of_verdict(Verdict verdict) {
  return verdict == Verdict::holds    ? Tone::good
         : verdict == Verdict::broken ? Tone::bad
                                      : Tone::odd;
}

std::string decision_heading(Verdict verdict, std::string_view conclusion,
                             const TerminalStyle& style) {
  return fmt::format("verdict: {}\n{}\n",
                     toned(to_string(verdict), tone_of_verdict(verdict), style.colour),
                     wrapped(terminal_safe(conclusion), style.width, 2));
}

std::vector<Column> decision_columns(const std::vector<std::string>& headings, std::size_t left) {
  std::vector<Column> columns;
  for (const std::string& heading : headings) {
    columns.push_back({.above = "", .heading = heading, .left = columns.size() < left});
  }
  return columns;
}

std::string decided_value(const std::optional<double>& median, std::string_view unit) {
  if (!median) return "-";
  const double value = unit == "us" ? *median / 1e3 : unit == "ratio" ? *median * 100 : *median;
  const std::string_view shown = unit == "us" ? " ms" : unit == "ratio" ? " %" : unit;
  const int digits = std::abs(value) >= 100 ? 0 : std::abs(value) >= 10 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, std::abs(value) < 1 ? 3 : digits, shown);
}

std::string percent_text(const std::optional<double>& percent) {
  if (!percent) return "-";
  return std::abs(*percent) < 0.05 ? "0.0 %" : fmt::format("{:+.1f} %", *percent);
}

std::string interval_text(const PercentChange& change) {
  if (!change.low || !change.high) return "-";
  return fmt::format("{:+.1f}..{:+.1f}", *change.low, *change.high);
}

std::string number_of(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& lines, const TerminalStyle& style) {
  std::string text;
  for (const std::string& line : lines) {
    text +=
        (text.empty() ? "\n  " : "  ") + wrapped(terminal_safe(line), style.width - 2, 4) + "\n";
  }
  return text;
}

std::string markdown_list(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += (text.empty() ? "\n- " : "- ") + markdown_safe(line) + "\n";
  }
  return text;
}

}  // namespace doorbuster
