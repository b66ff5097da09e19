// The catalogue of strategies: each by its standard name, with what it promises, the options it
// takes and how to make one. To add a strategy: its file, which defines StrategyEntry NAME(), and
// one line in registry.cpp. Immutable after start; any thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "scenario/vocabulary.h"
#include "strategy/strategy.h"

namespace doorbuster {

struct StrategyEntry {
  std::string_view name;
  std::string_view summary;      // one line: what it does
  std::string_view anomaly;      // what it allows, or "" for one that is claimed safe
  bool check_constraint = true;  // the stock column has CHECK (quantity >= 0)
  bool returns_units = false;    // what a buyer was told is sold out may be for sale again
  std::vector<OptionWord> options;
  // Changes what a shop is laid out with, by the options; null: the usual one row an item.
  void (*lay_out)(const Options& options, Stocking& stocking) = nullptr;
  // Bare of decorators; callers want make_strategy. REQUIRES: every option is there, with the type
  // of its default.
  std::unique_ptr<Strategy> (*make)(Stores stores, const Options& options) = nullptr;
};

// Of an option that says how often somebody looks: more often is a loop that never rests.
inline constexpr Duration kLeastPoll = 100us;

const std::vector<StrategyEntry>& strategies();

// Nothing where no strategy has that name.
const StrategyEntry* find_strategy(std::string_view name);

// Of the strategy's own options; those that every strategy takes have theirs where they are not
// said.
Options default_options(const StrategyEntry& entry);

// The strategy in the decorators that its options ask for.
std::unique_ptr<Strategy> make_strategy(const StrategyEntry& entry, Stores stores,
                                        const Options& options);

// How a shop with these items is laid out for the strategy.
Stocking stocking_for(const StrategyEntry& entry, const Options& options,
                      std::vector<StockedItem> items);

// REQUIRES: the option is there and holds a T.
template <class T>
const T& option(const Options& options, const char* key) {
  return std::get<T>(options.at(key));
}

}  // namespace doorbuster
