// The words that a scenario may use but this room cannot know: strategies with their options,
// invariants, metrics, operations of the stores. The caller passes them in; parse.h checks names
// against them and proposes the nearest.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario.h"

namespace doorbuster {

// A value of an option that lets a well-known anomaly in. A scenario must say unsafe = true to run
// it, and is warned all the same.
struct UnsafeValue {
  OptionValue value;
  std::string anomaly;  // "oversells when the holder pauses past the lock's TTL"
};

// A value of another option of the strategy, with which an option has no effect.
struct Idle {
  std::string with;
  OptionValue value;
};

struct OptionWord {
  std::string key;
  OptionValue standard;             // the default; its type is the option's type
  std::string meaning;              // with the unit, one line
  std::vector<std::string> values;  // of a string option: what it may be; empty: anything
  std::vector<UnsafeValue> unsafe = {};
  std::vector<Idle> idle = {};
  // One that every strategy takes: it stands in a scenario's choice only where it is not standard.
  bool common = false;
  std::optional<OptionValue> least = {};  // of a whole number or a duration; nothing: 0
};

// An option with a least value of its type.
inline OptionWord at_least(OptionValue least, OptionWord option) {
  option.least = std::move(least);
  return option;
}

// What of a scenario may speak against a strategy's options.
struct Around {
  const StoreSettings& stores;
  const Buyers& buyers;
};

// What is wrong with options taken together, or with what is around them.
struct Objection {
  std::string option;    // whose place it is told at; or a key of the buyers, "buyers.retries"
  std::string anomaly;   // in words, as of an UnsafeValue
  bool possible = true;  // with unsafe = true; false: it cannot work at all
};

struct StrategyWord {
  std::string name;
  std::vector<OptionWord> options;
  std::string is = {};  // of a name that the scenario gave: the strategy it stands for
  // What speaks against a choice of options; null: nothing.
  std::function<std::vector<Objection>(const Options&, const Around&)> objections = nullptr;
};

// What a metric is, which tells the units that a threshold on it may have: a time needs one, a
// share may be in %, a rate may say /s, a count has none.
enum class MetricKind : unsigned char { time, share, rate, count };

struct MetricWord {
  std::string name;  // "buy.p99"
  MetricKind kind = MetricKind::count;
  bool audited = false;  // known only when the trial is over: nothing can end early because of it
};

struct Vocabulary {
  std::vector<StrategyWord> strategies;
  std::vector<std::string> invariants;
  std::vector<MetricWord> metrics;
  std::vector<std::string> operations;  // of the stores, by name; empty: any name may be said
};

}  // namespace doorbuster
