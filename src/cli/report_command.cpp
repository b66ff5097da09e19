#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/decision_output.h"
#include "cli/saved_reports.h"
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

// What compare or capacity printed at its end, and the pages of all that the folder holds.
int report_decisions(const std::filesystem::path& folder,
                     const std::vector<DecisionForms>& decisions) {
  fmt::print("{}", decisions.front().terminal);
  for (const DecisionForms& decision : decisions) {
    if (auto failed = save_pages(folder, decision); !failed.empty()) return complain(failed);
  }
  return kExitHolds;
}

// Of a decision that stands alone, as a project keeps it.
int print_decision(const DecisionForms& decision, const std::string& format) {
  const std::string text = format == "json"       ? decision.json
                           : format == "markdown" ? decision.markdown
                           : format == "html"     ? decision.html
                                                  : decision.junit;
  if (text.empty()) {
    return complain(fmt::format("--format {}: a {} has no such form, and there is no result.json",
                                format, decision.name));
  }
  fmt::print("{}", text);
  return kExitHolds;
}

int report(const ReportFlags& flags) {
  const std::filesystem::path path = flags.folder;
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  const bool has_result = !is_folder || std::filesystem::exists(path / "result.json", error);
  std::vector<DecisionForms> decisions;
  if (is_folder && (flags.format == "terminal" || !has_result)) {
    auto found = decisions_in(path);
    if (!found) return complain(found.error().message());
    decisions = *std::move(found);
  }
  if (!decisions.empty() && !has_result) {
    return flags.format == "terminal" ? report_decisions(path, decisions)
                                      : print_decision(decisions.front(), flags.format);
  }
  const auto result = load_result(path);
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
  if (is_folder) {
    if (auto failed = save_reports(path, *result); !failed.empty()) return complain(failed);
  }
  if (!decisions.empty()) return report_decisions(path, decisions);
  fmt::print("{}", terminal_report(*result, is_folder ? (path / kPageFile).string() : "",
                                   terminal_style()));
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
