// The sections of report.md, each with its heading, or empty where there is nothing to say.
#pragma once

#include <string>
#include <vector>

#include "report/measured.h"
#include "results/result.h"

namespace doorbuster {

using Summaries = std::vector<StrategySummary>;

// markdown_audit.cpp
std::string promises_section(const Summaries& strategies);
std::string witnesses_section(const RunResult& result);
std::string thresholds_section(const RunResult& result);

// markdown_answers.cpp
std::string answers_section(const RunResult& result);
std::string staleness_section(const RunResult& result);
std::string gates_section(const RunResult& result);

// markdown_figures.cpp
std::string latency_section(const Summaries& strategies);
std::string cost_section(const Summaries& strategies);
std::string strategy_figures_section(const RunResult& result);
std::string counts_section(const RunResult& result);
std::string faults_section(const RunResult& result);
std::string errors_section(const RunResult& result);
std::string series_section(const RunResult& result);

// markdown_kinds.cpp
std::string kinds_section(const RunResult& result);

// markdown_environment.cpp
std::string environment_section(const RunResult& result);
std::string provenance_section(const RunResult& result);

}  // namespace doorbuster
