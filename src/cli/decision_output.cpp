#include "cli/decision_output.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <utility>

#include "cli/app.h"
#include "decide/check.h"
#include "results/folder.h"

namespace doorbuster {

void DecisionOutput::add_options(CLI::App& command) {
  command.add_option("--out", out_, "a folder for all forms: JSON, Markdown, JUnit's XML");
  command.add_option("--format", format_, "on stdout: terminal, json, markdown, junit")
      ->check(CLI::IsMember({"terminal", "json", "markdown", "junit"}))
      ->capture_default_str();
}

int exit_code_of(Verdict verdict) {
  return verdict == Verdict::holds    ? kExitHolds
         : verdict == Verdict::broken ? kExitBroken
                                      : kExitUndecided;
}

Result<std::vector<Figure>> figures_named(const std::vector<std::string>& names,
                                          std::string_view load_model) {
  std::vector<Figure> figures;
  for (const std::string& name : names.empty() ? default_check_figures(load_model) : names) {
    auto figure = figure_named(name);
    if (!figure) return figure.error();
    figures.push_back(std::move(*figure));
  }
  return figures;
}

int refuse_differences(const std::vector<std::string>& differences) {
  for (const std::string& difference : differences) complain(difference);
  return complain(
      "the runs differ, so a difference in their figures would say nothing; --allow-different "
      "compares them all the same");
}

int DecisionOutput::give(const DecisionForms& forms, Verdict verdict) const {
  if (format_ == "junit" && forms.junit.empty()) {
    return complain(fmt::format("--format junit: {} has no such form", forms.name));
  }
  if (!out_.empty()) {
    const std::filesystem::path folder = out_;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      return complain(fmt::format("cannot make the folder {}: {}", out_, failed.message()));
    }
    const std::pair<const char*, const std::string&> files[] = {
        {".json", forms.json}, {".md", forms.markdown}, {".junit.xml", forms.junit}};
    for (const auto& [ending, text] : files) {
      if (text.empty()) continue;
      auto written = write_file(folder / (forms.name + ending), text);
      if (!written) return complain(written.error().message());
    }
  }
  fmt::print("{}", format_ == "json"       ? forms.json
                   : format_ == "markdown" ? forms.markdown
                   : format_ == "junit"    ? forms.junit
                                           : forms.terminal);
  return exit_code_of(verdict);
}

}  // namespace doorbuster
