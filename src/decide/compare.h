// Which strategy to choose. First whatever broke a hard constraint in any trial is eliminated,
// expected or not, with the trial and the witness; the rest is ranked by one goal, stated
// beforehand, and never by a score of several; what the goal cannot tell apart, cost decides. Pairs
// are tested run by run (Mann-Whitney, two-sided, Holm over all pairs); blocks are what the order
// of trials was randomised in, and their pairing is not used, which errs on the side of "no
// difference". Pure: results in, a decision out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "decide/figures.h"
#include "results/comparison.h"
#include "results/result.h"

namespace doorbuster {

// What one search for a strategy's capacity found.
struct FoundCapacity {
  std::string strategy;
  double per_s = 0;       // the highest rate that it kept; 0: none that was tried
  bool at_least = false;  // the harness was at its limit first
};

// A search in which the harness was at its limit at the first rates: it says nothing of the shop.
struct LostSearch {
  std::string strategy;
  std::string why;
};

// Of the goal "capacity" (figures.h) the observations: no trial has them. The run that is compared
// then has a trial a search, at the rate that was kept, for what that costs.
struct CapacityObservations {
  std::string kept;                     // what is kept, "buy.p99 < 50ms"
  std::vector<FoundCapacity> found;     // a search each
  std::vector<LostSearch> lost;         // and of those that found none
  std::vector<Elimination> eliminated;  // at the scenario's own load, or in a search
};

struct ComparePlan {
  Figure goal;
  double level = 0.05;              // that even one pair is called different by luck alone
  double look_level = 0.05;         // what of it this look may use (comparison_course.h)
  double margin_percent = 5;        // a smaller difference does not matter
  std::set<std::string> tolerated;  // invariants that may break
  std::uint64_t seed = 1;           // of the bootstrap
  int bootstrap_draws = 2000;
  CapacityObservations capacity = {};
  std::vector<std::string> strategies = {};  // that were to be compared; none: those with trials
};

inline constexpr int kFewestBlocks = 5;

// As many that a difference between any two of so many strategies can be shown at all.
int fewest_blocks(std::size_t strategies, double look_level);

// A strategy is named once, with the first constraint that it broke.
std::vector<Elimination> eliminate(const RunResult& run, const std::set<std::string>& tolerated);

ComparisonResult compare_strategies(const RunResult& run, const ComparePlan& plan);

// compare_words.cpp. "5 runs", or searches, whatever the goal's observations are.
std::string observations_in_words(const ComparisonResult& result, std::size_t number);
// What was measured on, from the scenario's keys and the environment, and what a capacity keeps, if
// there is one. A key of `swept` has no value of its own there: "each load.rate".
std::string conditions_of(const RunResult& run, const std::string& kept = "",
                          const std::vector<std::string>& swept = {});
// Under which others nothing is said: "another load, stock or hardware, ...".
std::string other_conditions(const RunResult& run, const std::vector<std::string>& swept = {});
// Fills in conclusion and would_change_it of a comparison that is otherwise whole. `kept`: what a
// capacity keeps.
void put_in_words(ComparisonResult& result, const RunResult& run, const std::string& kept);

}  // namespace doorbuster
