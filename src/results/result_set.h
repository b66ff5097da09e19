// Several results at once: what check and trend are given.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "results/result.h"

namespace doorbuster {

// A result and where it came from.
struct NamedRun {
  std::string file;
  RunResult result;
};

// Of a result.json, a run's folder, or a folder of runs' folders; oldest first. Links are passed
// over, for results/runs/latest is a run that is there already. An error: there is none, or one of
// them cannot be read.
Result<std::vector<NamedRun>> load_results(const std::filesystem::path& where);

}  // namespace doorbuster
