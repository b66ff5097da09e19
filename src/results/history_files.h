// Where the histories of a run stand: <run's folder>/history/<trial>.dbh, one file a trial, a trial
// being a strategy and its repetition, "cache-aside.1".
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorbuster {

// "history/cache-aside.1.dbh", within the run's folder. Two strategies never share a name; what a
// file name should not hold stands there as %xx.
std::filesystem::path history_file(std::string_view strategy, int repetition);

// "cache-aside.1" of a history's file.
std::string trial_of(const std::filesystem::path& file);

// The histories of a run's folder, or of a folder that holds such files, or the one file: by
// strategy, then by repetition. With a `trial` that one alone. An error: there is none.
Result<std::vector<std::filesystem::path>> find_histories(const std::filesystem::path& where,
                                                          std::string_view trial);

}  // namespace doorbuster
