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
#include "cli/decision_output.h"
#include "cli/live_view.h"
#include "cli/load_search.h"
#include "cli/scenario_source.h"
#include "cli/store_flags.h"
#include "cli/sweep_run.h"
#include "cli/usage.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

struct CompareFlags {
  ScenarioSource scenario;
  StoreFlags stores;
  std::string goal = "buy.p99";
  SloFlag slo;
  std::string time;
  std::vector<std::string> sweep;
  double level_percent = 5;
  double margin_percent = 5;
  std::vector<std::string> tolerated;
  LiveFlags live;
  bool json = false;
};

bool by_capacity(const CompareFlags& flags) { return flags.goal == capacity_figure().name; }

Result<Figure> goal_of(const CompareFlags& flags) {
  if (by_capacity(flags)) return capacity_figure();
  auto goal = figure_named(flags.goal);
  if (!goal) return invalid(goal.error().message() + ", or capacity");
  if (flags.slo.expressions.empty()) return goal;
  return invalid("--slo: only --goal capacity keeps it; else use [[thresholds]] in the scenario");
}

Result<ComparePlan> plan_of(const CompareFlags& flags, const Scenario& scenario) {
  auto goal = goal_of(flags);
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

int exit_code_after(int signal, bool is_whole, Verdict verdict) {
  if (signal != 0) return 128 + signal;
  return is_whole ? exit_code_of(verdict) : kExitUsage;
}

// One comparison of the scenario with these keys set too. Nothing in the optional: what is wrong
// with the scenario itself has been said.
Result<std::optional<ComparisonRun>> planned(const CompareFlags& flags,
                                             const std::vector<std::string>& sets) {
  auto scenario = flags.scenario.load(sets);
  if (!scenario) return std::optional<ComparisonRun>();
  auto plan = plan_of(flags, *scenario);
  if (!plan) return plan.error();
  const auto time = time_of(flags);
  if (!time) return time.error();
  if (scenario->strategies.size() < 2) return invalid(std::string(kTooFew));
  if (by_capacity(flags)) {
    if (auto added = flags.slo.add_to(*scenario); !added) return added.error();
    if (auto ready = ready_for_search(*scenario); !ready) return ready.error();
  }
  return std::optional<ComparisonRun>({.scenario = std::move(*scenario),
                                       .plan = std::move(*plan),
                                       .time = *time,
                                       .settings = flags.stores.settings()});
}

int compare_once(const CompareFlags& flags) {
  auto run = planned(flags, {});
  if (!run) return complain(run.error().message());
  if (!*run) return kExitUsage;
  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  const auto ended = run_comparison(std::move(**run), **view);
  if (!ended) return complain(ended.error().message());
  if (!ended->unsaved.empty()) complain(ended->unsaved);
  const DecisionForms forms = forms_of(ended->comparison);
  fmt::print("{}", flags.json ? forms.json : forms.terminal);
  return exit_code_after(ended->signal, ended->unsaved.empty(), ended->comparison.verdict);
}

constexpr std::size_t kMostSweptKeys = 2;
constexpr std::size_t kMostSweptCells = 100;  // a comparison each

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
    std::string value(rest.substr(0, comma));
    if (std::ranges::find(swept.values, value) != swept.values.end()) {
      return invalid(fmt::format("--sweep {:.80}: {:.40} stands there twice", assignment, value));
    }
    swept.values.push_back(std::move(value));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!swept.key.empty() && swept.values.size() >= 2) return swept;
  return invalid(
      fmt::format("--sweep {:.80}: a sweep needs a key and two values at least, such as "
                  "buyers.read_share=0.5,0.9",
                  assignment));
}

// The second is of no name and one empty value where one key is swept.
Result<std::pair<SweptKey, SweptKey>> swept_keys(const CompareFlags& flags) {
  if (flags.sweep.size() > kMostSweptKeys) {
    return invalid(fmt::format("--sweep stands there {} times: two keys at most are swept at once",
                               flags.sweep.size()));
  }
  auto first = swept_key(flags.sweep.front());
  if (!first) return first.error();
  const bool one = flags.sweep.size() == 1;
  auto second = one ? Result(SweptKey{"", {""}}) : swept_key(flags.sweep.back());
  if (!second) return second.error();
  if (first->key == second->key) {
    return invalid(fmt::format("--sweep {:.80}: this key is swept already", flags.sweep.back()));
  }
  const std::size_t cells = first->values.size() * second->values.size();
  if (cells > kMostSweptCells) {
    return invalid(
        fmt::format("--sweep: {} comparisons; {} at most are made", cells, kMostSweptCells));
  }
  return std::pair(std::move(*first), std::move(*second));
}

// All cells are looked at before anything starts. An error without words: they have been said.
Result<std::vector<SweptRun>> runs_of(const CompareFlags& flags, const SweptKey& first,
                                      const SweptKey& second) {
  const auto cells = static_cast<int>(first.values.size() * second.values.size());
  std::vector<SweptRun> runs;
  for (const std::string& row : second.values) {
    for (const std::string& value : first.values) {
      std::vector<std::string> sets = {first.key + "=" + value};
      if (!second.key.empty()) sets.push_back(second.key + "=" + row);
      auto run = planned(flags, sets);
      if (!run) return run.error();
      if (!*run) return invalid("");
      // One false flip in the whole sweep.
      (*run)->plan.level /= cells;
      (*run)->plan.look_level = (*run)->plan.level;
      if ((*run)->time) *(*run)->time /= cells;
      runs.push_back({value, row, std::move(**run)});
    }
  }
  return runs;
}

int compare_over(const CompareFlags& flags) {
  const auto keys = swept_keys(flags);
  if (!keys) return complain(keys.error().message());
  const auto& [first, second] = *keys;
  auto runs = runs_of(flags, first, second);
  if (!runs) {
    return runs.error().message().empty() ? kExitUsage : complain(runs.error().message());
  }
  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  const SweepPlan plan{.first = first.key,
                       .second = second.key,
                       .level = flags.level_percent / 100,
                       .kept = by_capacity(flags) ? kept_in_words(runs->front().run.scenario) : ""};
  auto ended = run_sweep(plan, *runs, [&](const SweptRun& cell) {
    (*view)->display().phase(cell_in_words(plan, cell));
    return run_comparison(cell.run, **view);
  });
  if (!ended) return complain(ended.error().message());
  const DecisionForms forms = forms_of(ended->result);
  if (auto failed = save_decision(ended->folder.path(), forms); !failed.empty()) {
    ended->is_whole = false;
    complain(failed);
  }
  fmt::print("{}", flags.json ? forms.json : forms.terminal);
  return exit_code_after(ended->signal, ended->is_whole, ended->result.verdict);
}

}  // namespace

void add_compare_command(CLI::App& app, int& code) {
  auto* command =
      app.add_subcommand("compare", "Every strategy in randomised blocks, and which one to choose");
  auto flags = std::make_shared<CompareFlags>();
  flags->scenario.add_options(*command);
  flags->stores.add_options(*command);
  command
      ->add_option("--goal", flags->goal,
                   "what decides, stated before you look: a metric at the given load, or "
                   "capacity; what it does not tell apart, cost does: statements a sale, then the "
                   "wait for a connection, then CPU a sale")
      ->capture_default_str();
  flags->slo.add_option(*command);
  command->add_option(
      "--time", flags->time,
      "go on until it is clear, for \"30m\" at most; else as many blocks as it takes "
      "to show anything, 5 at least");
  command
      ->add_option("--sweep", flags->sweep,
                   "key=v1,v2,...: a comparison at each value, and where the answer flips; "
                   "twice: a grid of two keys")
      ->allow_extra_args(false);
  command->add_option("--margin", flags->margin_percent, "a smaller difference, in %, is none")
      ->check(at_least_zero())
      ->capture_default_str();
  command
      ->add_option(
          "--level", flags->level_percent,
          "the chance, in %, that even one of all pairs is called different in the goal by "
          "luck alone (family-wise error)")
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
