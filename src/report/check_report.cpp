#include "report/check_report.h"

#include <fmt/format.h>

#include "report/decision_parts.h"
#include "report/escape.h"
#include "report/junit.h"

namespace doorbuster {
namespace {

std::string sides(const CheckResult& check) {
  const auto side = [](std::string_view name, const std::vector<JudgedRun>& runs) {
    std::size_t trials = 0;
    for (const JudgedRun& run : runs) trials += static_cast<std::size_t>(run.trials);
    return fmt::format(
        "{}: {} in {}{}", name, number_of(trials, "trial"), number_of(runs.size(), "result"),
        runs.empty() || runs[0].commit.empty() ? ""
                                               : fmt::format(", commit {:.12}", runs[0].commit));
  };
  return side("baseline", check.baseline) + "; " + side("candidate", check.candidate);
}

std::string verdict_of(const CheckedMetric& metric) {
  if (metric.verdict == Verdict::broken) return "regression";
  return metric.verdict == Verdict::holds ? "holds" : "undecided";
}

std::vector<std::string> cells_of(const CheckedMetric& metric) {
  return {metric.strategy,
          metric.metric,
          decided_value(metric.baseline, metric.unit),
          decided_value(metric.candidate, metric.unit),
          percent_text(metric.change.percent),
          interval_text(metric.change),
          metric.p_corrected ? fmt::format("{:.3f}", *metric.p_corrected) : "-",
          percent_text(metric.shown_percent),
          verdict_of(metric)};
}

DecisionTable check_table(const CheckResult& check) {
  DecisionTable decision{.headings = {"strategy", "metric", "before", "now", "change", "interval",
                                      "p", "would see", "verdict"},
                         .rows = {},
                         .left = 2};
  for (const CheckedMetric& metric : check.metrics) {
    decision.rows.push_back(cells_of(metric));
    decision.verdicts.push_back(tone_of_verdict(metric.verdict));
  }
  return decision;
}

std::vector<std::string> remarks(const CheckResult& check) {
  std::vector<std::string> lines;
  if (check.simulated) lines.emplace_back("SIMULATED stores in virtual time: no measurement");
  for (const std::string& each : check.differences) lines.push_back("allowed difference: " + each);
  for (const CheckFinding& each : check.findings) {
    lines.push_back(fmt::format("{}, {}: {}", to_string(each.verdict), each.side, each.sentence));
  }
  for (const CheckedMetric& each : check.metrics) {
    if (each.verdict != Verdict::holds) lines.push_back(each.sentence);
  }
  for (const std::string& each : check.notes) lines.push_back("note: " + each);
  return lines;
}

std::string legend(const CheckResult& check) {
  return fmt::format(
      "A trial is one observation. Change: Hodges-Lehmann shift in percent of the baseline's "
      "median, with its {:.4g} % interval. p: one-sided rank test (Mann-Whitney, exact), after "
      "Holm's correction for all {}; a regression has p of at most {:.3g} and a change of at least "
      "{:.3g} %. Would see: an estimate of the change that these runs show in 4 of 5 cases.",
      100 * (1 - check.level), number_of(check.metrics.size(), "metric"), check.level,
      check.threshold_percent);
}

}  // namespace

std::string terminal_check(const CheckResult& check, const TerminalStyle& style) {
  std::string text = decision_heading(check.verdict, check.conclusion, style);
  text += wrapped(terminal_safe(sides(check)), style.width, 2) + "\n";
  text += terminal_table(check_table(check), style);
  text += listed(remarks(check), style);
  return text + "\n" + wrapped(legend(check), style.width, 0) + "\n";
}

std::string markdown_check(const CheckResult& check) {
  std::string text = fmt::format("## doorbuster check: {}\n\n{}\n\n{}\n", to_string(check.verdict),
                                 markdown_safe(check.conclusion), markdown_safe(sides(check)));
  text += markdown_table(check_table(check));
  return text + markdown_list(remarks(check)) + "\n" + markdown_safe(legend(check)) + "\n";
}

std::string junit_check(const CheckResult& check) {
  std::vector<JunitCase> cases;
  for (const CheckedMetric& metric : check.metrics) {
    cases.push_back({metric.strategy, metric.metric, junit_end(metric.verdict), metric.sentence});
  }
  for (const CheckFinding& finding : check.findings) {
    // What the baseline broke is no failure of the candidate, but it is not hidden either.
    const bool ours = finding.side == "candidate" || finding.verdict == Verdict::undecided;
    cases.push_back(
        {finding.strategy.empty() ? "the run" : finding.strategy,
         fmt::format("{} of trial {}, {}", finding.kind, finding.repetition, finding.side),
         ours ? junit_end(finding.verdict) : JunitEnd::passed, finding.sentence});
  }
  cases.push_back({"the check", "conclusion", junit_end(check.verdict), check.conclusion});
  const std::string started_at = check.candidate.empty() ? "" : check.candidate.back().started_at;
  return junit_xml(suites_by_subject(
      {.package = "doorbuster check", .name = "", .started_at = started_at}, cases));
}

}  // namespace doorbuster
