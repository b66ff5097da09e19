// TOML text to a Scenario, or all that is wrong with it at once. Nothing is started, nothing but
// the file is read. A scenario that comes out is possible: names are known, values in range,
// nothing contradicts. Pure but for load_scenario; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/document.h"
#include "scenario/problem.h"
#include "scenario/scenario.h"
#include "scenario/vocabulary.h"

namespace doorbuster {

// One of the two; problems are in the order of their lines, those of flags last.
using ParsedScenario = std::variant<Scenario, std::vector<Problem>>;

inline constexpr std::size_t kLargestScenario = 1 << 20;  // bytes

// `file` names the text in problems and, without its folder and ending, the scenario.
ParsedScenario parse_scenario(std::string_view text, std::string file, const Vocabulary& vocabulary,
                              const std::vector<Override>& overrides = {});

// Reads the file first. What cannot be read, is no file or is larger than kLargestScenario is one
// problem; size is looked at before content.
ParsedScenario load_scenario(const std::string& path, const Vocabulary& vocabulary,
                             const std::vector<Override>& overrides = {});

}  // namespace doorbuster
