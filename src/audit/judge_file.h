// The audit of a history file, its views streaming from the disk: what it takes of memory does not
// grow with them.
#pragma once

#include "audit/judge_history.h"
#include "base/result.h"
#include "history/history_file.h"

namespace doorbuster {

struct JudgedFile {
  JudgedHistory history;  // all but the views
  HistoryVerdict verdict;
};

// An error: the file holds no ground truth, or changed since it was opened.
Result<JudgedFile> judge_file(const HistoryFile& file, const JudgeOptions& options = {});

// Adds to the verdict what pictures of its violations show, and to the history the views among it.
// Reads the file twice more, if there are violations at all.
Result<Done> add_surroundings(const HistoryFile& file, JudgedFile& judged);

}  // namespace doorbuster
