#include "decide/comparable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <variant>

namespace doorbuster {
namespace {

std::string words_of(const Fact& fact) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
          return fmt::format("\"{:.60}\"", value);
        } else {
          return fmt::format("{}", value);
        }
      },
      fact);
}

// Of the words and the judging, not of what was run; and how often it was.
bool is_beside_the_load(std::string_view key) {
  return key == "name" || key == "description" || key == "repetitions" || key == "seed" ||
         key.starts_with("expect.") || key.starts_with("threshold");
}

// One and the same machine, told again.
bool are_the_same(std::string_view key, const Fact& first, const Fact& second) {
  if (first == second) return true;
  const auto* here = std::get_if<std::int64_t>(&first);
  const auto* there = std::get_if<std::int64_t>(&second);
  if (key != "memory_bytes" || here == nullptr || there == nullptr) return false;
  const double larger = static_cast<double>(std::max(*here, *there));
  const double smaller = static_cast<double>(std::min(*here, *there));
  return larger - smaller <= kSameMemoryPercent / 100 * larger;
}

class Differ {
 public:
  Differ(std::string_view here, std::string_view there) : here_(here), there_(there) {}

  void word(std::string_view what, const std::string& first, const std::string& second) {
    if (first == second) return;
    found_.differences.push_back(fmt::format("{} is {} in {} and {} in {}", what, quoted(first),
                                             here_, quoted(second), there_));
  }

  // What one side alone has is a note where `lenient`: builds of another age know other keys.
  void facts(std::string_view what, const Facts& first, const Facts& second, bool lenient) {
    const std::map<std::string, Fact> others(second.begin(), second.end());
    for (const auto& [key, fact] : first) {
      const auto other = others.find(key);
      if (other == others.end()) {
        alone(what, key, fact, here_, lenient);
      } else if (!are_the_same(key, fact, other->second)) {
        auto& into = is_beside_the_load(key) && lenient ? found_.notes : found_.differences;
        if (lenient && (key == "repetitions" || key == "seed")) continue;
        into.push_back(fmt::format("{}{} is {} in {} and {} in {}", what, key, words_of(fact),
                                   here_, words_of(other->second), there_));
      }
    }
    const std::map<std::string, Fact> ours(first.begin(), first.end());
    for (const auto& [key, fact] : second) {
      if (ours.count(key) == 0) alone(what, key, fact, there_, lenient);
    }
  }

  RunDifferences take() && { return std::move(found_); }

 private:
  static std::string quoted(const std::string& text) {
    return text.empty() ? "not known" : fmt::format("{:.80}", text);
  }

  void alone(std::string_view what, const std::string& key, const Fact& fact, std::string_view side,
             bool lenient) {
    auto& into = lenient ? found_.notes : found_.differences;
    into.push_back(fmt::format("{}{} is {} in {} alone", what, key, words_of(fact), side));
  }

  std::string_view here_;
  std::string_view there_;
  RunDifferences found_;
};

// A run's whole load, before its trials.
void compare_loads(Differ& differ, const RunResult& first, const RunResult& second) {
  differ.word("the scenario", first.scenario.name, second.scenario.name);
  differ.word("simulated", first.simulated ? "true" : "false", second.simulated ? "true" : "false");
  differ.word("the load model", first.model, second.model);
  differ.word("the number of shards", std::to_string(first.shards), std::to_string(second.shards));
  differ.word("the trace's sha256", first.scenario.trace_sha256.value_or(""),
              second.scenario.trace_sha256.value_or(""));
  // Without its resolved keys a file's sum is all that is known of a scenario.
  if (first.scenario.resolved.empty() || second.scenario.resolved.empty()) {
    differ.word("the scenario's sha256", first.scenario.sha256, second.scenario.sha256);
  } else {
    differ.facts("", first.scenario.resolved, second.scenario.resolved, true);
  }
}

void compare_surroundings(Differ& differ, const RunResult& first, const RunResult& second) {
  differ.word("the build type", first.build.type, second.build.type);
  differ.word("the compiler", first.build.compiler, second.build.compiler);
  const EnvironmentInfo& here = first.environment;
  const EnvironmentInfo& there = second.environment;
  differ.facts("the machine's ", here.host, there.host, false);
  differ.word("Redis's version", here.redis.version, there.redis.version);
  differ.facts("Redis's ", here.redis.settings, there.redis.settings, false);
  differ.word("PostgreSQL's version", here.postgres.version, there.postgres.version);
  differ.facts("PostgreSQL's ", here.postgres.settings, there.postgres.settings, false);
  differ.word("throwaway servers", here.throwaway ? "true" : "false",
              there.throwaway ? "true" : "false");
}

void add_once(std::vector<std::string>& sentences, const std::vector<std::string>& more) {
  for (const std::string& sentence : more) {
    if (std::ranges::find(sentences, sentence) == sentences.end()) sentences.push_back(sentence);
  }
}

}  // namespace

RunDifferences differences_between(const RunResult& first, const RunResult& second,
                                   std::string_view here, std::string_view there) {
  Differ differ(here, there);
  compare_loads(differ, first, second);
  compare_surroundings(differ, first, second);
  return std::move(differ).take();
}

RunDifferences differences_within(const std::vector<RunResult>& runs) {
  RunDifferences all;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const RunDifferences found =
        differences_between(runs[0], runs[i], runs[0].run_id, runs[i].run_id);
    add_once(all.differences, found.differences);
    add_once(all.notes, found.notes);
  }
  return all;
}

RunDifferences differences_of(const std::vector<RunResult>& baseline,
                              const std::vector<RunResult>& candidate) {
  RunDifferences all;
  for (const RunResult& run : candidate) {
    const RunDifferences found = differences_between(baseline.at(0), run);
    add_once(all.differences, found.differences);
    add_once(all.notes, found.notes);
  }
  for (const auto* side : {&baseline, &candidate}) {
    const RunDifferences found = differences_within(*side);
    add_once(all.differences, found.differences);
  }
  return all;
}

}  // namespace doorbuster
