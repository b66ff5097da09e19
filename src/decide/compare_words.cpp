#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "decide/compare.h"
#include "decide/words.h"

namespace doorbuster {
namespace {

// A resolved key of the scenario, or a fact of the machine; "" where there is none.
std::string fact_of(const Facts& facts, std::string_view key) {
  for (const auto& [name, fact] : facts) {
    if (name != key) continue;
    return std::visit(
        [](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) return value;
          return fmt::format("{}", value);
        },
        fact);
  }
  return "";
}

std::string load_in_words(const RunResult& run) {
  const Facts& keys = run.scenario.resolved;
  const auto key = [&](std::string_view name) { return fact_of(keys, name); };
  std::string words = fmt::format("scenario {}", run.scenario.name);
  if (run.model == "closed") {
    words += fmt::format(", {} buyers in a closed loop", key("load.buyers"));
  } else if (!key("load.profile").empty()) {
    words += fmt::format(", {} load", key("load.profile"));
    if (!key("load.rate").empty()) words += fmt::format(" of {} sessions/s", key("load.rate"));
  }
  if (!key("load.duration").empty()) words += fmt::format(" for {}", key("load.duration"));
  if (!key("shop.stock").empty()) words += fmt::format(", {} units in stock", key("shop.stock"));
  return words;
}

bool by_capacity(const ComparisonResult& result) { return result.goal == capacity_figure().name; }

std::string rejected_in_words(const std::vector<Elimination>& eliminated) {
  std::vector<std::string> each;
  for (const Elimination& one : eliminated) {
    each.push_back(
        fmt::format("{} ({} in {})", one.strategy, one.constraint,
                    counted(static_cast<std::size_t>(one.runs_broken), "trial", "trials")));
  }
  return fmt::format("{}", fmt::join(each, ", "));
}

const RankedStrategy* ranked(const ComparisonResult& result, const std::string& name) {
  const auto found = std::ranges::find(result.ranking, name, &RankedStrategy::strategy);
  return found == result.ranking.end() ? nullptr : &*found;
}

std::string figure_in_words(const RankedStrategy& strategy, const ComparisonResult& result) {
  if (!strategy.goal.median) return "not known";
  return fmt::format("{} ({:.4g} % interval {} to {}, {})",
                     with_unit(*strategy.goal.median, result.unit), 100 * (1 - result.level),
                     with_unit(*strategy.goal.low, result.unit),
                     with_unit(*strategy.goal.high, result.unit),
                     observations_in_words(result, static_cast<std::size_t>(strategy.runs)));
}

std::vector<std::string> names_of_rank_one(const ComparisonResult& result) {
  std::vector<std::string> names;
  for (const RankedStrategy& strategy : result.ranking) {
    if (strategy.rank == 1) names.push_back(strategy.strategy);
  }
  return names;
}

// The pair that matters next: of the choice, or of the best, and who comes closest.
const ComparedPair* closest(const ComparisonResult& result, const std::string& to) {
  const ComparedPair* next = nullptr;
  for (const ComparedPair& pair : result.pairs) {
    if (pair.metric != result.goal || (pair.better != to && pair.other != to)) continue;
    if (next == nullptr || pair.p > next->p) next = &pair;
  }
  return next;
}

std::string choice_in_words(const ComparisonResult& result) {
  const std::string& name = *result.choice;
  const RankedStrategy* chosen = ranked(result, name);
  if (result.decided_by == "only survivor") {
    return fmt::format("choose {}, which alone keeps every promise: its {} is {}", name,
                       result.goal, figure_in_words(*chosen, result));
  }
  if (result.decided_by == "goal") {
    const ComparedPair* next = closest(result, name);
    return fmt::format("choose {}, whose {} is {}: {}", name, result.goal,
                       figure_in_words(*chosen, result),
                       next == nullptr ? "nothing else has it" : next->sentence);
  }
  std::string why;
  for (const ComparedPair& pair : result.pairs) {
    if (pair.metric != result.goal && pair.better == name) why = pair.sentence;
  }
  return fmt::format("{} is the cheapest of {}, which {} does not tell apart at {}: {}", name,
                     fmt::join(names_of_rank_one(result), ", "), result.goal,
                     observations_in_words(result, static_cast<std::size_t>(chosen->runs)), why);
}

std::string no_runs_in_words(const ComparisonResult& result) {
  for (const RankedStrategy& strategy : result.ranking) {
    if (strategy.runs == 0 && strategy.runs_left_out > 0) {
      return fmt::format("of {} no run counts, for the harness or the machine was disturbed",
                         strategy.strategy);
    }
  }
  return "there are too few runs";
}

std::string verdict_in_words(const ComparisonResult& result) {
  if (result.ranking.empty()) {
    return result.verdict == Verdict::broken
               ? "no strategy is left to choose"
               : fmt::format("there is no {} to decide from",
                             by_capacity(result) ? "search" : "trial");
  }
  if (result.choice) {
    const std::string words = choice_in_words(result);
    return result.verdict == Verdict::holds ? words : "not yet clear, but so far " + words;
  }
  const std::vector<std::string> best = names_of_rank_one(result);
  const ComparedPair* next = closest(result, best[0]);
  return fmt::format(
      "{} of {}: {}", result.verdict == Verdict::holds ? "take any" : "there is no choice yet",
      fmt::join(best, ", "), next == nullptr ? no_runs_in_words(result) : next->sentence);
}

// By how many percent of its own the other must change to be as good, at the end of the interval
// that is nearer.
double to_draw_level(const PercentChange& change) {
  const bool low_is_nearer = std::abs(*change.low) < std::abs(*change.high);
  const double nearer = low_is_nearer ? *change.low : *change.high;
  return 100 * std::abs(1 / (1 + nearer / 100) - 1);
}

std::string change_of_mind(const ComparisonResult& result, const RunResult& run) {
  std::vector<std::string> reasons;
  if (result.choice && result.decided_by == "goal") {
    const ComparedPair* next = closest(result, *result.choice);
    if (next != nullptr && next->change.low && next->change.high) {
      reasons.push_back(fmt::format("{} if its {} improved by about {:.0f} % or more", next->other,
                                    result.goal, to_draw_level(next->change)));
    }
  } else if (!result.ranking.empty()) {
    const ComparedPair* next = closest(result, names_of_rank_one(result)[0]);
    if (next != nullptr && next->more_runs.value_or(0) > 0) {
      reasons.push_back(fmt::format("about {} more {} of each, if they show a difference",
                                    *next->more_runs, by_capacity(result) ? "searches" : "runs"));
    }
  }
  reasons.push_back(other_conditions(run));
  return fmt::format("{}", fmt::join(reasons, "; "));
}

// As if each of these keys had "each KEY" for its value.
RunResult with_swept(RunResult run, const std::vector<std::string>& swept) {
  run.trials.clear();
  for (const std::string& key : swept) {
    for (auto& [name, fact] : run.scenario.resolved) {
      if (name == key) fact = "each " + key;
    }
    if (key == "stores.durable") run.environment.durability = "each " + key;
  }
  return run;
}

std::string kept_in_words(const std::string& kept) {
  if (kept.empty()) return "";
  return fmt::format(
      ", by capacity: the highest rate, its stock growing with it, that keeps {} and the audit",
      kept);
}

}  // namespace

std::string conditions_of(const RunResult& run, const std::string& kept,
                          const std::vector<std::string>& swept) {
  if (!swept.empty()) return conditions_of(with_swept(run, swept), kept);
  std::string words = load_in_words(run);
  if (run.simulated) {
    return words + ", on SIMULATED stores in virtual time: no measurement" + kept_in_words(kept);
  }
  const EnvironmentInfo& environment = run.environment;
  const std::string rtt = fact_of(run.scenario.resolved, "network.rtt");
  const std::string& postgres = environment.postgres.version;  // "15.8 (Debian 15.8-0+deb12u1)"
  words += fmt::format(", Redis {}, PostgreSQL {}, {}, on {} CPUs of {}", environment.redis.version,
                       postgres.substr(0, postgres.find(' ')),
                       rtt.empty() || rtt == "0s" ? "loopback" : "loopback with " + rtt + " added",
                       fact_of(environment.host, "cpus"), fact_of(environment.host, "cpu_model"));
  if (!environment.durability.empty()) words += fmt::format(" ({})", environment.durability);
  return words + kept_in_words(kept);
}

std::string other_conditions(const RunResult& run, const std::vector<std::string>& swept) {
  if (!swept.empty()) return other_conditions(with_swept(run, swept));
  const std::string rtt = fact_of(run.scenario.resolved, "network.rtt");
  return fmt::format(
      "another load, stock or hardware, durable stores, or a round trip other than {}",
      rtt.empty() || rtt == "0s" ? "loopback's" : rtt);
}

std::string observations_in_words(const ComparisonResult& result, std::size_t number) {
  return by_capacity(result) ? counted(number, "search", "searches")
                             : counted(number, "run", "runs");
}

void put_in_words(ComparisonResult& result, const RunResult& run, const std::string& kept) {
  result.conditions = conditions_of(run, kept);
  result.would_change_it = change_of_mind(result, run);
  result.conclusion = fmt::format("Under {}: {}", result.conditions, verdict_in_words(result));
  if (!result.eliminated.empty()) {
    result.conclusion += "; rejected: " + rejected_in_words(result.eliminated);
  }
  result.conclusion += fmt::format("; what would change it: {}.", result.would_change_it);
}

}  // namespace doorbuster
