#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/decision_output.h"
#include "decide/check.h"
#include "decide/comparable.h"
#include "report/check_report.h"
#include "results/result_set.h"
#include "run/environment.h"

namespace doorbuster {
namespace {

struct CheckFlags {
  std::string baseline;
  std::string candidate;
  bool leave_out_invalid = false;
  ChangeFlags change;
};

int check_runs(const CheckFlags& flags) {
  const auto baseline = load_results(flags.baseline);
  if (!baseline) return complain(baseline.error().message());
  const auto candidate = load_results(flags.candidate);
  if (!candidate) return complain(candidate.error().message());
  const auto figures = figures_named(flags.change.metrics, baseline->at(0).result.model);
  if (!figures) return complain(figures.error().message());
  const RunDifferences found = differences_of(results_of(*baseline), results_of(*candidate));
  if (!found.differences.empty() && !flags.change.allow_different) {
    return refuse_differences(found.differences);
  }
  CheckResult result = check(*baseline, *candidate,
                             {.figures = *figures,
                              .level = flags.change.level_percent / 100,
                              .threshold_percent = flags.change.threshold_percent,
                              .leave_out_invalid = flags.leave_out_invalid});
  result.doorbuster_version = version();
  result.differences = found.differences;
  result.notes = found.notes;
  return flags.change.output.give({.name = "check",
                                   .json = to_json(result),
                                   .markdown = markdown_check(result),
                                   .junit = junit_check(result),
                                   .terminal = terminal_check(result, terminal_style())},
                                  result.verdict);
}

}  // namespace

void add_check_command(CLI::App& app, int& code) {
  auto* command =
      app.add_subcommand("check", "Is the candidate worse? Exit 1 on a regression that is real");
  auto flags = std::make_shared<CheckFlags>();
  command->add_option("baseline", flags->baseline, "a result, or a folder of results")->required();
  command->add_option("candidate", flags->candidate, "the same of what is to be judged")
      ->required();
  command->add_flag("--leave-out-invalid", flags->leave_out_invalid,
                    "go without invalid trials instead of staying undecided");
  flags->change.add_options(*command);
  command->callback([flags, &code] { code = check_runs(*flags); });
}

}  // namespace doorbuster
