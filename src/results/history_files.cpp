#include "results/history_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

namespace doorbuster {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kEnding = ".dbh";
constexpr std::size_t kMostNamed = 8;  // trials that a complaint lists

// Repetitions in the order of their numbers: 2 before 10.
auto rank(const std::string& trial) {
  const std::size_t dot = std::min(trial.rfind('.'), trial.size());
  const std::string number = trial.substr(dot);
  return std::tuple(trial.substr(0, dot), number.size(), number);
}

// Empty where the folder is not there.
Result<std::vector<fs::path>> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kEnding) files.push_back(entry.path());
  }
  if (error) {
    return system_error(fmt::format("cannot read {}: {}", folder.string(), error.message()));
  }
  std::ranges::sort(files, {}, [](const fs::path& file) { return rank(trial_of(file)); });
  return files;
}

Error no_histories(const fs::path& where) {
  std::error_code none;
  if (fs::exists(where / "history", none)) {
    return invalid(
        fmt::format("{} holds no history: its folder history is empty, for the run ended before "
                    "its first trial or could not write there; its result.json says which",
                    where.string()));
  }
  return invalid(
      fmt::format("{} holds no history, which a run keeps as history/TRIAL.dbh: name the folder "
                  "of a run, as results/runs/latest",
                  where.string()));
}

std::string names_of(const std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(names.size() == kMostNamed ? "..." : trial_of(file));
    if (names.size() > kMostNamed) break;
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

fs::path history_file(std::string_view strategy, int repetition) {
  std::string name;
  for (const char c : strategy) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !name.empty());
    name += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return fs::path("history") / fmt::format("{}.{}{}", name, repetition, kEnding);
}

std::string trial_of(const fs::path& file) { return file.stem().string(); }

Result<std::vector<fs::path>> find_histories(const fs::path& where, std::string_view trial) {
  std::error_code error;
  const fs::file_status status = fs::status(where, error);
  if (status.type() == fs::file_type::none) {
    return system_error(fmt::format("cannot read {}: {}", where.string(), error.message()));
  }
  if (!fs::exists(status)) {
    return invalid(fmt::format("there is no {}: name the folder of a run, as results/runs/latest",
                               where.string()));
  }
  std::vector<fs::path> files{where};
  if (fs::is_directory(status)) {
    auto found = files_in(where / "history");
    if (found && found->empty()) found = files_in(where);
    if (!found) return found;
    if (found->empty()) return no_histories(where);
    files = *std::move(found);
  }
  if (trial.empty()) return files;
  const auto found = std::ranges::find(files, trial, trial_of);
  if (found != files.end()) return std::vector{*found};
  return invalid(fmt::format("{} holds no history of a trial {}: there are {}", where.string(),
                             trial, names_of(files)));
}

}  // namespace doorbuster
