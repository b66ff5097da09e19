#include "decide/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "decide/words.h"
#include "stats/holm.h"
#include "stats/mann_whitney.h"
#include "stats/order_statistics.h"
#include "stats/power.h"

namespace doorbuster {
namespace {

// One metric of one strategy before and after.
struct Pairing {
  std::vector<double> before;
  std::vector<double> after;
  CheckedMetric metric;

  bool testable() const { return !before.empty() && !after.empty(); }
};

Pairing pair_up(const std::vector<RunResult>& baseline, const std::vector<RunResult>& candidate,
                const std::string& strategy, const Figure& figure, const CheckPlan& plan) {
  Pairing pairing{.before = sample_of(baseline, strategy, figure),
                  .after = sample_of(candidate, strategy, figure),
                  .metric = {}};
  CheckedMetric& metric = pairing.metric;
  metric.strategy = strategy;
  metric.metric = figure.name;
  metric.unit = figure.unit;
  metric.lower_is_better = figure.lower_is_better;
  metric.baseline_runs = static_cast<int>(pairing.before.size());
  metric.candidate_runs = static_cast<int>(pairing.after.size());
  if (!pairing.before.empty()) metric.baseline = median(pairing.before);
  if (!pairing.after.empty()) metric.candidate = median(pairing.after);
  if (!pairing.testable()) return pairing;
  const MannWhitney test = mann_whitney(pairing.before, pairing.after);
  metric.p = figure.lower_is_better ? test.p_larger : test.p_smaller;
  metric.cliffs_delta = test.cliffs_delta;
  const ShiftEstimate shift = hodges_lehmann(pairing.before, pairing.after, 1 - plan.level);
  metric.change = percent_of(shift.value, {shift.low, shift.high}, *metric.baseline);
  return pairing;
}

// The noise of both sides together, each about its own middle.
double noise_of(const Pairing& pairing) {
  std::vector<double> residuals;
  for (const double value : pairing.before) residuals.push_back(value - median(pairing.before));
  for (const double value : pairing.after) residuals.push_back(value - median(pairing.after));
  return robust_deviation(residuals);
}

std::string values_in_words(const CheckedMetric& metric) {
  return fmt::format("{} before, {} now", with_unit(*metric.baseline, metric.unit),
                     with_unit(*metric.candidate, metric.unit));
}

// A change from nothing has no percent, and is large enough.
bool is_large(const CheckedMetric& metric, double threshold) {
  if (!metric.change.percent) return true;
  const double worse = metric.lower_is_better ? *metric.change.percent : -*metric.change.percent;
  return worse >= threshold;
}

void judge_metric(Pairing& pairing, std::size_t family, const CheckPlan& plan) {
  CheckedMetric& metric = pairing.metric;
  const std::string name = fmt::format("{}: {}", metric.strategy, metric.metric);
  const auto tests = static_cast<double>(family);
  const double least = smallest_p(pairing.before.size(), pairing.after.size());
  if (least * tests > plan.level) {
    metric.verdict = Verdict::undecided;
    metric.sentence = fmt::format(
        "{} cannot be judged: of {} and {} runs no difference can be proven among {}; {} of each "
        "could show one",
        name, pairing.before.size(), pairing.after.size(),
        counted(family, "comparison", "comparisons"), runs_for_p(plan.level / tests));
    return;
  }
  const PowerPlan power{.level = plan.level / tests, .deviation = noise_of(pairing)};
  const double shown =
      difference_shown(power, std::min(pairing.before.size(), pairing.after.size()));
  metric.shown_percent = percent_of(shown, {}, *metric.baseline).percent;
  const bool proven = *metric.p_corrected <= plan.level;
  const std::string change = change_in_words(metric.change, 1 - plan.level);
  if (proven && is_large(metric, plan.threshold_percent)) {
    metric.verdict = Verdict::broken;
    metric.sentence = fmt::format("{} is {}: {}, p = {:.2g} after correction for {}", name, change,
                                  values_in_words(metric), *metric.p_corrected,
                                  counted(family, "comparison", "comparisons"));
    return;
  }
  metric.verdict = Verdict::holds;
  metric.sentence = fmt::format("{} is {}: {}", name, change, values_in_words(metric));
  if (proven) {
    metric.sentence +=
        fmt::format("; real, but under the {:.3g} % that count", plan.threshold_percent);
  } else if (metric.shown_percent) {
    metric.sentence += fmt::format("; about {:.0f} % worse would have been seen",
                                   std::max(*metric.shown_percent, plan.threshold_percent));
  }
}

std::vector<CheckedMetric> test_all(const std::vector<RunResult>& baseline,
                                    const std::vector<RunResult>& candidate,
                                    const CheckPlan& plan) {
  std::vector<Pairing> pairings;
  std::vector<std::string> strategies = strategies_of(baseline);
  for (const std::string& name : strategies_of(candidate)) {
    if (std::ranges::find(strategies, name) == strategies.end()) strategies.push_back(name);
  }
  for (const std::string& strategy : strategies) {
    for (const Figure& figure : plan.figures) {
      pairings.push_back(pair_up(baseline, candidate, strategy, figure, plan));
      // What neither has was never there: a strategy without payments.
      if (pairings.back().before.empty() && pairings.back().after.empty()) pairings.pop_back();
    }
  }
  std::vector<double> p;
  for (const Pairing& pairing : pairings) {
    if (pairing.testable()) p.push_back(*pairing.metric.p);
  }
  const std::vector<double> corrected = holm(p);
  std::vector<CheckedMetric> metrics;
  std::size_t next = 0;
  for (Pairing& pairing : pairings) {
    if (pairing.testable()) {
      pairing.metric.p_corrected = corrected[next++];
      judge_metric(pairing, p.size(), plan);
    } else {
      pairing.metric.sentence = fmt::format(
          "{}: {} cannot be judged: {} has no run of it", pairing.metric.strategy,
          pairing.metric.metric, pairing.before.empty() ? "the baseline" : "the candidate");
    }
    metrics.push_back(std::move(pairing.metric));
  }
  return metrics;
}

template <class Items>
const auto* first_with(const Items& items, Verdict verdict) {
  const auto found =
      std::ranges::find(items, verdict, [](const auto& item) { return item.verdict; });
  return found == items.end() ? nullptr : &*found;
}

template <class Items>
std::size_t count_of(const Items& items, Verdict verdict) {
  return static_cast<std::size_t>(
      std::ranges::count(items, verdict, [](const auto& item) { return item.verdict; }));
}

// An audit that broke only in the baseline is told, and is no fault of the candidate.
bool is_against_the_candidate(const CheckFinding& finding) {
  return finding.side == "candidate" || finding.kind != "audit" ||
         finding.verdict == Verdict::undecided;
}

void conclude(CheckResult& result) {
  std::vector<CheckFinding> audits;
  std::vector<CheckFinding> others;
  for (const CheckFinding& finding : result.findings) {
    if (!is_against_the_candidate(finding)) continue;
    const bool audit = finding.kind == "audit" && finding.verdict == Verdict::broken;
    (audit ? audits : others).push_back(finding);
  }
  const auto say = [&](Verdict verdict, std::string sentence) {
    result.verdict = verdict;
    result.conclusion = std::move(sentence);
  };
  const auto and_more = [](std::size_t all) {
    return all > 1 ? fmt::format(" (and {} more)", all - 1) : std::string();
  };
  if (!audits.empty()) {
    return say(Verdict::broken,
               fmt::format("Broken: {}{}", audits.front().sentence, and_more(audits.size())));
  }
  if (const auto* open = first_with(others, Verdict::undecided)) {
    return say(Verdict::undecided, fmt::format("Undecided: {}{}", open->sentence,
                                               and_more(count_of(others, Verdict::undecided))));
  }
  if (const auto* regression = first_with(result.metrics, Verdict::broken)) {
    return say(Verdict::broken, fmt::format("Regression: {}{}", regression->sentence,
                                            and_more(count_of(result.metrics, Verdict::broken))));
  }
  if (const auto* threshold = first_with(others, Verdict::broken)) {
    return say(Verdict::broken, fmt::format("Broken: {}{}", threshold->sentence,
                                            and_more(count_of(others, Verdict::broken))));
  }
  if (result.metrics.empty()) {
    return say(Verdict::undecided, "Undecided: the runs have none of the metrics in common");
  }
  if (const auto* open = first_with(result.metrics, Verdict::undecided)) {
    return say(Verdict::undecided,
               fmt::format("Undecided: {}{}", open->sentence,
                           and_more(count_of(result.metrics, Verdict::undecided))));
  }
  say(Verdict::holds,
      fmt::format(
          "No regression of {:.3g} % or more is shown in {}, and every audit is as expected",
          result.threshold_percent,
          counted(result.metrics.size(), "metric", "metrics of the strategies")));
}

}  // namespace

std::vector<std::string> default_check_figures(std::string_view load_model) {
  return {"buy.p99", load_model == "closed" ? "achieved" : "answered_share", "cpu"};
}

CheckResult check(const std::vector<NamedRun>& baseline, const std::vector<NamedRun>& candidate,
                  const CheckPlan& plan) {
  CheckResult result;
  result.level = plan.level;
  result.threshold_percent = plan.threshold_percent;
  for (const NamedRun& run : baseline) {
    result.baseline.push_back(judged(run));
    result.simulated |= run.result.simulated;
    std::ranges::move(findings_of(run.result, "baseline", plan.leave_out_invalid),
                      std::back_inserter(result.findings));
  }
  for (const NamedRun& run : candidate) {
    result.candidate.push_back(judged(run));
    result.simulated |= run.result.simulated;
    std::ranges::move(findings_of(run.result, "candidate", plan.leave_out_invalid),
                      std::back_inserter(result.findings));
  }
  result.metrics = test_all(results_of(baseline), results_of(candidate), plan);
  conclude(result);
  return result;
}

}  // namespace doorbuster
