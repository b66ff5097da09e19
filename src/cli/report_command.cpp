#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "report/markdown.h"
#include "results/folder.h"

namespace doorbuster {
namespace {

struct ReportFlags {
  std::string folder = std::string(kDefaultResultsRoot) + "/latest";
  std::string format = "terminal";
};

int report(const ReportFlags& flags) {
  const auto result = load_result(flags.folder);
  if (!result) return complain(result.error().message());
  const std::filesystem::path path = flags.folder;
  if (flags.format == "json") {
    fmt::print("{}", to_json(*result));
  } else if (flags.format == "markdown") {
    fmt::print("{}", markdown_report(*result));
  } else {
    std::string written;
    if (std::filesystem::is_directory(path)) {
      written = (path / "report.md").string();
      if (auto saved = write_file(written, markdown_report(*result)); !saved) {
        return complain(saved.error().message());
      }
    }
    fmt::print("{}", terminal_report(*result, written, terminal_style()));
  }
  return kExitHolds;
}

}  // namespace

void add_report_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("report", "The reports again, from saved results");
  auto flags = std::make_shared<ReportFlags>();
  command->add_option("dir", flags->folder, "a run's folder, or its result.json")
      ->capture_default_str();
  command->add_option("--format", flags->format, "terminal (and report.md anew), markdown, json")
      ->check(CLI::IsMember({"terminal", "markdown", "json"}))
      ->capture_default_str();
  command->callback([flags, &code] { code = report(*flags); });
}

}  // namespace doorbuster
