// What happened in each interval of each trial, as CSV (RFC 4180, lines end in a line feed): a row
// an interval, in the names of result.json's series, before them the trial and how long its
// intervals are. A cell is empty where nothing is known. Pure.
#pragma once

#include <string>

#include "results/result.h"

namespace doorbuster {

std::string series_csv(const RunResult& result);

}  // namespace doorbuster
