#include "report/comparison_report.h"

#include <fmt/format.h>

#include "report/decision_parts.h"
#include "report/escape.h"
#include "report/markdown_table.h"
#include "report/table.h"

namespace doorbuster {
namespace {

// A median with its interval: "4.01 (3.90..4.12) ms" reads badly in a column, so it has two cells.
std::string interval_of(const MedianOverRuns& figure, std::string_view unit) {
  if (!figure.low || !figure.high) return "-";
  return decided_value(figure.low, unit) + ".." + decided_value(figure.high, unit);
}

std::vector<std::string> ranking_headings(const ComparisonResult& comparison) {
  return {"rank", "strategy", comparison.goal, "interval", "statements/sale", "CPU/op", "runs"};
}

std::vector<std::string> ranking_cells(const RankedStrategy& strategy, std::string_view unit) {
  return {std::to_string(strategy.rank),
          strategy.strategy,
          decided_value(strategy.goal.median, unit),
          interval_of(strategy.goal, unit),
          decided_value(strategy.database_statements_per_sale.median, ""),
          decided_value(strategy.cpu_us_per_op.median, "us"),
          strategy.runs_left_out == 0
              ? std::to_string(strategy.runs)
              : fmt::format("{} of {}", strategy.runs, strategy.runs + strategy.runs_left_out)};
}

const std::vector<std::string> kPairHeadings = {"better",   "other", "in",    "the other is",
                                                "interval", "p",     "so far"};

std::vector<std::string> pair_cells(const ComparedPair& pair) {
  const std::string verdict = pair.clear   ? "different"
                              : pair.alike ? "alike"
                              : pair.more_runs.value_or(0) > 0
                                  ? fmt::format("open, {} more", *pair.more_runs)
                                  : "no difference";
  return {pair.better,
          pair.other,
          pair.metric,
          percent_text(pair.change.percent),
          interval_text(pair.change),
          fmt::format("{:.3f}", pair.p_corrected),
          verdict};
}

std::vector<std::string> eliminated_lines(const ComparisonResult& comparison) {
  std::vector<std::string> lines;
  for (const Elimination& one : comparison.eliminated) {
    lines.push_back(fmt::format("rejected: {} broke {} in {}, first in {}{}", one.strategy,
                                one.constraint,
                                number_of(static_cast<std::size_t>(one.runs_broken), "trial"),
                                one.trial, one.witness.empty() ? "" : ": " + one.witness));
  }
  return lines;
}

std::vector<std::string> notes_of(const ComparisonResult& comparison) {
  std::vector<std::string> lines = eliminated_lines(comparison);
  for (const std::string& note : comparison.notes) lines.push_back("note: " + note);
  return lines;
}

std::string comparison_legend(const ComparisonResult& comparison) {
  return fmt::format(
      "{}, a trial is one observation. Intervals: bootstrap over runs, {:.0f} %. p: rank test "
      "(Mann-Whitney, exact), after Holm's correction for all pairs; different: p of at most "
      "{:.3g} and {:.3g} % or more. Equal ranks are not told apart. More: an estimate of the runs "
      "of each that would show {:.3g} % in 4 of 5 cases.",
      number_of(static_cast<std::size_t>(comparison.blocks), "randomised block"),
      100 * (1 - comparison.level), comparison.look_level, comparison.margin_percent,
      comparison.margin_percent);
}

std::vector<std::vector<Cell>> plain_cells(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<Cell>> cells;
  for (const std::vector<std::string>& row : rows) {
    std::vector<Cell>& line = cells.emplace_back();
    for (const std::string& cell : row) line.push_back({terminal_safe(cell)});
  }
  return cells;
}

std::vector<std::vector<std::string>> ranking_rows(const ComparisonResult& comparison) {
  std::vector<std::vector<std::string>> rows;
  for (const RankedStrategy& strategy : comparison.ranking) {
    rows.push_back(ranking_cells(strategy, comparison.unit));
  }
  return rows;
}

std::vector<std::vector<std::string>> pair_rows(const ComparisonResult& comparison) {
  std::vector<std::vector<std::string>> rows;
  for (const ComparedPair& pair : comparison.pairs) rows.push_back(pair_cells(pair));
  return rows;
}

std::vector<std::vector<std::string>> escaped(std::vector<std::vector<std::string>> rows) {
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = markdown_safe(cell);
  }
  return rows;
}

}  // namespace

std::string terminal_comparison(const ComparisonResult& comparison, const TerminalStyle& style) {
  std::string text = fmt::format(
      "verdict: {}{}\n",
      toned(to_string(comparison.verdict), tone_of_verdict(comparison.verdict), style.colour),
      comparison.simulated ? ", SIMULATED stores in virtual time: no measurement" : "");
  const auto ranking = ranking_rows(comparison);
  if (!ranking.empty()) {
    text += "\n" + table(decision_columns(ranking_headings(comparison), 2), plain_cells(ranking),
                         style.colour);
  }
  const auto pairs = pair_rows(comparison);
  if (!pairs.empty()) {
    text += "\n" + table(decision_columns(kPairHeadings, 3), plain_cells(pairs), style.colour);
  }
  text += listed(notes_of(comparison), style) + "\n";
  text += wrapped(comparison_legend(comparison), style.width, 0) + "\n\n";
  return text + terminal_safe(comparison.conclusion) + "\n";
}

std::string markdown_comparison(const ComparisonResult& comparison) {
  std::string text = fmt::format("## doorbuster compare: {}\n", to_string(comparison.verdict));
  if (comparison.simulated) text += "\nSIMULATED stores in virtual time: no measurement\n";
  const auto ranking = escaped(ranking_rows(comparison));
  if (!ranking.empty()) {
    std::vector<std::string> headings = ranking_headings(comparison);
    for (std::string& heading : headings) heading = markdown_safe(heading);
    text += "\n" + markdown_table(headings, ranking, 2);
  }
  const auto pairs = escaped(pair_rows(comparison));
  if (!pairs.empty()) text += "\n" + markdown_table(kPairHeadings, pairs, 3);
  return text + markdown_list(notes_of(comparison)) + "\n" +
         markdown_safe(comparison_legend(comparison)) + "\n\n" +
         markdown_safe(comparison.conclusion) + "\n";
}

}  // namespace doorbuster
