// The sections of report.md, each with its heading, or empty where there is nothing to say.
#pragma once

#include <string>
#include <vector>

#include "report/measured.h"
#include "results/result.h"

namespace doorbuster {

using Summaries = std::vector<StrategySummary>;

// markdown.cpp: what stands under validity and verdict, as a list, and the kind of run, "" for the
// usual.
std::string notes(const RunResult& result);
std::string run_marks(const RunResult& result);

// markdown_audit.cpp
std::string promises_section(const Summaries& strategies);
std::string witnesses_section(const RunResult& result);
std::string thresholds_section(const RunResult& result);

// markdown_answers.cpp
std::string answers_section(const RunResult& result);
std::string pictures_section(const RunResult& result);  // goes on below, without a heading
std::string staleness_section(const RunResult& result);
std::string gates_section(const RunResult& result);
std::string unknown_section(const RunResult& result);

// markdown_figures.cpp
std::string latency_section(const Summaries& strategies);
std::string cost_section(const Summaries& strategies);
std::string strategy_figures_section(const RunResult& result);
std::string counts_section(const RunResult& result);
std::string faults_section(const RunResult& result);
std::string errors_section(const RunResult& result);
// A series of more rows is shown coarser.
std::string series_section(const RunResult& result, std::size_t most_rows = 60);

// markdown_kinds.cpp
std::string kinds_section(const RunResult& result);

// markdown_environment.cpp
std::string environment_section(const RunResult& result);
std::string provenance_section(const RunResult& result);

}  // namespace doorbuster
