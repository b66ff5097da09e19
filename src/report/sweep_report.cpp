#include "report/sweep_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "report/decision_parts.h"
#include "report/escape.h"

namespace doorbuster {
namespace {

// The choices alone, a column a value of the first key: the grid of two keys.
DecisionTable grid_table(const SweepResult& sweep) {
  DecisionTable grid{.headings = {sweep.second_key}, .rows = {}, .left = 100};
  if (sweep.second_key.empty()) return grid;
  for (const SweepPoint& point : sweep.points) {
    if (grid.rows.empty() || grid.rows.back().front() != point.second) {
      grid.rows.push_back({point.second});
    }
    if (grid.rows.size() == 1) {
      const bool first = grid.headings.size() == 1;
      grid.headings.push_back(first ? sweep.key + " " + point.value : point.value);
    }
    grid.rows.back().push_back(choice_of(point));
  }
  // A sweep that was interrupted has a last row that is not whole.
  for (auto& row : grid.rows) row.resize(grid.headings.size(), "-");
  return grid;
}

// A row a strategy at each value, so that it fits a terminal however many there are.
DecisionTable sweep_table(const SweepResult& sweep) {
  const bool two = !sweep.second_key.empty();
  DecisionTable decision{.headings = {sweep.key}, .rows = {}, .left = two ? 3U : 2U};
  if (two) decision.headings.push_back(sweep.second_key);
  for (const std::string& heading :
       {std::string("strategy"), sweep.goal, std::string("interval"), std::string("choice")}) {
    decision.headings.push_back(heading);
  }
  for (const SweepPoint& point : sweep.points) {
    const bool chosen = point.verdict == Verdict::holds && point.choice;
    bool first = true;
    const auto add = [&](const std::string& strategy, const std::string& goal,
                         const std::string& interval) {
      std::vector<std::string>& row = decision.rows.emplace_back();
      row.push_back(point.value);
      if (two) row.push_back(point.second);
      const bool here = chosen ? strategy == *point.choice : first;
      row.insert(row.end(), {strategy, goal, interval,
                             !here    ? ""
                             : chosen ? "chosen"
                                      : choice_of(point)});
      first = false;
    };
    for (const SweepMedian& each : point.goals) {
      const MedianOverRuns& goal = each.goal;
      add(each.strategy, decided_value(goal.median, sweep.unit),
          goal.low && goal.high
              ? decided_value(goal.low, sweep.unit) + ".." + decided_value(goal.high, sweep.unit)
              : "-");
    }
    for (const std::string& name : point.eliminated) add(name, "rejected", "-");
    if (!point.failure.empty()) add("-", "-", "-");
  }
  return decision;
}

std::vector<std::string> sweep_remarks(const SweepResult& sweep) {
  std::vector<std::string> lines;
  for (const Crossover& flip : sweep.crossovers) {
    const bool across = !flip.first.empty();
    lines.push_back(fmt::format(
        "{}{}: {} is better up to {}{}, {} from {} on{}",
        across                ? fmt::format("at {} {}, ", sweep.key, flip.first)
        : flip.second.empty() ? ""
                              : fmt::format("at {} {}, ", sweep.second_key, flip.second),
        flip.metric, flip.before, across ? sweep.second_key + " " : "", flip.low, flip.after,
        flip.high,
        flip.undecided.empty()
            ? ""
            : fmt::format("; not told apart at {}", fmt::join(flip.undecided, ", "))));
  }
  for (const SweepPoint& point : sweep.points) {
    if (point.failure.empty()) continue;
    lines.push_back(fmt::format(
        "nothing was measured at {} {}{}: {}", sweep.key, point.value,
        point.second.empty() ? "" : fmt::format(", {} {}", sweep.second_key, point.second),
        point.failure));
  }
  return lines;
}

// Of a text without colours.
bool fits(std::string_view text, std::size_t width) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (columns_of(text.substr(0, end)) > width) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

std::string sweep_legend(const SweepResult& sweep) {
  return fmt::format(
      "{}: medians over runs with their bootstrap intervals. A flip is told only between values at "
      "which each of two is clearly better, at {:.3g} % for the whole sweep.",
      sweep.goal, 100 * sweep.level);
}

}  // namespace

std::string choice_of(const SweepPoint& point) {
  return !point.failure.empty()             ? "not measured"
         : point.verdict == Verdict::holds  ? point.choice.value_or("any")
         : point.verdict == Verdict::broken ? "none left"
                                            : "not yet clear";
}

std::string terminal_sweep(const SweepResult& sweep, const TerminalStyle& style) {
  std::string grid;
  // One that does not fit says nothing that the other table does not say.
  if (fits(terminal_table(grid_table(sweep), {}), style.width)) {
    grid = terminal_table(grid_table(sweep), style);
  }
  return verdict_line(sweep.verdict, sweep.simulated, style) + grid +
         terminal_table(sweep_table(sweep), style) + listed(sweep_remarks(sweep), style) + "\n" +
         wrapped(terminal_safe(sweep_legend(sweep)), style.width, 0) + "\n\n" +
         terminal_safe(sweep.conclusion) + "\n";
}

std::string markdown_sweep(const SweepResult& sweep) {
  const std::string over =
      sweep.second_key.empty() ? sweep.key : sweep.key + " x " + sweep.second_key;
  return markdown_verdict("compare, over " + over, sweep.verdict, sweep.simulated) +
         markdown_table(grid_table(sweep)) + markdown_table(sweep_table(sweep)) +
         markdown_list(sweep_remarks(sweep)) + "\n" + markdown_safe(sweep_legend(sweep)) + "\n\n" +
         markdown_safe(sweep.conclusion) + "\n";
}

}  // namespace doorbuster
