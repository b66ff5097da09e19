// For this room's tests: mistakes in scenario files, each with the sentence that tells it. Tests
// only.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "scenario/parse_testing.h"

namespace doorbuster {

struct Mistake {
  std::string text;          // after the line `strategies = ["database-atomic"]`, so from line 2
  std::string_view problem;  // all of it, after "scenarios/sale.toml:"
};

inline std::string problems_of(std::string_view text) {
  std::string all = problems_of(parse_text(kMinimal + std::string(text)));
  constexpr std::string_view kFile = "scenarios/sale.toml:";
  if (all.starts_with(kFile)) all.erase(0, kFile.size());
  if (all.ends_with('\n')) all.pop_back();
  return all;
}

inline void expect_all(std::initializer_list<Mistake> mistakes) {
  for (const Mistake& mistake : mistakes) EXPECT_EQ(problems_of(mistake.text), mistake.problem);
}

}  // namespace doorbuster
