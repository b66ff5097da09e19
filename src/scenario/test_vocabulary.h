// The words that this room's tests use for strategies, invariants, metrics and operations.
// Tests only.
#pragma once

#include <gtest/gtest.h>

#include "scenario/parse.h"

namespace doorbuster {

inline Vocabulary test_vocabulary() {
  Vocabulary words;
  words.strategies = {
      {"database-atomic", {}},
      {"read-then-write", {}},
      {"cache-aside-textbook", {{"ttl", Duration(300s), "of a copy", {}}}},
      {"cache-aside",
       {{"ttl", Duration(300s), "of a copy", {}},
        {"lease", Duration(100ms), "of a fill", {}},
        {"attempts", std::int64_t{3}, "at a lease", {}},
        {"jitter", 0.1, "of the ttl", {}},
        {"negative", false, "keep absent ones", {}},
        {"invalidate", std::string("delete"), "how", {"delete", "expire"}}}},
      {"write-through-textbook", {}},
      {"write-through", {}},
      {"redis-gate", {}},
  };
  words.invariants = {"no_oversell",
                      "no_oversold_promise",
                      "no_undersell",
                      "no_lost_order",
                      "no_phantom_order",
                      "no_duplicate_order",
                      "conservation",
                      "no_negative_stock",
                      "cache_agrees_with_database",
                      "gate_agrees_with_database",
                      "no_leaked_units"};
  words.metrics = {{"buy.p99", MetricKind::time},
                   {"view.p50", MetricKind::time},
                   {"goodput", MetricKind::rate},
                   {"failed_share", MetricKind::share},
                   {"oversold_units", MetricKind::count}};
  words.operations = {"get", "take_if_available"};
  return words;
}

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
