#include "strategy/registry.h"

#include <algorithm>

// One line a strategy, in the order in which people should read them.
#define DOORBUSTER_CATALOGUE(entry)                                                            \
  entry(database_atomic) entry(read_then_write) entry(cache_aside_textbook) entry(cache_aside) \
      entry(write_through_textbook) entry(write_through)

namespace doorbuster {

#define DOORBUSTER_DECLARE(entry) StrategyEntry entry();
DOORBUSTER_CATALOGUE(DOORBUSTER_DECLARE)

const std::vector<StrategyEntry>& strategies() {
#define DOORBUSTER_LIST(entry) entry(),
  static const std::vector<StrategyEntry> all = {DOORBUSTER_CATALOGUE(DOORBUSTER_LIST)};
  return all;
}

const StrategyEntry* find_strategy(std::string_view name) {
  const auto found = std::ranges::find(strategies(), name, &StrategyEntry::name);
  return found == strategies().end() ? nullptr : &*found;
}

Options default_options(const StrategyEntry& entry) {
  Options options;
  for (const OptionWord& word : entry.options) options.emplace(word.key, word.standard);
  return options;
}

}  // namespace doorbuster
