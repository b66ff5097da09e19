// The reports that stand beside result.json in a run's folder, each from that result alone: the
// same ones whether the run writes them or `report` does, again, later. Pure.
#pragma once

#include <string>
#include <vector>

#include "results/result.h"

namespace doorbuster {

struct ReportForm {
  const char* name;  // as --format takes it
  const char* file;  // in the run's folder
  std::string (*text)(const RunResult&);
};

// report.md first: it is cheap enough to be written after every trial, the others once.
const std::vector<ReportForm>& report_forms();

inline constexpr const char* kPageFile = "report.html";  // what people open first

}  // namespace doorbuster
