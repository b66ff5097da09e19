#include "report/comparison_report.h"

#include <fmt/format.h>

#include "report/decision_parts.h"
#include "report/escape.h"

namespace doorbuster {
namespace {

bool by_capacity(const ComparisonResult& comparison) { return comparison.goal == "capacity"; }

// A median with its interval: "4.01 (3.90..4.12) ms" reads badly in a column, so it has two cells.
std::string interval_of(const MedianOverRuns& figure, std::string_view unit) {
  if (!figure.low || !figure.high) return "-";
  return decided_value(figure.low, unit) + ".." + decided_value(figure.high, unit);
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
      "{}, {} is one observation. Intervals: bootstrap over runs, {:.4g} %. p: rank test "
      "(Mann-Whitney, exact), after Holm's correction for all pairs; different: p of at most "
      "{:.3g} and {:.3g} % or more. Equal ranks are not told apart. More: an estimate of the runs "
      "of each that would show {:.3g} % in 4 of 5 cases.",
      number_of(static_cast<std::size_t>(comparison.blocks), "randomised block"),
      by_capacity(comparison) ? "a search for each strategy's capacity" : "a trial",
      100 * (1 - comparison.level), comparison.look_level, comparison.margin_percent,
      comparison.margin_percent);
}

DecisionTable ranking_table(const ComparisonResult& comparison) {
  DecisionTable ranking{
      .headings = {"rank", "strategy", comparison.goal, "interval", "statements/sale", "CPU/op",
                   by_capacity(comparison) ? "searches" : "runs"},
      .rows = {},
      .left = 2};
  for (const RankedStrategy& strategy : comparison.ranking) {
    ranking.rows.push_back(ranking_cells(strategy, comparison.unit));
  }
  return ranking;
}

DecisionTable pair_table(const ComparisonResult& comparison) {
  DecisionTable pairs{
      .headings = {"better", "other", "in", "the other is", "interval", "p", "so far"},
      .rows = {},
      .left = 3};
  for (const ComparedPair& pair : comparison.pairs) pairs.rows.push_back(pair_cells(pair));
  return pairs;
}

}  // namespace

std::string terminal_comparison(const ComparisonResult& comparison, const TerminalStyle& style) {
  return verdict_line(comparison.verdict, comparison.simulated, style) +
         terminal_table(ranking_table(comparison), style) +
         terminal_table(pair_table(comparison), style) + listed(notes_of(comparison), style) +
         "\n" + wrapped(comparison_legend(comparison), style.width, 0) + "\n\n" +
         terminal_safe(comparison.conclusion) + "\n";
}

std::string markdown_comparison(const ComparisonResult& comparison) {
  return markdown_verdict("compare", comparison.verdict, comparison.simulated) +
         markdown_table(ranking_table(comparison)) + markdown_table(pair_table(comparison)) +
         markdown_list(notes_of(comparison)) + "\n" + markdown_safe(comparison_legend(comparison)) +
         "\n\n" + markdown_safe(comparison.conclusion) + "\n";
}

}  // namespace doorbuster
