#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/decision_output.h"
#include "cli/usage.h"
#include "decide/comparable.h"
#include "decide/trend.h"
#include "report/trend_report.h"
#include "results/result_set.h"
#include "run/environment.h"
#include "scenario/problem.h"

namespace doorbuster {
namespace {

struct TrendFlags {
  std::string folder;
  std::string scenario;  // "": the newest run's
  std::uint64_t seed = 1;
  ChangeFlags change;
};

// Keeps the runs of one scenario, by name, and says in a note how many of which others there were.
// An error: there is none of it.
Result<std::string> keep_one_scenario(std::vector<NamedRun>& runs, const TrendFlags& flags) {
  const std::string kept =
      flags.scenario.empty() ? runs.back().result.scenario.name : flags.scenario;
  std::map<std::string, int> others;
  for (const NamedRun& run : runs) {
    if (run.result.scenario.name != kept) ++others[run.result.scenario.name];
  }
  std::erase_if(runs, [&](const NamedRun& run) { return run.result.scenario.name != kept; });
  std::string names;
  for (const auto& [name, count] : others) {
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", printable(name), count);
  }
  if (runs.empty()) {
    return invalid(fmt::format("{} has no run of scenario {}; it has runs of {}", flags.folder,
                               printable(kept), names));
  }
  if (others.empty()) return std::string();
  return fmt::format("{} of scenario {} only, {}; left out, as runs of other scenarios: {}{}",
                     runs.size() == 1 ? "1 run" : fmt::format("{} runs", runs.size()),
                     printable(kept),
                     flags.scenario.empty() ? "which is the newest run's" : "as asked for", names,
                     flags.scenario.empty() ? "; --scenario NAME takes one of these" : "");
}

int trend_of_runs(const TrendFlags& flags) {
  auto runs = load_results(flags.folder);
  if (!runs) return complain(runs.error().message());
  std::string left_out;
  if (!flags.change.allow_different || !flags.scenario.empty()) {
    auto kept = keep_one_scenario(*runs, flags);
    if (!kept) return complain(kept.error().message());
    left_out = *kept;
  }
  const auto figures = figures_named(flags.change.metrics, runs->at(0).result.model);
  if (!figures) return complain(figures.error().message());
  const RunDifferences found = differences_within(results_of(*runs));
  if (!found.differences.empty() && !flags.change.allow_different) {
    return refuse_differences(found.differences);
  }
  TrendResult result = trend(*runs, {.figures = *figures,
                                     .level = flags.change.level_percent / 100,
                                     .threshold_percent = flags.change.threshold_percent,
                                     .seed = flags.seed});
  result.doorbuster_version = version();
  result.differences = found.differences;
  result.notes = found.notes;
  if (!left_out.empty()) result.notes.insert(result.notes.begin(), left_out);
  return flags.change.output.give({.name = "trend",
                                   .json = to_json(result),
                                   .markdown = markdown_trend(result),
                                   .junit = junit_trend(result),
                                   .terminal = terminal_trend(result, terminal_style())},
                                  result.verdict);
}

}  // namespace

void add_trend_command(CLI::App& app, int& code) {
  auto* command =
      app.add_subcommand("trend", "A series of results: what became worse, and since when");
  auto flags = std::make_shared<TrendFlags>();
  command->add_option("dir", flags->folder, "a folder of runs, in order of their start")
      ->required();
  command->add_option("--scenario", flags->scenario,
                      "only runs of the scenario of this name; else those of the newest run's");
  command->add_option("--seed", flags->seed, "of the permutations")
      ->check(whole_number())
      ->capture_default_str();
  flags->change.add_options(*command);
  command->callback([flags, &code] { code = trend_of_runs(*flags); });
}

}  // namespace doorbuster
