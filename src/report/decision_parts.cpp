#include "report/decision_parts.h"

#include <fmt/format.h>

#include <cmath>

#include "report/escape.h"
#include "report/markdown_table.h"

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

std::string verdict_line(Verdict verdict, bool simulated, const TerminalStyle& style) {
  return fmt::format("verdict: {}{}\n",
                     toned(to_string(verdict), tone_of_verdict(verdict), style.colour),
                     simulated ? ", SIMULATED stores in virtual time: no measurement" : "");
}

std::string markdown_verdict(std::string_view command, Verdict verdict, bool simulated) {
  return fmt::format("## doorbuster {}: {}\n{}", markdown_safe(command), to_string(verdict),
                     simulated ? "\nSIMULATED stores in virtual time: no measurement\n" : "");
}

std::string terminal_table(const DecisionTable& decision, const TerminalStyle& style) {
  if (decision.rows.empty()) return "";
  std::vector<Column> columns;
  for (const std::string& heading : decision.headings) {
    columns.push_back(
        {.above = "", .heading = terminal_safe(heading), .left = columns.size() < decision.left});
  }
  std::vector<std::vector<Cell>> rows;
  for (const std::vector<std::string>& row : decision.rows) {
    std::vector<Cell>& cells = rows.emplace_back();
    for (const std::string& cell : row) cells.push_back({terminal_safe(cell)});
    if (!decision.verdicts.empty()) cells.back().tone = decision.verdicts[rows.size() - 1];
  }
  return "\n" + table(columns, rows, style.colour);
}

std::string markdown_table(const DecisionTable& decision) {
  if (decision.rows.empty()) return "";
  std::vector<std::string> headings = decision.headings;
  std::vector<std::vector<std::string>> rows = decision.rows;
  for (std::string& heading : headings) heading = markdown_safe(heading);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::string& cell : rows[i]) cell = markdown_safe(cell);
    const bool bad = !decision.verdicts.empty() && decision.verdicts[i] == Tone::bad;
    if (bad) rows[i].back() = "**" + rows[i].back() + "**";
  }
  return "\n" + markdown_table(headings, rows, decision.left);
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
  const auto shown = [](double percent) { return std::round(10 * percent) / 10 + 0.0; };  // no -0.0
  return fmt::format("{:+.1f}..{:+.1f}", shown(*change.low), shown(*change.high));
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
