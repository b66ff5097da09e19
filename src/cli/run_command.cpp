#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/scenario_source.h"
#include "report/reports.h"
#include "report/terminal.h"
#include "run/expectations.h"
#include "run/runner.h"

namespace doorbuster {
namespace {

struct RunFlags {
  ScenarioSource scenario;
  RunSettings settings;
  std::string out{kDefaultResultsRoot};
  bool json = false;
  bool quiet = false;
};

std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// A flag wins over the environment; the environment that users already have wins over throwaway
// servers.
void fill_in_addresses(StoreAddresses& stores) {
  if (stores.redis.empty()) stores.redis = environment_variable("REDIS_URL");
  if (!stores.postgres.empty()) return;
  stores.postgres = environment_variable("DATABASE_URL");
  if (!stores.postgres.empty()) return;
  for (const char* name : {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGPORT", "PGDATABASE"}) {
    if (!environment_variable(name).empty()) stores.postgres = kPostgresFromEnvironment;
  }
}

std::string report_path(const RunFolder& folder) { return (folder.path() / kPageFile).string(); }

int run(RunFlags& flags) {
  const auto scenario = flags.scenario.load();
  if (!scenario) return kExitUsage;
  if (!flags.settings.simulated) fill_in_addresses(flags.settings.stores);
  flags.settings.out = flags.out;

  ProgressDisplay display(flags.quiet);
  RunObserver observer;
  observer.on_phase = [&](std::string_view what) { display.phase(what); };
  observer.on_progress = [&](const RunObserver::Progress& progress) { display.show(progress); };
  std::string unsaved;
  observer.on_saved = [&](const RunResult& result, const RunFolder& folder) {
    const ReportForm& first = report_forms().front();
    if (auto saved = folder.save(first.file, first.text(result)); !saved) {
      unsaved = saved.error().message();
    }
  };
  const auto ended = run_scenario(*scenario, flags.settings, observer);
  display.clear();
  if (!ended) return complain(ended.error().message());
  for (const ReportForm& form : report_forms()) {
    if (!ended->unsaved.empty()) break;
    if (auto saved = ended->folder.save(form.file, form.text(ended->result)); !saved) {
      unsaved = saved.error().message();
    }
  }
  if (!ended->unsaved.empty()) unsaved = ended->unsaved;
  if (!unsaved.empty()) complain(unsaved);

  if (flags.json) {
    fmt::print("{}", to_json(ended->result));
  } else {
    fmt::print("{}", terminal_report(ended->result, report_path(ended->folder), terminal_style()));
  }
  if (!ended->unsaved.empty() && ended->signal == 0) return kExitUsage;
  return exit_code(ended->result, ended->signal);
}

}  // namespace

void add_run_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("run", "Run a scenario; the database gives the verdict");
  auto flags = std::make_shared<RunFlags>();
  flags->scenario.add_options(*command);
  auto& stores = flags->settings.stores;
  command->add_option("--redis", stores.redis,
                      "redis://... instead of REDIS_URL or a throwaway one");
  command->add_option("--postgres", stores.postgres,
                      "postgresql://... instead of DATABASE_URL, PGHOST");
  command->add_flag("--allow-remote", stores.allow_remote,
                    "send load to stores that are not on this machine");
  command->add_flag("--simulated", flags->settings.simulated,
                    "simulated stores in virtual time: no server");
  command->add_option("--out", flags->out, "the folder of results")->capture_default_str();
  command->add_flag("--history", flags->settings.whole_history,
                    "keep every view in the history, however many");
  command->add_flag("--json", flags->json, "result.json on stdout, and nothing else there");
  command->add_flag("--quiet", flags->quiet, "no progress on stderr");
  command->callback([flags, &code] { code = run(*flags); });
}

}  // namespace doorbuster
