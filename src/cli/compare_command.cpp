#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "audit/audit.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/decision_output.h"
#include "cli/saved_reports.h"
#include "cli/scenario_source.h"
#include "cli/store_flags.h"
#include "decide/comparison_course.h"
#include "report/comparison_report.h"
#include "run/runner.h"
#include "scenario/describe.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

struct CompareFlags {
  ScenarioSource scenario;
  StoreFlags stores;
  std::string goal = "buy.p99";
  std::string time;
  double level_percent = 5;
  double margin_percent = 5;
  std::vector<std::string> tolerated;
  bool json = false;
  bool quiet = false;
};

Result<ComparePlan> plan_of(const CompareFlags& flags, const Scenario& scenario) {
  auto goal = figure_named(flags.goal);
  if (!goal) return goal.error();
  ComparePlan plan{.goal = std::move(*goal),
                   .level = flags.level_percent / 100,
                   .look_level = flags.level_percent / 100,
                   .margin_percent = flags.margin_percent,
                   .tolerated = {flags.tolerated.begin(), flags.tolerated.end()},
                   .seed = scenario.seed};
  for (const std::string& name : plan.tolerated) {
    const bool known = std::ranges::any_of(
        invariants(), [&](const Invariant& invariant) { return invariant.name == name; });
    if (!known) {
      return invalid(
          fmt::format("--tolerate {:.40}: there is no such invariant; `doorbuster audit` "
                      "lists them",
                      name));
    }
  }
  return plan;
}

Result<std::optional<Duration>> time_of(const CompareFlags& flags) {
  if (flags.time.empty()) return std::optional<Duration>();
  const auto time = parse_duration(flags.time);
  if (time) return std::optional<Duration>(*time);
  return invalid(
      fmt::format("--time {}: a duration needs a number and a unit, such as \"10m\"", flags.time));
}

// All reports, and comparison.json and its text beside them. What could not be written, or "".
std::string save_all(const RunEnd& ended, const ComparisonResult& comparison) {
  if (!ended.unsaved.empty()) return ended.unsaved;
  std::string unsaved = save_reports(ended.folder, ended.result);
  const auto json = ended.folder.save("comparison.json", to_json(comparison));
  if (!json) unsaved = json.error().message();
  const auto text = ended.folder.save("comparison.md", markdown_comparison(comparison));
  if (!text) unsaved = text.error().message();
  return unsaved;
}

int compare_scenario(const CompareFlags& flags) {
  auto scenario = flags.scenario.load();
  if (!scenario) return kExitUsage;
  auto plan = plan_of(flags, *scenario);
  if (!plan) return complain(plan.error().message());
  const auto time = time_of(flags);
  if (!time) return complain(time.error().message());
  std::vector<std::string> names;
  for (const StrategyChoice& choice : scenario->strategies) names.push_back(choice.name);
  if (names.size() < 2) {
    return complain("there is one strategy, and a comparison needs two: --strategy NAME NAME");
  }
  ComparisonCourse course(std::move(*plan), names, scenario->repetitions, *time);
  scenario->repetitions = course.fewest();
  scenario->resolved = resolved_values(*scenario);

  RunSettings settings = flags.stores.settings();
  settings.shuffled = true;
  const Duration began = steady_now();
  settings.next_block = [&](const RunResult& so_far) {
    return course.next_block(so_far, steady_now() - began);
  };
  ProgressDisplay display(flags.quiet);
  RunObserver observer;
  observer.on_phase = [&](std::string_view what) { display.phase(what); };
  observer.on_progress = [&](const RunObserver::Progress& progress) { display.show(progress); };
  std::string unsaved;
  observer.on_saved = [&](const RunResult& result, const RunFolder& folder) {
    if (auto failed = save_first_report(folder, result); !failed.empty()) unsaved = failed;
  };
  const auto ended = run_scenario(*scenario, settings, observer);
  display.clear();
  if (!ended) return complain(ended.error().message());
  const ComparisonResult comparison = course.conclude(ended->result);
  if (auto failed = save_all(*ended, comparison); !failed.empty()) unsaved = failed;
  if (!unsaved.empty()) complain(unsaved);
  fmt::print("{}",
             flags.json ? to_json(comparison) : terminal_comparison(comparison, terminal_style()));
  if (ended->signal != 0) return 128 + ended->signal;
  return unsaved.empty() ? exit_code_of(comparison.verdict) : kExitUsage;
}

}  // namespace

void add_compare_command(CLI::App& app, int& code) {
  auto* command =
      app.add_subcommand("compare", "Every strategy in randomised blocks, and which one to choose");
  auto flags = std::make_shared<CompareFlags>();
  flags->scenario.add_options(*command);
  flags->stores.add_options(*command);
  command->add_option("--goal", flags->goal, "the metric that decides, stated before you look")
      ->capture_default_str();
  command->add_option(
      "--time", flags->time,
      "go on until it is clear, for \"30m\" at most; else as many blocks as it takes "
      "to show anything, 5 at least");
  command->add_option("--margin", flags->margin_percent, "a smaller difference, in %, is none")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--level", flags->level_percent, "of a false difference, in %")
      ->check(CLI::Range(0.01, 50.0))
      ->capture_default_str();
  command->add_option("--tolerate", flags->tolerated, "invariants that may break");
  command->add_flag("--json", flags->json, "comparison.json on stdout, and nothing else there");
  command->add_flag("--quiet", flags->quiet, "no progress on stderr");
  command->callback([flags, &code] { code = compare_scenario(*flags); });
}

}  // namespace doorbuster
