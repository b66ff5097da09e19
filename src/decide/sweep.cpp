#include "decide/sweep.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace doorbuster {
namespace {

SweepPoint point_of(const SweptComparison& swept) {
  const ComparisonResult& comparison = swept.comparison;
  SweepPoint point{.value = swept.value,
                   .second = swept.second,
                   .run_id = comparison.run_id,
                   .verdict = comparison.verdict,
                   .choice = comparison.choice,
                   .decided_by = comparison.decided_by,
                   .eliminated = {},
                   .goals = {}};
  for (const Elimination& one : comparison.eliminated) point.eliminated.push_back(one.strategy);
  for (const RankedStrategy& strategy : comparison.ranking) {
    point.goals.push_back({strategy.strategy, strategy.goal});
  }
  return point;
}

// Which of two is clearly better at a value; nothing: neither, or one of them is out.
std::optional<std::string> better_of(const ComparisonResult& comparison, const std::string& one,
                                     const std::string& other) {
  for (const ComparedPair& pair : comparison.pairs) {
    const bool these =
        (pair.better == one && pair.other == other) || (pair.better == other && pair.other == one);
    if (these && pair.metric == comparison.goal && pair.clear) return pair.better;
  }
  return std::nullopt;
}

// Along the first key, at one value of the second.
void add_crossovers(SweepResult& result, const std::vector<SweptComparison>& comparisons,
                    const std::string& second, const std::string& one, const std::string& other) {
  std::optional<std::string> last;
  std::string last_value;
  std::vector<std::string> between;
  for (const SweptComparison& swept : comparisons) {
    if (swept.second != second) continue;
    const std::string& value = swept.value;
    const auto better = better_of(swept.comparison, one, other);
    if (!better) {
      between.push_back(value);
      continue;
    }
    if (last && *last != *better) {
      result.crossovers.push_back({.metric = result.goal,
                                   .second = second,
                                   .before = *last,
                                   .after = *better,
                                   .low = last_value,
                                   .high = value,
                                   .undecided = between});
    }
    last = better;
    last_value = value;
    between.clear();
  }
}

std::vector<std::string> all_strategies(const std::vector<SweptComparison>& comparisons) {
  std::vector<std::string> names;
  for (const SweptComparison& swept : comparisons) {
    for (const RankedStrategy& strategy : swept.comparison.ranking) {
      if (std::ranges::find(names, strategy.strategy) == names.end()) {
        names.push_back(strategy.strategy);
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> seconds_of(const std::vector<SweptComparison>& comparisons) {
  std::vector<std::string> seconds;
  for (const SweptComparison& swept : comparisons) {
    if (std::ranges::find(seconds, swept.second) == seconds.end()) seconds.push_back(swept.second);
  }
  return seconds;
}

// "cache-aside at 0.5, 0.8; write-through at 0.99; no choice yet at 0.9", of a grid "0.5 x 400"
std::string choices_in_words(const SweepResult& result) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_choice;
  for (const SweepPoint& point : result.points) {
    const std::string choice = point.choice && point.verdict == Verdict::holds ? *point.choice
                               : point.verdict == Verdict::broken              ? "nothing left"
                               : point.verdict == Verdict::holds               ? "any of the best"
                                                                               : "no choice yet";
    auto known = std::ranges::find(by_choice, choice, [](const auto& each) { return each.first; });
    if (known == by_choice.end()) known = by_choice.insert(by_choice.end(), {choice, {}});
    known->second.push_back(point.second.empty() ? point.value
                                                 : point.value + " x " + point.second);
  }
  std::vector<std::string> words;
  for (const auto& [choice, values] : by_choice) {
    words.push_back(fmt::format("{} at {}", choice, fmt::join(values, ", ")));
  }
  return fmt::format("{}", fmt::join(words, "; "));
}

std::string crossover_in_words(const Crossover& crossover, const SweepResult& result) {
  std::string words = fmt::format("from {} to {} between {} {} and {}", crossover.before,
                                  crossover.after, result.key, crossover.low, crossover.high);
  if (!crossover.second.empty()) {
    words += fmt::format(" at {} {}", result.second_key, crossover.second);
  }
  return words;
}

void conclude_sweep(SweepResult& result) {
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(result.points,
                               [&](const SweepPoint& point) { return point.verdict == verdict; });
  };
  result.verdict = any(Verdict::broken)      ? Verdict::broken
                   : any(Verdict::undecided) ? Verdict::undecided
                                             : Verdict::holds;
  if (result.points.empty()) result.verdict = Verdict::undecided;
  result.conclusion = fmt::format("Over {}{} by {}: {}; ", result.key,
                                  result.second_key.empty() ? "" : " x " + result.second_key,
                                  result.goal, choices_in_words(result));
  if (result.crossovers.empty()) {
    result.conclusion += "of no two strategies the better one changes";
    return;
  }
  std::vector<std::string> flips;
  for (const Crossover& crossover : result.crossovers) {
    flips.push_back(crossover_in_words(crossover, result));
  }
  result.conclusion += fmt::format("the better of two flips {}", fmt::join(flips, ", "));
}

}  // namespace

SweepResult sweep(const SweptKeys& keys, double level,
                  const std::vector<SweptComparison>& comparisons) {
  SweepResult result;
  result.key = keys.first;
  result.second_key = keys.second;
  result.level = level;
  for (const SweptComparison& swept : comparisons) {
    result.points.push_back(point_of(swept));
    result.doorbuster_version = swept.comparison.doorbuster_version;
    result.goal = swept.comparison.goal;
    result.unit = swept.comparison.unit;
    result.simulated |= swept.comparison.simulated;
  }
  const std::vector<std::string> names = all_strategies(comparisons);
  for (const std::string& second : seconds_of(comparisons)) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = i + 1; j < names.size(); ++j) {
        add_crossovers(result, comparisons, second, names[i], names[j]);
      }
    }
  }
  conclude_sweep(result);
  return result;
}

}  // namespace doorbuster
