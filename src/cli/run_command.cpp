#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/live_view.h"
#include "cli/saved_reports.h"
#include "cli/scenario_source.h"
#include "cli/store_flags.h"
#include "report/reports.h"
#include "report/terminal.h"
#include "run/expectations.h"
#include "run/runner.h"

namespace doorbuster {
namespace {

struct RunFlags {
  ScenarioSource scenario;
  StoreFlags stores;
  LiveFlags live;
  bool json = false;
};

std::string report_path(const RunFolder& folder) { return (folder.path() / kPageFile).string(); }

int run(RunFlags& flags) {
  const auto scenario = flags.scenario.load();
  if (!scenario) return kExitUsage;

  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  RunObserver observer = (*view)->observer();
  std::string unsaved;
  observer.on_saved = [&](const RunResult& result, const RunFolder& folder) {
    if (auto failed = save_first_report(folder.path(), result); !failed.empty()) unsaved = failed;
  };
  const auto ended = run_scenario(*scenario, flags.stores.settings(), observer);
  (*view)->display().clear();
  if (!ended) return complain(ended.error().message());
  if (!ended->unsaved.empty()) {
    unsaved = ended->unsaved;
  } else if (auto failed = save_reports(ended->folder.path(), ended->result); !failed.empty()) {
    unsaved = failed;
  }
  if (!unsaved.empty()) complain(unsaved);

  if (flags.json) {
    fmt::print("{}", to_json(ended->result));
  } else {
    const std::string report = ended->unsaved.empty() ? report_path(ended->folder) : "";
    fmt::print("{}", terminal_report(ended->result, report, terminal_style()));
  }
  if (!ended->unsaved.empty() && ended->signal == 0) return kExitUsage;
  return exit_code(ended->result, ended->signal);
}

}  // namespace

void add_run_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("run", "Run a scenario; the database gives the verdict");
  auto flags = std::make_shared<RunFlags>();
  flags->scenario.add_options(*command);
  flags->stores.add_options(*command);
  command->add_flag("--json", flags->json, "result.json on stdout, and nothing else there");
  flags->live.add_options(*command);
  command->callback([flags, &code] { code = run(*flags); });
}

}  // namespace doorbuster
