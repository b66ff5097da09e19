// The lists of the terminal's report, a line an entry: all words from outside are made harmless.
// `several`: there are strategies of several trials, so that a line says which. Pure.
#pragma once

#include <string>
#include <vector>

#include "report/measured.h"
#include "results/result.h"

namespace doorbuster {

std::string trial_name(const TrialResult& trial, bool several);

// Of each strategy what should have held or been broken and could not be told, by the reason, and
// in how many of its trials.
std::vector<std::string> undecided_lines(const std::vector<StrategySummary>& strategies);
// Of each strategy the trial in which most was stale.
std::vector<std::string> stale_lines(const std::vector<StrategySummary>& strategies, bool several);
// Of each strategy the trial after which cache and database agreed last, or never; none where all
// did at once.
std::vector<std::string> agreement_lines(const std::vector<StrategySummary>& strategies,
                                         bool several);
// Of each strategy the trial at whose end most orders stood in one log alone, the gate's or the
// database's; none where both had the same, or where changes of the gate that nobody was told of
// may explain it.
std::vector<std::string> gate_lines(const std::vector<StrategySummary>& strategies, bool several);
// Of each trial that had any, what became of the attempts without an answer, and the first witness.
std::vector<std::string> unknown_lines(const RunResult& result, bool several);
// What is special to a strategy, where it has anything: times first, of counts those that are not
// 0.
std::vector<std::string> figure_lines(const RunResult& result, bool several);
std::vector<std::string> error_lines(const RunResult& result, bool several);
std::vector<std::string> fault_lines(const RunResult& result, bool several);
std::vector<std::string> threshold_lines(const RunResult& result, bool several);

}  // namespace doorbuster
