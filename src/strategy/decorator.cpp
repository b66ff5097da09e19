#include "strategy/decorator.h"

#include "strategy/breaker.h"

// One line a decorator, the innermost first.
#define DOORBUSTER_DECORATORS(entry)                                                               \
  entry(lock_decorator) entry(retry_decorator) entry(limit_decorator) entry(idempotency_decorator) \
      entry(admission_decorator) entry(sold_out_flag_decorator) entry(cache_down_decorator)        \
          entry(single_flight_decorator)

namespace doorbuster {

#define DOORBUSTER_DECLARE(entry) DecoratorEntry entry();
DOORBUSTER_DECORATORS(DOORBUSTER_DECLARE)
#undef DOORBUSTER_DECLARE

namespace {

const std::vector<DecoratorEntry>& decorators() {
#define DOORBUSTER_LIST(entry) entry(),
  static const std::vector<DecoratorEntry> all = {DOORBUSTER_DECORATORS(DOORBUSTER_LIST)};
  return all;
}

}  // namespace

const std::vector<OptionWord>& decorator_options() {
  static const std::vector<OptionWord> all = [] {
    std::vector<OptionWord> words;
    for (const DecoratorEntry& decorator : decorators()) {
      words.insert(words.end(), decorator.options.begin(), decorator.options.end());
    }
    for (const OptionWord& word : breaker_options()) words.push_back(word);
    for (OptionWord& word : words) word.common = true;
    return words;
  }();
  return all;
}

Options with_decorator_options(Options options) {
  for (const OptionWord& word : decorator_options()) options.emplace(word.key, word.standard);
  return options;
}

std::unique_ptr<Strategy> decorated(Stores stores, const Options& options,
                                    const std::function<std::unique_ptr<Strategy>(Stores)>& make) {
  const Options all = with_decorator_options(options);
  return behind_breaker(stores, all, [&](Stores guarded) {
    std::unique_ptr<Strategy> strategy = make(guarded);
    for (const DecoratorEntry& decorator : decorators()) {
      if (decorator.wanted(all)) strategy = decorator.wrap(std::move(strategy), guarded, all);
    }
    return strategy;
  });
}

}  // namespace doorbuster
