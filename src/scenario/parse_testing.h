// For this room's tests: scenarios from text, with the test's words. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "scenario/parse.h"
#include "scenario/test_vocabulary.h"

namespace doorbuster {

inline const std::string kMinimal = "strategies = [\"database-atomic\"]\n";

inline ParsedScenario parse_text(std::string_view text,
                                 const std::vector<Override>& overrides = {}) {
  return parse_scenario(text, "scenarios/sale.toml", test_vocabulary(), overrides);
}

// All problems as people read them, one a line; "" where there are none.
inline std::string problems_of(const ParsedScenario& parsed) {
  std::string all;
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    for (const Problem& problem : *problems) all += to_string(problem) + "\n";
  }
  return all;
}

inline Scenario must_parse(std::string_view text, const std::vector<Override>& overrides = {}) {
  const ParsedScenario parsed = parse_text(text, overrides);
  EXPECT_EQ(problems_of(parsed), "") << text;
  const auto* scenario = std::get_if<Scenario>(&parsed);
  return scenario == nullptr ? Scenario{} : *scenario;
}

}  // namespace doorbuster
