#include "results/result_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "results/folder.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<std::vector<NamedRun>> load_results(const fs::path& where) {
  std::error_code failed;
  std::vector<fs::path> files;
  if (!fs::is_directory(where, failed) || fs::exists(where / "result.json", failed)) {
    files.push_back(where);
  } else {
    for (auto entry = fs::directory_iterator(where, failed);
         !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      std::error_code ignored;
      if (!entry->is_symlink(ignored) && fs::exists(entry->path() / "result.json", ignored)) {
        files.push_back(entry->path());
      }
    }
    if (failed) {
      return system_error(fmt::format("cannot read {}: {}", where.string(), failed.message()));
    }
    if (files.empty()) {
      return invalid(fmt::format(
          "there is no result in {}: name a result.json, a run's folder, or a folder of runs",
          where.string()));
    }
  }
  std::vector<NamedRun> runs;
  for (const fs::path& file : files) {
    auto result = load_result(file);
    if (!result) return result.error();
    runs.push_back({file.string(), std::move(*result)});
  }
  std::ranges::sort(runs, {}, [](const NamedRun& run) {
    return std::tie(run.result.started_at, run.result.run_id, run.file);
  });
  return runs;
}

}  // namespace doorbuster
