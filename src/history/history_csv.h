// Reads a history from its four CSV files, and from run.csv, faults.csv and the three about gates
// where they are there, whoever wrote them (results/README.md, "A history as CSV"). Strict: the
// header as it must be, every line with all its fields, numbers in range, rows in their order, a
// line end at the end; the first thing that is not so is one sentence with file and line. Plain
// text without quotes; memory holds the history and one line.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "base/result.h"
#include "history/judged_history.h"

namespace doorbuster {

Result<JudgedHistory> read_history_csv(const std::filesystem::path& folder);

struct HistoryCsv {
  std::istream& items;
  std::istream& operations;
  std::istream& stock_log;
  std::istream& orders;
  std::istream* run = nullptr;
  std::istream* gates = nullptr;
  std::istream* reservations = nullptr;
  std::istream* gate_log = nullptr;
  std::istream* faults = nullptr;
};
Result<JudgedHistory> read_history_csv(HistoryCsv texts);

}  // namespace doorbuster
