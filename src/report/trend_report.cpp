#include "report/trend_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "report/decision_parts.h"
#include "report/escape.h"
#include "report/junit.h"

namespace doorbuster {
namespace {

constexpr std::size_t kMostBars = 40;

// The newest runs, each as high as it stands between the least and the greatest; "." without one.
std::string bars_of(const TrendSeries& series) {
  constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const auto& value : series.values) {
    if (!value) continue;
    low = std::min(low, *value);
    high = std::max(high, *value);
  }
  const std::size_t begin =
      series.values.size() > kMostBars ? series.values.size() - kMostBars : std::size_t{0};
  std::string bars;
  for (std::size_t i = begin; i < series.values.size(); ++i) {
    const auto& value = series.values[i];
    if (!value) {
      bars += ".";
    } else {
      const double height = high > low ? (*value - low) / (high - low) : 0;
      bars += kBars[std::min<std::size_t>(7, static_cast<std::size_t>(8 * height))];
    }
  }
  return bars;
}

std::optional<double> newest(const TrendSeries& series) {
  if (!series.changes.empty()) return series.changes.back().after;
  for (auto value = series.values.rbegin(); value != series.values.rend(); ++value) {
    if (*value) return *value;
  }
  return std::nullopt;
}

std::vector<std::string> cells_of(const TrendSeries& series) {
  const std::string verdict = series.verdict == Verdict::broken  ? "worse"
                              : series.verdict == Verdict::holds ? "holds"
                                                                 : "undecided";
  return {series.strategy,
          series.metric,
          bars_of(series),
          decided_value(newest(series), series.unit),
          std::to_string(series.changes.size()),
          verdict};
}

DecisionTable trend_table(const TrendResult& trend) {
  DecisionTable decision{
      .headings = {"strategy", "metric", "oldest to newest", "now", "changes", "verdict"},
      .rows = {},
      .left = 3};
  for (const TrendSeries& series : trend.series) {
    decision.rows.push_back(cells_of(series));
    decision.verdicts.push_back(tone_of_verdict(series.verdict));
  }
  return decision;
}

std::vector<std::string> trend_remarks(const TrendResult& trend) {
  std::vector<std::string> lines;
  if (trend.simulated) lines.emplace_back("SIMULATED stores in virtual time: no measurement");
  for (const std::string& each : trend.differences) lines.push_back("allowed difference: " + each);
  for (const CheckFinding& each : trend.findings) lines.push_back("broken: " + each.sentence);
  for (const TrendSeries& series : trend.series) {
    if (series.verdict != Verdict::holds && !trend.conclusion.ends_with(series.sentence)) {
      lines.push_back(series.sentence);
    }
    for (const TrendChange& change : series.changes) {
      lines.push_back(fmt::format(
          "{}: {} {} from {} to {}, {} ({}), at {}, commit {:.12}, p = {:.3f}", series.strategy,
          series.metric, change.worse ? "became worse" : "became better",
          decided_value(change.before, series.unit), decided_value(change.after, series.unit),
          percent_text(change.change.percent), interval_text(change.change), change.started_at,
          change.commit, change.p));
    }
  }
  for (const std::string& each : trend.notes) lines.push_back("note: " + each);
  return lines;
}

std::string trend_legend(const TrendResult& trend) {
  return fmt::format(
      "A run is one value, the median of its trials. Change points: E-divisive, permutation tests "
      "at {:.3g} % over all {} together. Worse: the newest stretch stands {:.3g} % or more behind "
      "the best before it.",
      100 * trend.level, fmt::format("{} series", trend.series.size()), trend.threshold_percent);
}

}  // namespace

std::string terminal_trend(const TrendResult& trend, const TerminalStyle& style) {
  return decision_heading(trend.verdict, trend.conclusion, style) +
         terminal_table(trend_table(trend), style) + listed(trend_remarks(trend), style) + "\n" +
         wrapped(trend_legend(trend), style.width, 0) + "\n";
}

std::string markdown_trend(const TrendResult& trend) {
  std::string text = fmt::format("## doorbuster trend: {}\n\n{}\n", to_string(trend.verdict),
                                 markdown_safe(trend.conclusion));
  text += markdown_table(trend_table(trend));
  return text + markdown_list(trend_remarks(trend)) + "\n" + markdown_safe(trend_legend(trend)) +
         "\n";
}

std::string junit_trend(const TrendResult& trend) {
  std::vector<JunitCase> cases;
  for (const TrendSeries& series : trend.series) {
    cases.push_back({series.strategy, series.metric, junit_end(series.verdict), series.sentence});
  }
  for (const CheckFinding& finding : trend.findings) {
    cases.push_back({finding.strategy, fmt::format("audit of trial {}", finding.repetition),
                     junit_end(finding.verdict), finding.sentence});
  }
  cases.push_back({"the trend", "conclusion", junit_end(trend.verdict), trend.conclusion});
  const std::string started_at = trend.runs.empty() ? "" : trend.runs.back().started_at;
  return junit_xml(suites_by_subject(
      {.package = "doorbuster trend", .name = "", .started_at = started_at}, cases));
}

}  // namespace doorbuster
