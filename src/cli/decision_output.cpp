#include "cli/decision_output.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <utility>

#include "cli/app.h"
#include "cli/console.h"
#include "cli/usage.h"
#include "decide/check.h"
#include "report/capacity_report.h"
#include "report/comparison_report.h"
#include "report/decision_pages.h"
#include "report/sweep_report.h"
#include "results/folder.h"

namespace doorbuster {

DecisionForms forms_of(const ComparisonResult& comparison) {
  return {.name = "comparison",
          .json = to_json(comparison),
          .markdown = markdown_comparison(comparison),
          .junit = "",
          .terminal = terminal_comparison(comparison, terminal_style()),
          .html = html_comparison(comparison)};
}

DecisionForms forms_of(const SweepResult& sweep) {
  return {.name = "sweep",
          .json = to_json(sweep),
          .markdown = markdown_sweep(sweep),
          .junit = "",
          .terminal = terminal_sweep(sweep, terminal_style()),
          .html = html_sweep(sweep)};
}

DecisionForms forms_of(const CapacityResult& capacity) {
  return {.name = "capacity",
          .json = to_json(capacity),
          .markdown = markdown_capacity(capacity),
          .junit = "",
          .terminal = terminal_capacity(capacity, terminal_style()),
          .html = html_capacity(capacity)};
}

std::string save_pages(const std::filesystem::path& folder, const DecisionForms& forms) {
  const std::pair<const char*, const std::string&> files[] = {{".md", forms.markdown},
                                                              {".html", forms.html}};
  for (const auto& [ending, text] : files) {
    if (auto saved = write_file(folder / (forms.name + ending), text); !saved) {
      return saved.error().message();
    }
  }
  return "";
}

std::string save_decision(const std::filesystem::path& folder, const DecisionForms& forms) {
  auto saved = write_file(folder / (forms.name + ".json"), forms.json);
  return saved ? save_pages(folder, forms) : saved.error().message();
}

namespace {

template <class T>
Result<Done> add_decision(const std::filesystem::path& file, Result<T> (*read)(std::string_view),
                          std::vector<DecisionForms>& all) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return Done{};
  const auto text = read_results_file(file);
  if (!text) return text.error();
  const auto decision = read(*text);
  if (!decision) {
    return decision.error().with_message(
        fmt::format("{}: {}", file.string(), decision.error().message()));
  }
  all.push_back(forms_of(*decision));
  return Done{};
}

}  // namespace

Result<std::vector<DecisionForms>> decisions_in(const std::filesystem::path& folder) {
  std::vector<DecisionForms> all;
  auto read = add_decision(folder / "sweep.json", &sweep_from_json, all);
  if (read) read = add_decision(folder / "comparison.json", &comparison_from_json, all);
  if (read) read = add_decision(folder / "capacity.json", &capacity_from_json, all);
  if (!read) return read.error();
  return all;
}

void DecisionOutput::add_options(CLI::App& command) {
  command.add_option("--out", out_, "a folder for all forms: JSON, Markdown, JUnit's XML");
  command.add_option("--format", format_, "on stdout: terminal, json, markdown, junit")
      ->check(CLI::IsMember({"terminal", "json", "markdown", "junit"}))
      ->capture_default_str();
}

void ChangeFlags::add_options(CLI::App& command) {
  command.add_option("--metric", metrics,
                     "what is tested, declared before you look: buy.p99, answered_share (closed: "
                     "achieved) and cpu unless you say");
  command.add_option("--threshold", threshold_percent, "a smaller change, in %, is none")
      ->check(at_least_zero())
      ->capture_default_str();
  command
      .add_option("--level", level_percent,
                  "the chance, in %, of even one false alarm in all of it (family-wise error)")
      ->check(CLI::Range(0.01, 50.0))
      ->capture_default_str();
  command.add_flag("--allow-different", allow_different,
                   "take other scenarios, machines, settings or builds too");
  output.add_options(command);
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
