#include "strategy/registry.h"

#include <algorithm>

#include "strategy/decorator.h"

// One line a strategy, in the order in which people should read them.
#define DOORBUSTER_CATALOGUE(entry)                                                     \
  entry(database_atomic) entry(database_pessimistic) entry(database_optimistic)         \
      entry(advisory_lock) entry(unit_rows) entry(sharded_stock) entry(read_then_write) \
          entry(cache_aside_textbook) entry(cache_aside) entry(write_through_textbook)  \
              entry(write_through) entry(outbox) entry(redis_lock) entry(redis_gate)    \
                  entry(write_behind) entry(hold) entry(combined)

namespace doorbuster {

#define DOORBUSTER_DECLARE(entry) StrategyEntry entry();
DOORBUSTER_CATALOGUE(DOORBUSTER_DECLARE)
#undef DOORBUSTER_DECLARE

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

std::unique_ptr<Strategy> make_strategy(const StrategyEntry& entry, Stores stores,
                                        const Options& options) {
  return decorated(stores, options, [&](Stores guarded) { return entry.make(guarded, options); });
}

Stocking stocking_for(const StrategyEntry& entry, const Options& options,
                      std::vector<StockedItem> items) {
  Stocking stocking;
  stocking.items = std::move(items);
  stocking.check_constraint = entry.check_constraint;
  if (entry.lay_out != nullptr) entry.lay_out(options, stocking);
  return stocking;
}

}  // namespace doorbuster
