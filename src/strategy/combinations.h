// The combinations of options, also with the scenario's stores and buyers, that are well known
// to be wrong: each with the anomaly that it lets in, and whether a scenario may ask for it with
// unsafe = true or cannot have it at all. None is silent. Values that are wrong by themselves
// say so at their option (OptionWord::unsafe).
//
// Not here, since the shop has no such thing: replica reads (with a lease), NOTIFY to invalidate,
// restocking during a sale (with negative caching), REPEATABLE READ (every session is told READ
// COMMITTED), a reconciler that sets the gate, and an evicting Redis: the throwaway one never
// evicts, and with a given one the run warns.
#pragma once

#include <string_view>
#include <vector>

#include "strategy/registry.h"

namespace doorbuster {

// What is chosen. REQUIRES of options: those of the decorators are there.
struct Chosen {
  const StrategyEntry& strategy;
  const Options& options;
  const Around& around;

  // Whether an option is there and has the value.
  bool has(const char* key, const OptionValue& value) const {
    const auto found = options.find(key);
    return found != options.end() && found->second == value;
  }
  bool is(std::string_view name) const { return strategy.name == name; }
};

struct Combination {
  std::string_view options;  // what is combined, in words
  std::string_view told_at;  // the option, or key of the buyers, whose place is told
  std::string_view anomaly;
  bool possible = true;
  bool (*applies)(const Chosen& chosen) = nullptr;
};

const std::vector<Combination>& combinations();

// Those that the options are. They may lack the decorators' where they are standard.
std::vector<Objection> objections_to(const StrategyEntry& strategy, const Options& options,
                                     const Around& around);

}  // namespace doorbuster
