// The cells of a sweep, one after another, and what they say together. A cell in which nothing
// could be measured costs itself alone: those before it are kept, those after it are run, and the
// result names it with its reason. Only where nothing at all was measured yet it ends the sweep,
// for what ails the first cell is likely to ail all of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/comparison_run.h"
#include "decide/sweep.h"

namespace doorbuster {

struct SweptRun {
  std::string value;
  std::string second;  // "" where one key is swept
  ComparisonRun run;
};

struct SweptEnd {
  SweepResult result;
  RunFolder folder;      // of the last cell that was measured
  int signal = 0;        // the one that ended it, or 0
  bool is_whole = true;  // every cell was measured and saved; what was not has been said on stderr
};

using RunCell = std::function<Result<ComparedRun>(const SweptRun& cell)>;

// An error: the first cell's, nothing was measured (exit code 3).
Result<SweptEnd> run_sweep(const SweepPlan& plan, const std::vector<SweptRun>& cells,
                           const RunCell& run_cell);

// "shop.stock = 5, buyers.views = 3"
std::string cell_in_words(const SweepPlan& plan, const SweptRun& cell);

}  // namespace doorbuster
