#include "decide/sweep.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "decide/compare.h"
#include "decide/words.h"

namespace doorbuster {
namespace {

using Cells = std::vector<SweptComparison>;

SweepPoint point_of(const SweptComparison& swept) {
  const ComparisonResult& comparison = swept.comparison;
  SweepPoint point{.value = swept.value,
                   .second = swept.second,
                   .run_id = comparison.run_id,
                   .failure = swept.failure,
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

// Of two at a value, by the goal; nothing: one of them is out, or has no run that counts.
const ComparedPair* pair_at(const ComparisonResult& comparison, const std::string& one,
                            const std::string& other) {
  for (const ComparedPair& pair : comparison.pairs) {
    const bool these =
        (pair.better == one && pair.other == other) || (pair.better == other && pair.other == one);
    if (these && pair.metric == comparison.goal) return &pair;
  }
  return nullptr;
}

// Cells in which one key alone changes.
struct Line {
  std::vector<std::string> values;
  std::vector<const SweptComparison*> cells;
  Crossover flip;  // what all flips along it have in common
};

void add_crossovers(std::vector<Crossover>& found, const Line& line, const std::string& one,
                    const std::string& other) {
  std::optional<std::string> last;
  std::string last_value;
  std::vector<std::string> between;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    const ComparedPair* pair = pair_at(line.cells[i]->comparison, one, other);
    if (pair == nullptr || !pair->clear) {
      between.push_back(line.values[i]);
      continue;
    }
    if (last && *last != pair->better) {
      Crossover& flip = found.emplace_back(line.flip);
      flip.before = *last;
      flip.after = pair->better;
      flip.low = last_value;
      flip.high = line.values[i];
      flip.undecided = between;
    }
    last = pair->better;
    last_value = line.values[i];
    between.clear();
  }
}

std::vector<std::string> all_strategies(const Cells& cells) {
  std::vector<std::string> names;
  for (const SweptComparison& swept : cells) {
    for (const RankedStrategy& strategy : swept.comparison.ranking) {
      if (std::ranges::find(names, strategy.strategy) == names.end()) {
        names.push_back(strategy.strategy);
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

// Each value of one of a cell's two once, in the order given.
std::vector<std::string> values_of(const Cells& cells, std::string SweptComparison::*which) {
  std::vector<std::string> values;
  for (const SweptComparison& swept : cells) {
    if (std::ranges::find(values, swept.*which) == values.end()) values.push_back(swept.*which);
  }
  return values;
}

std::vector<Line> lines_of(const SweepResult& result, const Cells& cells) {
  std::vector<Line> lines;
  const auto add = [&](std::string SweptComparison::*varied, std::string SweptComparison::*fixed,
                       const std::string& at, Crossover flip) {
    Line& line = lines.emplace_back();
    flip.metric = result.goal;
    line.flip = std::move(flip);
    for (const SweptComparison& swept : cells) {
      if (swept.*fixed != at) continue;
      line.values.push_back(swept.*varied);
      line.cells.push_back(&swept);
    }
  };
  for (const std::string& second : values_of(cells, &SweptComparison::second)) {
    Crossover flip;
    flip.along = result.key;
    flip.second = second;
    add(&SweptComparison::value, &SweptComparison::second, second, std::move(flip));
  }
  if (result.second_key.empty()) return lines;
  for (const std::string& first : values_of(cells, &SweptComparison::value)) {
    Crossover flip;
    flip.along = result.second_key;
    flip.first = first;
    add(&SweptComparison::second, &SweptComparison::value, first, std::move(flip));
  }
  return lines;
}

// Every two that are left in a cell; one without a run that counts is told from nothing.
void count_pairs(SweepResult& result, const SweptComparison& swept) {
  const auto& ranking = swept.comparison.ranking;
  for (std::size_t i = 0; i < ranking.size(); ++i) {
    for (std::size_t j = i + 1; j < ranking.size(); ++j) {
      const ComparedPair* pair =
          pair_at(swept.comparison, ranking[i].strategy, ranking[j].strategy);
      ++result.pairs;
      if (pair == nullptr || (!pair->clear && !pair->alike)) ++result.pairs_undecided;
    }
  }
}

std::string cell_in_words(const std::string& value, const std::string& second) {
  return second.empty() ? value : value + " x " + second;
}

std::string choice_at(const SweepPoint& point) {
  return !point.failure.empty()                            ? "nothing measured"
         : point.choice && point.verdict == Verdict::holds ? *point.choice
         : point.verdict == Verdict::broken                ? "nothing left"
         : point.verdict == Verdict::holds                 ? "any of the best"
                                                           : "no choice yet";
}

// "cache-aside at 0.5, 0.8; write-through at 0.99; no choice yet at 0.9", of a grid "0.5 x 400"
std::string choices_in_words(const SweepResult& result) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_choice;
  for (const SweepPoint& point : result.points) {
    const std::string choice = choice_at(point);
    auto known = std::ranges::find(by_choice, choice, [](const auto& each) { return each.first; });
    if (known == by_choice.end()) known = by_choice.insert(by_choice.end(), {choice, {}});
    known->second.push_back(cell_in_words(point.value, point.second));
  }
  std::vector<std::string> words;
  for (const auto& [choice, values] : by_choice) {
    words.push_back(fmt::format("{} at {}", choice, fmt::join(values, ", ")));
  }
  return fmt::format("{}", fmt::join(words, "; "));
}

std::string crossover_in_words(const Crossover& crossover, const SweepResult& result) {
  std::string words = fmt::format("from {} to {} between {} {} and {}", crossover.before,
                                  crossover.after, crossover.along, crossover.low, crossover.high);
  if (!crossover.second.empty()) {
    words += fmt::format(" at {} {}", result.second_key, crossover.second);
  }
  if (!crossover.first.empty()) words += fmt::format(" at {} {}", result.key, crossover.first);
  return words;
}

std::int64_t failed_in(const SweepResult& result) {
  return std::ranges::count_if(result.points,
                               [](const SweepPoint& point) { return !point.failure.empty(); });
}

std::string flips_in_words(const SweepResult& result) {
  std::vector<std::string> unknown;
  if (result.pairs_undecided > 0) {
    unknown.push_back(fmt::format("{} of {} not told apart", result.pairs_undecided,
                                  counted(static_cast<std::size_t>(result.pairs),
                                          "pair of strategies", "pairs of strategies")));
  }
  if (const std::int64_t failed = failed_in(result); failed > 0) {
    unknown.push_back(fmt::format(
        "nothing measured at {} of {}", failed,
        counted(result.points.size(), "value", result.second_key.empty() ? "values" : "cells")));
  }
  const auto undecided =
      std::ranges::count(result.points, Verdict::undecided, &SweepPoint::verdict);
  if (unknown.empty() && undecided > 0) {  // as where a run was cut short
    unknown.push_back(fmt::format("{} of {} undecided", undecided,
                                  counted(result.points.size(), "comparison", "comparisons")));
  }
  const std::string how_much = fmt::format("{}", fmt::join(unknown, " and "));
  if (result.crossovers.empty()) {
    return unknown.empty() ? "of no two strategies that are left the better one changes"
                           : "no flip is shown, with " + how_much;
  }
  std::vector<std::string> flips;
  for (const Crossover& crossover : result.crossovers) {
    flips.push_back(crossover_in_words(crossover, result));
  }
  const std::string words = fmt::format("the better of two flips {}", fmt::join(flips, ", "));
  return unknown.empty() ? words : words + ", with " + how_much;
}

std::string change_of_mind(const SweepResult& result, const Cells& cells,
                           const std::string& other_conditions) {
  int most = 0;
  for (const SweptComparison& swept : cells) {
    for (const ComparedPair& pair : swept.comparison.pairs) {
      if (pair.metric == result.goal) most = std::max(most, pair.more_runs.value_or(0));
    }
  }
  std::string words;
  if (most > 0) {
    words = fmt::format(
        "up to about {} more {} of each where two are not told apart, if they show "
        "a difference; ",
        most, result.goal == capacity_figure().name ? "searches" : "runs");
  }
  words += "values of " + result.key;
  if (!result.second_key.empty()) words += " and " + result.second_key;
  return words + " that were not tried; " + other_conditions;
}

Verdict verdict_of(const SweepResult& result) {
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(result.points,
                               [&](const SweepPoint& point) { return point.verdict == verdict; });
  };
  if (result.points.empty()) return Verdict::undecided;
  return any(Verdict::broken)      ? Verdict::broken
         : any(Verdict::undecided) ? Verdict::undecided
                                   : Verdict::holds;
}

void conclude_sweep(SweepResult& result, const SweepPlan& plan, const Cells& cells) {
  result.verdict = verdict_of(result);
  std::vector<std::string> swept = {plan.first};
  if (!plan.second.empty()) swept.push_back(plan.second);
  const auto measured = std::ranges::find(cells, "", &SweptComparison::failure);
  const RunResult on = measured == cells.end() ? RunResult{} : measured->measured_on;
  if (measured != cells.end()) result.conditions = conditions_of(on, plan.kept, swept);
  result.would_change_it = change_of_mind(result, cells, other_conditions(on, swept));
  result.conclusion =
      fmt::format("Under {}: over {} by {}: {}; {}; what would change it: {}.", result.conditions,
                  fmt::join(swept, " x "), result.goal, choices_in_words(result),
                  flips_in_words(result), result.would_change_it);
}

}  // namespace

SweepResult sweep(const SweepPlan& plan, const std::vector<SweptComparison>& comparisons) {
  SweepResult result;
  result.key = plan.first;
  result.second_key = plan.second;
  result.level = plan.level;
  for (const SweptComparison& swept : comparisons) {
    result.points.push_back(point_of(swept));
    count_pairs(result, swept);
    if (!swept.failure.empty()) continue;
    result.doorbuster_version = swept.comparison.doorbuster_version;
    result.goal = swept.comparison.goal;
    result.unit = swept.comparison.unit;
    result.simulated |= swept.comparison.simulated;
  }
  const std::vector<std::string> names = all_strategies(comparisons);
  for (const Line& line : lines_of(result, comparisons)) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = i + 1; j < names.size(); ++j) {
        add_crossovers(result.crossovers, line, names[i], names[j]);
      }
    }
  }
  conclude_sweep(result, plan, comparisons);
  return result;
}

}  // namespace doorbuster
