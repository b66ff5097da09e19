#include "cli/scenario_source.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <set>

#include "cli/app.h"
#include "cli/usage.h"
#include "report/escape.h"
#include "run/vocabulary.h"
#include "scenario/nearest.h"
#include "scenario/overrides.h"
#include "scenario/parse.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

// A file is taken as it is; a name, such as quick or hazards/redis-lock, is looked for among the
// scenarios.
std::string path_of(const std::string& name) {
  std::error_code ignored;
  if (name.ends_with(".toml") || fs::exists(name, ignored)) return name;
  for (const std::string& folder : scenario_folders()) {
    const fs::path path = fs::path(folder) / (name + ".toml");
    if (fs::exists(path, ignored)) return path.string();
  }
  return name;
}

// "; did you mean flash-sale?" where the name is near to one that is there.
std::string meant_instead_of(const std::string& name) {
  std::vector<std::string> names;
  for (const ScenarioFile& file : scenario_files()) names.push_back(file.name);
  return did_you_mean(name, names);
}

void say(const std::string& problem) { fmt::print(stderr, "{}\n", terminal_safe(problem)); }

}  // namespace

std::vector<std::string> scenario_folders() {
  std::vector<std::string> folders = {"scenarios"};
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return folders;
  const fs::path home = program.parent_path();
  for (const char* beside : {"scenarios", "../../scenarios", "../share/doorbuster/scenarios"}) {
    const fs::path folder = fs::weakly_canonical(home / beside, failed);
    if (!failed && fs::is_directory(folder, failed)) folders.push_back(folder.string());
  }
  return folders;
}

std::vector<ScenarioFile> scenario_files() {
  std::vector<ScenarioFile> files;
  std::set<std::string> seen;
  for (const std::string& folder : scenario_folders()) {
    for (const char* part : {"", "faults", "hazards"}) {
      std::error_code failed;
      std::set<fs::path> sorted;
      for (const auto& entry : fs::directory_iterator(fs::path(folder) / part, failed)) {
        if (entry.path().extension() == ".toml") sorted.insert(entry.path());
      }
      for (const fs::path& path : sorted) {
        const std::string name = fs::path(path).replace_extension().lexically_relative(folder);
        if (seen.insert(name).second) files.push_back({name, path.string()});
      }
    }
  }
  return files;
}

void ScenarioSource::add_options(CLI::App& command) {
  command.add_option("scenario", name_, "a scenario file, or the name of one that ships")
      ->capture_default_str();
  command.add_option("--strategy", strategies_, "only these strategies, in this order");
  command.add_option("--repetitions", repetitions_, "trials of each strategy");
  command.add_option("--duration", duration_, "how long buyers come, \"10s\"; the shape stays");
  command.add_option("--rate", rate_, "the highest rate in sessions/s; the shape stays");
  command.add_option("--seed", seed_, "fixes the arrivals and every buyer's intents")
      ->check(whole_number());
  command.add_option("--set", sets_, "any key of the scenario, as key=value")
      ->allow_extra_args(false);
}

std::optional<Scenario> ScenarioSource::load(const std::vector<std::string>& also) const {
  std::vector<Override> overrides;
  bool failed = false;
  std::vector<std::string> sets = sets_;
  sets.insert(sets.end(), also.begin(), also.end());
  for (const std::string& assignment : sets) {
    auto change = set_override(assignment);
    if (change) {
      overrides.push_back(std::move(*change));
    } else {
      say(change.error().message());
      failed = true;
    }
  }
  if (seed_) overrides.push_back(seed_override(*seed_));
  if (repetitions_) overrides.push_back(repetitions_override(*repetitions_));
  if (!strategies_.empty()) overrides.push_back(strategies_override(strategies_));

  const std::string path = path_of(name_);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    if (const std::string meant = meant_instead_of(name_); !meant.empty()) {
      say(fmt::format("{}: there is no such scenario{}", name_, meant));
      return std::nullopt;
    }
  }
  auto parsed = load_scenario(path, vocabulary(), overrides);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    for (const Problem& problem : *problems) say(to_string(problem));
    return std::nullopt;
  }
  auto& scenario = std::get<Scenario>(parsed);
  const auto change = [&](const Result<Done>& changed) {
    if (changed) return;
    say(changed.error().message());
    failed = true;
  };
  if (rate_) change(scale_rate(scenario, *rate_));
  if (duration_) {
    if (const auto duration = parse_duration(*duration_)) {
      change(scale_duration(scenario, *duration));
    } else {
      say(fmt::format("--duration {}: a duration needs a number and a unit, such as \"10s\"",
                      *duration_));
      failed = true;
    }
  }
  if (failed) return std::nullopt;
  return std::move(scenario);
}

}  // namespace doorbuster
