#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/app.h"
#include "cli/commands.h"
#include "results/history_export.h"
#include "results/history_files.h"

namespace doorbuster {
namespace {

struct ExportFlags {
  std::string folder;
  std::string trial;
  std::string csv;
  bool edn = false;
  bool jsonl = false;
};

Result<Done> export_as_asked(const HistoryFile& history, const ExportFlags& flags,
                             const std::filesystem::path& csv_folder) {
  if (!flags.csv.empty()) return export_csv(history, csv_folder);
  auto output = TextOutput::to_stdout();
  return flags.edn ? export_edn(history, output) : export_jsonl(history, output);
}

// One history to where it belongs. A damaged one gives what can be read of it, and is undecided.
int export_one(const std::filesystem::path& file, const ExportFlags& flags,
               const std::filesystem::path& csv_folder) {
  const auto history = HistoryFile::open(file);
  if (!history) return complain(history.error().message());
  if (auto done = export_as_asked(*history, flags, csv_folder); !done) {
    return complain(done.error().message());
  }
  if (history->damage()) {
    warn(*history->damage());
    return kExitUndecided;
  }
  const HistoryEnd& end = *history->end();
  if (end.dropped + end.views_dropped > 0) {
    warn(fmt::format("{}: the disk was too slow for {} purchases and {} views, which are missing",
                     file.string(), end.dropped, end.views_dropped));
  }
  if (!end.truth) {
    warn(fmt::format("{}: it has no ground truth, for nobody could read it", file.string()));
  }
  return kExitHolds;
}

int export_all(const ExportFlags& flags) {
  const auto files = find_histories(flags.folder, flags.trial);
  if (!files) return complain(files.error().message());
  if (files->size() > 1 && flags.csv.empty()) {
    return complain(fmt::format("{} holds {} histories: name one with --trial, as {}", flags.folder,
                                files->size(), trial_of(files->front())));
  }
  int code = kExitHolds;
  for (const auto& file : *files) {
    std::filesystem::path own = flags.csv;
    if (files->size() > 1) own /= trial_of(file);
    code = std::max(code, export_one(file, flags, own));
  }
  return code;
}

}  // namespace

void add_history_command(CLI::App& app, int& code) {
  auto* history = app.add_subcommand("history", "The history of a run, for other programs");
  history->require_subcommand(1);
  auto* command = history->add_subcommand("export", "As CSV, Jepsen's EDN or JSON lines");
  auto flags = std::make_shared<ExportFlags>();
  command->add_option("dir", flags->folder, "a run's folder, or one history (.dbh)")->required();
  command->add_option("--trial", flags->trial, "the one, as cache-aside.1");
  auto* forms = command->add_option_group("form");
  forms->add_option("--csv", flags->csv,
                    "five files into this folder; of several trials, into a folder of each");
  forms->add_flag("--edn", flags->edn, "events of Jepsen, to stdout");
  forms->add_flag("--jsonl", flags->jsonl, "a line an operation, as for Porcupine, to stdout");
  forms->require_option(1);
  command->callback([flags, &code] { code = export_all(*flags); });
}

}  // namespace doorbuster
