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

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kEnding) files.push_back(entry.path());
  }
  std::ranges::sort(files, {}, [](const fs::path& file) { return rank(trial_of(file)); });
  return files;
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
  if (!fs::exists(where, error)) {
    return invalid(fmt::format("there is no {}: name the folder of a run, as results/runs/latest",
                               where.string()));
  }
  std::vector<fs::path> files{where};
  if (fs::is_directory(where, error)) {
    files = files_in(where / "history");
    if (files.empty()) files = files_in(where);
    if (files.empty()) {
      return invalid(
          fmt::format("{} holds no history: a run keeps one as history/TRIAL.dbh", where.string()));
    }
  }
  if (trial.empty()) return files;
  const auto found = std::ranges::find(files, trial, trial_of);
  if (found != files.end()) return std::vector{*found};
  return invalid(fmt::format("{} holds no history of a trial {}: there are {}", where.string(),
                             trial, names_of(files)));
}

}  // namespace doorbuster
