#include "decide/trend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "decide/words.h"
#include "stats/change_points.h"
#include "stats/mann_whitney.h"
#include "stats/order_statistics.h"

namespace doorbuster {
namespace {

// The values of a series that are there, and of which runs they are.
struct KnownValues {
  std::vector<double> values;
  std::vector<std::size_t> runs;
};

KnownValues known_values(const TrendSeries& series) {
  KnownValues known;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (!series.values[i]) continue;
    known.values.push_back(*series.values[i]);
    known.runs.push_back(i);
  }
  return known;
}

std::vector<std::vector<double>> stretches_of(const std::vector<double>& values,
                                              const std::vector<ChangePoint>& changes) {
  std::vector<std::vector<double>> stretches;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= changes.size(); ++i) {
    const std::size_t end = i < changes.size() ? changes[i].at : values.size();
    stretches.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(begin),
                           values.begin() + static_cast<std::ptrdiff_t>(end));
    begin = end;
  }
  return stretches;
}

PercentChange change_between(const std::vector<double>& before, const std::vector<double>& after,
                             double level) {
  const ShiftEstimate shift = hodges_lehmann(before, after, level);
  return percent_of(shift.value, {shift.low, shift.high}, median(before));
}

bool is_worse(const TrendSeries& series, double before, double after) {
  return series.lower_is_better ? after > before : after < before;
}

class Judge {
 public:
  Judge(const std::vector<NamedRun>& runs, const TrendPlan& plan, std::size_t family)
      : runs_(runs), plan_(plan) {
    search_.level = plan.level / static_cast<double>(family);
    search_.seed = plan.seed;
    // Enough that a permutation test can reach the level at all.
    search_.permutations =
        std::max(search_.permutations, static_cast<int>(std::ceil(2 / search_.level)));
  }

  void judge(TrendSeries& series) const {
    const KnownValues known = known_values(series);
    const std::string name = fmt::format("{}: {}", series.strategy, series.metric);
    if (known.values.size() < kFewestForTrend) {
      series.sentence = fmt::format("{} has {}, and a trend needs {}", name,
                                    counted(known.values.size(), "run", "runs"), kFewestForTrend);
      return;
    }
    const auto changes = change_points(known.values, search_);
    const auto stretches = stretches_of(known.values, changes);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const RunResult& run = runs_[known.runs[changes[i].at]].result;
      const double before = median(stretches[i]);
      const double after = median(stretches[i + 1]);
      series.changes.push_back(
          {.run_id = run.run_id,
           .started_at = run.started_at,
           .commit = run.build.commit,
           .before = before,
           .after = after,
           .change = change_between(stretches[i], stretches[i + 1], 1 - plan_.level),
           .p = changes[i].p,
           .worse = is_worse(series, before, after)});
    }
    conclude_series(series, stretches, name);
  }

 private:
  void conclude_series(TrendSeries& series, const std::vector<std::vector<double>>& stretches,
                       const std::string& name) const {
    series.verdict = Verdict::holds;
    if (series.changes.empty()) {
      std::size_t runs = stretches[0].size();
      series.sentence =
          fmt::format("{} did not change in {}: {}", name, counted(runs, "run", "runs"),
                      with_unit(median(stretches[0]), series.unit));
      return;
    }
    const auto best = std::min_element(
        stretches.begin(), std::prev(stretches.end()),
        [&](const auto& a, const auto& b) { return is_worse(series, median(a), median(b)); });
    const double then = median(*best);
    const double now = median(stretches.back());
    const PercentChange change = change_between(*best, stretches.back(), 1 - plan_.level);
    const TrendChange& last = series.changes.back();
    series.sentence = fmt::format(
        "{} is {} than at its best before ({} then, {} now) after {}, the last at {}, commit "
        "{:.12}",
        name, change_in_words(change, 1 - plan_.level), with_unit(then, series.unit),
        with_unit(now, series.unit), counted(series.changes.size(), "change", "changes"),
        last.started_at, last.commit.empty() ? "not known" : last.commit);
    const bool large = !change.percent || std::abs(*change.percent) >= plan_.threshold_percent;
    if (is_worse(series, then, now) && large) series.verdict = Verdict::broken;
  }

  const std::vector<NamedRun>& runs_;
  const TrendPlan& plan_;
  ChangeSearch search_;
};

std::vector<TrendSeries> series_of(const std::vector<NamedRun>& runs, const TrendPlan& plan) {
  std::vector<TrendSeries> all;
  for (const std::string& strategy : strategies_of(results_of(runs))) {
    for (const Figure& figure : plan.figures) {
      TrendSeries series{.strategy = strategy,
                         .metric = figure.name,
                         .unit = figure.unit,
                         .lower_is_better = figure.lower_is_better,
                         .values = {},
                         .changes = {},
                         .verdict = Verdict::undecided,
                         .sentence = ""};
      bool any = false;
      for (const NamedRun& run : runs) {
        const std::vector<double> sample = sample_of({run.result}, strategy, figure);
        any |= !sample.empty();
        series.values.push_back(sample.empty() ? std::nullopt : std::optional(median(sample)));
      }
      if (any) all.push_back(std::move(series));
    }
  }
  return all;
}

void conclude_trend(TrendResult& result) {
  const auto with = [&](Verdict verdict) {
    return std::ranges::find(result.series, verdict, &TrendSeries::verdict);
  };
  if (!result.findings.empty()) {
    result.verdict = Verdict::broken;
    result.conclusion = fmt::format("Broken in the newest run: {}", result.findings[0].sentence);
  } else if (with(Verdict::broken) != result.series.end()) {
    result.verdict = Verdict::broken;
    result.conclusion = fmt::format("Worse: {}", with(Verdict::broken)->sentence);
  } else if (result.series.empty()) {
    result.conclusion = "Undecided: the runs have none of the metrics";
  } else if (with(Verdict::undecided) != result.series.end()) {
    result.conclusion = fmt::format("Undecided: {}", with(Verdict::undecided)->sentence);
  } else {
    result.verdict = Verdict::holds;
    result.conclusion =
        fmt::format("Nothing has become worse by {:.3g} % or more and stayed so in {}",
                    result.threshold_percent, counted(result.runs.size(), "run", "runs"));
  }
}

}  // namespace

TrendResult trend(const std::vector<NamedRun>& runs, const TrendPlan& plan) {
  TrendResult result;
  result.level = plan.level;
  result.threshold_percent = plan.threshold_percent;
  for (const NamedRun& run : runs) {
    result.runs.push_back(judged(run));
    result.simulated |= run.result.simulated;
  }
  if (!runs.empty()) {
    for (CheckFinding& finding : findings_of(runs.back().result, "candidate", true)) {
      if (finding.kind == "audit" && finding.verdict == Verdict::broken) {
        result.findings.push_back(std::move(finding));
      }
    }
  }
  result.series = series_of(runs, plan);
  const Judge judge(runs, plan, std::max<std::size_t>(1, result.series.size()));
  for (TrendSeries& series : result.series) judge.judge(series);
  conclude_trend(result);
  return result;
}

}  // namespace doorbuster
