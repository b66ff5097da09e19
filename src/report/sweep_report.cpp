#include "report/sweep_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "report/decision_parts.h"
#include "report/escape.h"
#include "report/markdown_table.h"
#include "report/table.h"

namespace doorbuster {
namespace {

// Every strategy that was left at any value, in the order in which they appear.
std::vector<std::string> swept_strategies(const SweepResult& sweep) {
  std::vector<std::string> names;
  for (const SweepPoint& point : sweep.points) {
    for (const SweepMedian& median : point.goals) {
      if (std::ranges::find(names, median.strategy) == names.end())
        names.push_back(median.strategy);
    }
  }
  return names;
}

std::vector<std::string> sweep_headings(const SweepResult& sweep) {
  std::vector<std::string> headings = {sweep.key, "choice"};
  for (const std::string& name : swept_strategies(sweep)) headings.push_back(name);
  return headings;
}

// The median over runs and the interval that it stands in.
std::string median_cell(const SweepPoint& point, const std::string& strategy,
                        std::string_view unit) {
  const auto found = std::ranges::find(point.goals, strategy, &SweepMedian::strategy);
  if (found == point.goals.end()) return "rejected";
  const MedianOverRuns& goal = found->goal;
  if (!goal.low || !goal.high) return "-";
  return fmt::format("{} ({}..{})", decided_value(goal.median, unit), decided_value(goal.low, unit),
                     decided_value(goal.high, unit));
}

std::vector<std::vector<std::string>> sweep_rows(const SweepResult& sweep) {
  std::vector<std::vector<std::string>> rows;
  for (const SweepPoint& point : sweep.points) {
    std::vector<std::string>& row = rows.emplace_back();
    row = {point.value, point.verdict == Verdict::holds    ? point.choice.value_or("any")
                        : point.verdict == Verdict::broken ? "none left"
                                                           : "not yet clear"};
    for (const std::string& name : swept_strategies(sweep)) {
      row.push_back(median_cell(point, name, sweep.unit));
    }
  }
  return rows;
}

std::vector<std::string> flip_lines(const SweepResult& sweep) {
  std::vector<std::string> lines;
  for (const Crossover& flip : sweep.crossovers) {
    lines.push_back(
        fmt::format("{}: {} is better up to {}, {} from {} on{}", flip.metric, flip.before,
                    flip.low, flip.after, flip.high,
                    flip.undecided.empty()
                        ? ""
                        : fmt::format("; not told apart at {}", fmt::join(flip.undecided, ", "))));
  }
  return lines;
}

std::string sweep_legend(const SweepResult& sweep) {
  return fmt::format(
      "{}: medians over runs with their bootstrap intervals. A flip is told only between values at "
      "which each of two is clearly better, at {:.3g} % for the whole sweep.",
      sweep.goal, 100 * sweep.level);
}

}  // namespace

std::string terminal_sweep(const SweepResult& sweep, const TerminalStyle& style) {
  std::string text =
      fmt::format("verdict: {}{}\n",
                  toned(to_string(sweep.verdict), tone_of_verdict(sweep.verdict), style.colour),
                  sweep.simulated ? ", SIMULATED stores in virtual time: no measurement" : "");
  std::vector<std::vector<Cell>> rows;
  for (const std::vector<std::string>& row : sweep_rows(sweep)) {
    std::vector<Cell>& cells = rows.emplace_back();
    for (const std::string& cell : row) cells.push_back({terminal_safe(cell)});
  }
  std::vector<std::string> headings = sweep_headings(sweep);
  for (std::string& heading : headings) heading = terminal_safe(heading);
  text += "\n" + table(decision_columns(headings, 2), rows, style.colour);
  text += listed(flip_lines(sweep), style) + "\n";
  text += wrapped(terminal_safe(sweep_legend(sweep)), style.width, 0) + "\n\n";
  return text + terminal_safe(sweep.conclusion) + "\n";
}

std::string markdown_sweep(const SweepResult& sweep) {
  std::vector<std::string> headings = sweep_headings(sweep);
  for (std::string& heading : headings) heading = markdown_safe(heading);
  std::vector<std::vector<std::string>> rows = sweep_rows(sweep);
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = markdown_safe(cell);
  }
  return fmt::format(
             "## doorbuster compare, over {}: {}\n{}\n", markdown_safe(sweep.key),
             to_string(sweep.verdict),
             sweep.simulated ? "\nSIMULATED stores in virtual time: no measurement\n" : "") +
         markdown_table(headings, rows, 2) + markdown_list(flip_lines(sweep)) + "\n" +
         markdown_safe(sweep_legend(sweep)) + "\n\n" + markdown_safe(sweep.conclusion) + "\n";
}

}  // namespace doorbuster
