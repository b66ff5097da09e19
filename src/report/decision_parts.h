// What the texts of check, trend, compare and capacity share: headings, tables whose cells may hold
// any words, cells with their errors, lists. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/table.h"
#include "report/terminal.h"
#include "results/check.h"

namespace doorbuster {

Tone tone_of_verdict(Verdict verdict);

// The verdict, then the sentence.
std::string decision_heading(Verdict verdict, std::string_view conclusion,
                             const TerminalStyle& style);

// The same without the sentence, which then stands last; and that it was no measurement.
std::string verdict_line(Verdict verdict, bool simulated, const TerminalStyle& style);
std::string markdown_verdict(std::string_view command, Verdict verdict, bool simulated);

// Made harmless here: headings and cells may be words from outside. "" without rows.
struct DecisionTable {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
  std::size_t left = 1;             // so many columns have their cells to the left
  std::vector<Tone> verdicts = {};  // of each row's last cell; empty: plain
};
std::string terminal_table(const DecisionTable& decision, const TerminalStyle& style);
std::string markdown_table(const DecisionTable& decision);  // a bad verdict is bold

// A median over runs in its unit ("us", "/s", "ratio", ""), whose error stands beside it.
std::string decided_value(const std::optional<double>& median, std::string_view unit);
std::string percent_text(const std::optional<double>& percent);  // "+22.1 %"
std::string interval_text(const PercentChange& change);          // "+15.0..+28.3"

std::string number_of(std::size_t number, std::string_view what);  // "1 trial", "5 trials"

// An entry a line, each after a blank line before the first; "" of none.
std::string listed(const std::vector<std::string>& lines, const TerminalStyle& style);
std::string markdown_list(const std::vector<std::string>& lines);

}  // namespace doorbuster
