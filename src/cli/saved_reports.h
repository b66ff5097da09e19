// The reports of a run beside its result.json: shared by run and compare.
#pragma once

#include <string>

#include "results/folder.h"
#include "results/result.h"

namespace doorbuster {

// The first form alone, cheap enough for every trial. What could not be written, or "".
std::string save_first_report(const RunFolder& folder, const RunResult& result);
std::string save_reports(const RunFolder& folder, const RunResult& result);

}  // namespace doorbuster
