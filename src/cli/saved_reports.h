// The reports of a run beside its result.json, in its folder.
#pragma once

#include <filesystem>
#include <string>

#include "results/result.h"

namespace doorbuster {

// The first form alone, cheap enough for every trial. What could not be written, or "".
std::string save_first_report(const std::filesystem::path& folder, const RunResult& result);
std::string save_reports(const std::filesystem::path& folder, const RunResult& result);

}  // namespace doorbuster
