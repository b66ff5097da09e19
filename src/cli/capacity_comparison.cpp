// compare --goal capacity. What breaks a promise at the scenario's own load is out; of the rest
// each round is a block: one search for each, in an order by lot, with buyers of its own and from
// another rate, so that two searches do not step through the same rates. A search is one
// observation.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "base/random.h"
#include "cli/app.h"
#include "cli/comparison_run.h"
#include "cli/decision_output.h"
#include "cli/load_search.h"
#include "cli/saved_reports.h"
#include "decide/capacity.h"
#include "decide/comparison_course.h"
#include "scenario/describe.h"
#include "stats/order_statistics.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kSearchStream = 77;      // of the order and of the first rates
constexpr std::uint64_t kSeedsOfASearch = 1000;  // more than the runs of one rate

// The scenario's own load without its thresholds: those a capacity keeps, or is limited by.
Result<RunEnd> run_at_given_load(const ComparisonRun& run, LiveView& view) {
  Scenario given = run.scenario;
  given.thresholds.clear();
  given.repetitions = kFewestBlocks;
  given.resolved = resolved_values(given);
  RunSettings settings = run.settings;
  settings.shuffled = true;
  settings.next_block = [&](const RunResult& so_far) {
    const bool enough = !so_far.trials.empty() && so_far.trials.back().block >= kFewestBlocks;
    std::vector<std::string> next;
    const auto out = eliminate(so_far, run.plan.tolerated);
    for (const StrategyChoice& choice : given.strategies) {
      const bool is_out = std::ranges::find(out, choice.name, &Elimination::strategy) != out.end();
      if (!enough && !is_out) next.push_back(choice.name);
    }
    return next;
  };
  RunObserver observer = view.observer();
  auto ended = run_scenario(given, settings, observer);
  view.display().clear();
  return ended;
}

// Three digits are a rate that can be typed again.
double rounded(double rate) {
  const double digit = std::pow(10, std::floor(std::log10(rate)) - 2);
  return std::max(1.0, std::round(rate / digit) * digit);
}

class CapacityRounds {
 public:
  CapacityRounds(const ComparisonRun& run, const RunEnd& at_given, LiveView& view)
      : run_(run),
        searches_(run.scenario, run.settings, view, run.plan.tolerated),
        searched_(without_rate(at_given.result)) {
    const RunResult& given = at_given.result;
    searched_.doorbuster_version = given.doorbuster_version;
    searched_.run_id = given.run_id;
    searched_.started_at = given.started_at;
    searched_.warnings = given.warnings;
    searched_.interrupted = given.interrupted || at_given.signal != 0;
  }

  // Of the strategies of these names. A search that fails is said and ends all, with what there is.
  void round(const std::vector<std::string>& names, ComparisonCourse& course) {
    ++rounds_;
    Random random(stream_seed(run_.scenario.seed, kSearchStream, rounds_));
    const double shift = std::pow(CapacityLimits{}.growth, random.uniform() - 0.5);
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < run_.scenario.strategies.size(); ++i) {
      const bool is_in = std::ranges::find(names, run_.scenario.strategies[i].name) != names.end();
      if (is_in) order.push_back(i);
    }
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    for (const std::size_t strategy : order) {
      const std::string& name = run_.scenario.strategies[strategy].name;
      const double near = kept_[name].empty() ? highest_rate(run_.scenario) : median(kept_[name]);
      auto found =
          searches_.search(strategy, {.from = rounded(near * shift)}, kSeedsOfASearch * rounds_);
      const std::string failure = found ? found->failure : found.error().message();
      if (!failure.empty()) {
        searched_.warnings.push_back(fmt::format("the search for {} failed: {}", name, failure));
        complain(searched_.warnings.back());
      }
      if (!failure.empty() || searches_.signal() != 0) {
        searched_.interrupted = true;
        return;
      }
      take(std::move(*found), course.capacity());
    }
  }

  const RunResult& searched() const { return searched_; }
  int signal() const { return searches_.signal(); }
  bool has_any() const { return !all_.empty(); }

  // Each strategy by its middle search, with the runs of all of them: they show the curve.
  CapacityResult capacities() const {
    CapacityResult result;
    result.doorbuster_version = searched_.doorbuster_version;
    result.precision_percent = 100 * CapacityLimits{}.precision;
    result.simulated = searches_.simulated();
    result.conditions = searches_.conditions();
    for (const auto& [name, searches] : all_) {
      std::vector<const LoadSearch*> sorted;
      std::vector<ProbeResult> probes;
      for (const LoadSearch& each : searches) {
        sorted.push_back(&each);
        probes.insert(probes.end(), each.probes.begin(), each.probes.end());
      }
      std::ranges::sort(sorted, {},
                        [](const LoadSearch* each) { return each->search.kept().value_or(0); });
      const LoadSearch& middle = *sorted[sorted.size() / 2];
      result.strategies.push_back(
          conclude_capacity(name, middle.search, std::move(probes), middle.at_kept, std::nullopt));
    }
    conclude_capacities(result);
    return result;
  }

 private:
  void take(LoadSearch found, CapacityObservations& observed) {
    const auto kept = found.search.kept();
    const CapacityProbe* limit = found.search.limit();
    const bool shop_is_limit = limit != nullptr && limit->answer == LoadAnswer::breaks;
    if (kept || shop_is_limit) {
      observed.found.push_back(
          {.strategy = found.strategy, .per_s = kept.value_or(0), .at_least = !shop_is_limit});
    } else {
      observed.lost.push_back(
          {.strategy = found.strategy, .why = limit == nullptr ? "it ended early" : limit->why});
    }
    if (kept) kept_[found.strategy].push_back(*kept);
    const auto& shown = found.at_kept ? found.at_kept : found.last;
    if (shown && !shown->trials.empty()) {
      add_eliminated(*shown, observed);
      TrialResult trial = shown->trials.front();
      trial.repetition = trial.block = static_cast<int>(rounds_);
      searched_.trials.push_back(std::move(trial));
    }
    all_[found.strategy].push_back(std::move(found));
  }

  // By the audit: a threshold that breaks is what a search looks for. The trial is one of that
  // run's, not of the run beside the comparison.
  void add_eliminated(const RunResult& shown, CapacityObservations& observed) const {
    RunResult judged = shown;
    judged.thresholds.clear();
    for (Elimination& one : eliminate(judged, run_.plan.tolerated)) {
      one.trial += " of " + shown.run_id;
      observed.eliminated.push_back(std::move(one));
    }
  }

  const ComparisonRun& run_;
  LoadSearches searches_;
  RunResult searched_;
  std::uint64_t rounds_ = 0;
  std::map<std::string, std::vector<double>> kept_;
  std::map<std::string, std::vector<LoadSearch>> all_;
};

}  // namespace

Result<ComparedRun> run_capacity_comparison(ComparisonRun run, LiveView& view) {
  const Duration began = steady_now();
  auto ended = run_at_given_load(run, view);
  if (!ended) return ended.error();
  run.plan.capacity.kept = kept_in_words(run.scenario);
  run.plan.capacity.eliminated = eliminate(ended->result, run.plan.tolerated);
  std::vector<std::string> names;
  for (const StrategyChoice& choice : run.scenario.strategies) {
    const auto& out = run.plan.capacity.eliminated;
    if (std::ranges::find(out, choice.name, &Elimination::strategy) == out.end()) {
      names.push_back(choice.name);
    }
  }
  ComparisonCourse course(run.plan, names, run.scenario.repetitions, run.time);
  CapacityRounds rounds(run, *ended, view);
  while (!rounds.searched().interrupted) {
    const auto next = course.next_block(rounds.searched(), steady_now() - began);
    if (next.empty()) break;
    rounds.round(next, course);
  }
  ComparisonResult comparison = course.conclude(rounds.searched());
  std::string unsaved = ended->unsaved;
  if (unsaved.empty()) unsaved = save_reports(ended->folder.path(), ended->result);
  std::vector<DecisionForms> decisions = {forms_of(comparison)};
  if (rounds.has_any()) decisions.push_back(forms_of(rounds.capacities()));
  for (const DecisionForms& forms : decisions) {
    if (auto failed = save_decision(ended->folder.path(), forms); !failed.empty()) unsaved = failed;
  }
  const int signal = ended->signal != 0 ? ended->signal : rounds.signal();
  return ComparedRun{std::move(comparison), std::move(ended->folder), signal, unsaved,
                     without_rate(rounds.searched())};
}

}  // namespace doorbuster
