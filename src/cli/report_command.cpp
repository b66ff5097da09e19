#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "report/reports.h"
#include "results/folder.h"

namespace doorbuster {
namespace {

struct ReportFlags {
  std::string folder = std::string(kDefaultResultsRoot) + "/latest";
  std::string format = "terminal";
};

std::vector<std::string> formats() {
  std::vector<std::string> names = {"terminal", "json"};
  for (const ReportForm& form : report_forms()) names.emplace_back(form.name);
  return names;
}

int report(const ReportFlags& flags) {
  const auto result = load_result(flags.folder);
  if (!result) return complain(result.error().message());
  if (flags.format == "json") {
    fmt::print("{}", to_json(*result));
    return kExitHolds;
  }
  for (const ReportForm& form : report_forms()) {
    if (flags.format != form.name) continue;
    fmt::print("{}", form.text(*result));
    return kExitHolds;
  }
  const std::filesystem::path path = flags.folder;
  std::string shown;
  if (std::filesystem::is_directory(path)) {
    for (const ReportForm& form : report_forms()) {
      const std::filesystem::path file = path / form.file;
      if (auto saved = write_file(file, form.text(*result)); !saved) {
        return complain(saved.error().message());
      }
    }
    shown = (path / kPageFile).string();
  }
  fmt::print("{}", terminal_report(*result, shown, terminal_style()));
  return kExitHolds;
}

}  // namespace

void add_report_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("report", "The reports again, from saved results");
  auto flags = std::make_shared<ReportFlags>();
  command->add_option("dir", flags->folder, "a run's folder, or its result.json")
      ->capture_default_str();
  command
      ->add_option("--format", flags->format,
                   "terminal, and the files of all others anew; any other form on stdout")
      ->check(CLI::IsMember(formats()))
      ->capture_default_str();
  command->callback([flags, &code] { code = report(*flags); });
}

}  // namespace doorbuster
