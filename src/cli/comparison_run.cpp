#include "cli/comparison_run.h"

#include <utility>
#include <vector>

#include "cli/decision_output.h"
#include "cli/saved_reports.h"
#include "decide/comparison_course.h"
#include "scenario/describe.h"

namespace doorbuster {
namespace {

// All reports, and comparison.json and its text beside them. What could not be written, or "".
std::string save_all(const RunEnd& ended, const ComparisonResult& comparison) {
  if (!ended.unsaved.empty()) return ended.unsaved;
  std::string unsaved = save_reports(ended.folder.path(), ended.result);
  if (auto failed = save_decision(ended.folder.path(), forms_of(comparison)); !failed.empty()) {
    unsaved = failed;
  }
  return unsaved;
}

}  // namespace

Result<ComparedRun> run_comparison(ComparisonRun run, LiveView& view) {
  if (run.plan.goal.name == capacity_figure().name) {
    return run_capacity_comparison(std::move(run), view);
  }
  std::vector<std::string> names;
  for (const StrategyChoice& choice : run.scenario.strategies) names.push_back(choice.name);
  ComparisonCourse course(std::move(run.plan), names, run.scenario.repetitions, run.time);
  run.scenario.repetitions = course.fewest();
  run.scenario.resolved = resolved_values(run.scenario);
  run.settings.shuffled = true;
  const Duration began = steady_now();
  run.settings.next_block = [&](const RunResult& so_far) {
    return course.next_block(so_far, steady_now() - began);
  };
  RunObserver observer = view.observer();
  std::string unsaved;
  observer.on_saved = [&](const RunResult& result, const RunFolder& folder) {
    if (auto failed = save_first_report(folder.path(), result); !failed.empty()) unsaved = failed;
  };
  auto ended = run_scenario(run.scenario, run.settings, observer);
  view.display().clear();
  if (!ended) return ended.error();
  ComparisonResult comparison = course.conclude(ended->result);
  if (auto failed = save_all(*ended, comparison); !failed.empty()) unsaved = failed;
  ended->result.trials.clear();
  return ComparedRun{std::move(comparison), std::move(ended->folder), ended->signal, unsaved,
                     std::move(ended->result)};
}

}  // namespace doorbuster
