// For tests of run: scenarios from text with this build's words, and a folder that goes away. Tests
// only.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "run/runner.h"
#include "run/vocabulary.h"
#include "scenario/parse.h"

namespace doorbuster {

// The scenario, or a failed test that shows what is wrong with it.
inline Scenario possible(const ParsedScenario& parsed) {
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    for (const Problem& problem : *problems) ADD_FAILURE() << to_string(problem);
    return {};
  }
  return std::get<Scenario>(parsed);
}

inline Scenario scenario_of(std::string_view text) {
  return possible(parse_scenario(text, "scenarios/sale.toml", vocabulary()));
}

// A results folder that is not there yet, and goes away with its contents.
class ResultsRoot {
 public:
  ResultsRoot()
      : path_(std::filesystem::path(testing::TempDir()) /
              fmt::format("doorbuster-run-{:x}", entropy())) {}
  ~ResultsRoot() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ResultsRoot(const ResultsRoot&) = delete;
  ResultsRoot& operator=(const ResultsRoot&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::int64_t resolved(const CountsResult& counts) {
  return counts.sold + counts.sold_out + counts.refused + counts.declined + counts.expired +
         counts.failed + counts.unknown + counts.abandoned + counts.deterred + counts.dropped;
}

}  // namespace doorbuster
