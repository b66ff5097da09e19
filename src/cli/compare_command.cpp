#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "audit/audit.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/comparison_run.h"
#include "cli/console.h"
#include "cli/decision_output.h"
#include "cli/live_view.h"
#include "cli/scenario_source.h"
#include "cli/store_flags.h"
#include "cli/usage.h"
#include "decide/sweep.h"
#include "report/comparison_report.h"
#include "report/sweep_report.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

struct CompareFlags {
  ScenarioSource scenario;
  StoreFlags stores;
  std::string goal = "buy.p99";
  std::string time;
  std::string sweep;
  double level_percent = 5;
  double margin_percent = 5;
  std::vector<std::string> tolerated;
  LiveFlags live;
  bool json = false;
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
  if (time && *time > Duration{}) return std::optional<Duration>(*time);
  return invalid(fmt::format(
      "--time {}: a duration above 0 is needed, with its unit, such as \"10m\"", flags.time));
}

constexpr std::string_view kTooFew =
    "there is one strategy, and a comparison needs two: --strategy NAME NAME";

int exit_code_after(const ComparedRun& ended, Verdict verdict) {
  if (ended.signal != 0) return 128 + ended.signal;
  return ended.unsaved.empty() ? exit_code_of(verdict) : kExitUsage;
}

int compare_once(const CompareFlags& flags) {
  auto scenario = flags.scenario.load();
  if (!scenario) return kExitUsage;
  auto plan = plan_of(flags, *scenario);
  if (!plan) return complain(plan.error().message());
  const auto time = time_of(flags);
  if (!time) return complain(time.error().message());
  if (scenario->strategies.size() < 2) return complain(kTooFew);
  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  const auto ended = run_comparison({.scenario = std::move(*scenario),
                                     .plan = std::move(*plan),
                                     .time = *time,
                                     .settings = flags.stores.settings()},
                                    **view);
  if (!ended) return complain(ended.error().message());
  if (!ended->unsaved.empty()) complain(ended->unsaved);
  fmt::print("{}", flags.json ? to_json(ended->comparison)
                              : terminal_comparison(ended->comparison, terminal_style()));
  return exit_code_after(*ended, ended->comparison.verdict);
}

// "key=1,2,3"
struct SweptKey {
  std::string key;
  std::vector<std::string> values;
};

Result<SweptKey> swept_key(const std::string& assignment) {
  SweptKey swept;
  const auto equals = assignment.find('=');
  swept.key = assignment.substr(0, equals);
  std::string_view rest =
      equals == std::string::npos ? "" : std::string_view(assignment).substr(equals + 1);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    swept.values.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!swept.key.empty() && swept.values.size() >= 2) return swept;
  return invalid(
      fmt::format("--sweep {:.80}: a sweep needs a key and two values at least, such as "
                  "buyers.read_share=0.5,0.9",
                  assignment));
}

// All values are looked at before anything starts.
Result<std::vector<ComparisonRun>> runs_of(const CompareFlags& flags, const SweptKey& swept) {
  const auto time = time_of(flags);
  if (!time) return time.error();
  const auto values = static_cast<int>(swept.values.size());
  std::vector<ComparisonRun> runs;
  for (const std::string& value : swept.values) {
    auto scenario = flags.scenario.load(fmt::format("{}={}", swept.key, value));
    if (!scenario) return invalid("");  // said already
    auto plan = plan_of(flags, *scenario);
    if (!plan) return plan.error();
    // One false flip in the whole sweep.
    plan->level /= values;
    plan->look_level = plan->level;
    if (scenario->strategies.size() < 2) return invalid(std::string(kTooFew));
    runs.push_back({.scenario = std::move(*scenario),
                    .plan = std::move(*plan),
                    .time = *time ? std::optional(**time / values) : std::nullopt,
                    .settings = flags.stores.settings()});
  }
  return runs;
}

int compare_over(const CompareFlags& flags) {
  const auto swept = swept_key(flags.sweep);
  if (!swept) return complain(swept.error().message());
  auto runs = runs_of(flags, *swept);
  if (!runs) {
    return runs.error().message().empty() ? kExitUsage : complain(runs.error().message());
  }
  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  std::vector<SweptComparison> comparisons;
  std::optional<ComparedRun> last;
  for (std::size_t i = 0; i < runs->size() && !(last && last->signal != 0); ++i) {
    (*view)->display().phase(fmt::format("{} = {}", swept->key, swept->values[i]));
    auto ended = run_comparison(std::move((*runs)[i]), **view);
    if (!ended) return complain(ended.error().message());
    if (!ended->unsaved.empty()) complain(ended->unsaved);
    comparisons.emplace_back(swept->values[i], ended->comparison);
    last.emplace(std::move(*ended));
  }
  const SweepResult result = sweep(swept->key, flags.level_percent / 100, comparisons);
  for (const auto& [name, text] :
       {std::pair("sweep.json", to_json(result)), std::pair("sweep.md", markdown_sweep(result))}) {
    if (auto saved = last->folder.save(name, text); !saved) {
      last->unsaved = saved.error().message();
      complain(last->unsaved);
    }
  }
  fmt::print("{}", flags.json ? to_json(result) : terminal_sweep(result, terminal_style()));
  return exit_code_after(*last, result.verdict);
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
  command->add_option("--sweep", flags->sweep,
                      "key=v1,v2,...: a comparison at each value, and where the answer flips");
  command->add_option("--margin", flags->margin_percent, "a smaller difference, in %, is none")
      ->check(at_least_zero())
      ->capture_default_str();
  command
      ->add_option("--level", flags->level_percent,
                   "the chance, in %, that of all the pairs even one is called different by luck "
                   "alone (family-wise error)")
      ->check(CLI::Range(0.01, 50.0))
      ->capture_default_str();
  command->add_option("--tolerate", flags->tolerated, "invariants that may break");
  command->add_flag("--json", flags->json,
                    "comparison.json, or sweep.json, on stdout and nothing else there");
  flags->live.add_options(*command);
  command->callback([flags, &code] {
    code = flags->sweep.empty() ? compare_once(*flags) : compare_over(*flags);
  });
}

}  // namespace doorbuster
