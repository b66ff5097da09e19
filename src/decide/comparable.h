// Whether the figures of two runs may stand side by side: the same load on the same machine and
// stores, by a build of the same type. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/result.h"

namespace doorbuster {

// A virtual machine's memory moves by some pages with its balloon from boot to boot (0.002 % was
// seen); another size of machine differs by far more.
inline constexpr double kSameMemoryPercent = 1;

struct RunDifferences {
  // A sentence each: with any of these a difference in figures says nothing of the builds.
  std::vector<std::string> differences;
  // What differs and need not matter: a key that one build alone knows, another description.
  std::vector<std::string> notes;
};

// `here` and `there` are what the two are called in the sentences.
RunDifferences differences_between(const RunResult& first, const RunResult& second,
                                   std::string_view here = "the baseline",
                                   std::string_view there = "the candidate");

// Of the first of all from all the others, which bear the names of their runs within a side; each
// sentence once.
RunDifferences differences_of(const std::vector<RunResult>& baseline,
                              const std::vector<RunResult>& candidate);
// The same of a series.
RunDifferences differences_within(const std::vector<RunResult>& runs);

}  // namespace doorbuster
