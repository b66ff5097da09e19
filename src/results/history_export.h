// A history for other programs: as four CSV files (results/README.md, A history as CSV), as events
// of Jepsen in EDN, or as a JSON line an operation, as Porcupine's Operation is decoded from.
// Streams: memory does not grow with the operations. What a damaged history still holds is
// exported; whether that is all, HistoryFile::damage() says. Errors: the history changed meanwhile,
// or the output cannot be written.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "history/history_file.h"
#include "results/text_output.h"

namespace doorbuster {

// Into `folder`: operations.csv, faults.csv where the run had any, and where the ground truth is
// known items.csv, orders.csv and stock_log.csv; where it is not, older ones of these names are
// removed.
Result<Done> export_csv(const HistoryFile& history, const std::filesystem::path& folder);

// In order of time, an invocation and its completion for each operation: :ok, :fail with the
// :error, or :info, at once, for an answer that never came. The process is the buyer; after an
// :info he goes on under another number, and so does what he does at the same time. Faults begin
// and end as :info of process :nemesis.
Result<Done> export_edn(const HistoryFile& history, TextOutput& output);

// In order of their starts. An answer that never came returns at the end of time.
Result<Done> export_jsonl(const HistoryFile& history, TextOutput& output);

}  // namespace doorbuster
