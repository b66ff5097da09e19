#include "cli/sweep_run.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "cli/app.h"

namespace doorbuster {

std::string cell_in_words(const SweepPlan& plan, const SweptRun& cell) {
  std::string words = fmt::format("{} = {}", plan.first, cell.value);
  if (!plan.second.empty()) words += fmt::format(", {} = {}", plan.second, cell.second);
  return words;
}

Result<SweptEnd> run_sweep(const SweepPlan& plan, const std::vector<SweptRun>& cells,
                           const RunCell& run_cell) {
  std::vector<SweptComparison> comparisons;
  std::optional<RunFolder> last;
  int signal = 0;
  bool is_whole = true;
  const auto say = [&](const SweptRun& cell, const std::string& what) {
    is_whole = false;
    complain(fmt::format("at {}: {}", cell_in_words(plan, cell), what));
  };
  for (const SweptRun& cell : cells) {
    SweptComparison& swept = comparisons.emplace_back();
    swept.value = cell.value;
    swept.second = cell.second;
    if (signal != 0) {
      swept.failure = "the sweep was interrupted before";
      continue;
    }
    auto ended = run_cell(cell);
    if (!ended && !last) return ended.error();
    if (!ended) {
      swept.failure = ended.error().message();
      say(cell, swept.failure);
      continue;
    }
    if (!ended->unsaved.empty()) say(cell, ended->unsaved);
    signal = ended->signal;
    swept.comparison = std::move(ended->comparison);
    swept.measured_on = std::move(ended->measured_on);
    last = std::move(ended->folder);
  }
  CHECK(last, "a sweep has a cell");
  return SweptEnd{sweep(plan, comparisons), std::move(*last), signal, is_whole};
}

}  // namespace doorbuster
