// The history of one trial: opened before the doors open, closed with the ground truth when all
// came to rest, and then judged. What hinders it never hinders the trial: it becomes a reason.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/judge_history.h"
#include "base/result.h"
#include "history/ground_truth.h"
#include "history/history_writer.h"
#include "results/result.h"

namespace doorbuster {

// Where it is kept, and how much of it. No path: none is kept.
struct HistoryPlan {
  std::filesystem::path folder;  // of the run
  std::filesystem::path path;    // within it
  HistoryAbout about;
  HistoryLimits limits;
};

class TrialHistory {
 public:
  TrialHistory(const HistoryPlan& plan, int shards);

  // What the shards record to; nothing where no history is kept.
  HistoryWriter* writer() const { return writer_.get(); }

  // Once, when no shard records any more. Without a truth there is nothing to judge.
  void finish(const std::optional<GroundTruth>& truth,
              const std::vector<HistoryFault>& faults = {});
  // Of single answers, all that were kept; the sums are audit/audit.h's.
  // An error: why they could not be judged, and what to do. REQUIRES: finished
  Result<HistoryVerdict> judge();
  const HistoryResult& result() const { return result_; }  // REQUIRES: finished

  // Why it is not whole, or was not judged.
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  Result<HistoryVerdict> judge_what_was_kept() const;

  HistoryPlan plan_;
  HistoryResult result_;
  std::unique_ptr<HistoryWriter> writer_;
  std::vector<std::string> reasons_;
  std::optional<Error> not_judged_;  // and why
};

// The truth as a history holds it.
JudgedHistory without_operations(const GroundTruth& truth);

}  // namespace doorbuster
