#include "run/vocabulary.h"

#include <algorithm>
#include <iterator>

#include "audit/judge_history.h"
#include "run/metrics.h"
#include "store/trouble.h"
#include "strategy/combinations.h"
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {

namespace {

StrategyWord word_of(const StrategyEntry& entry) {
  StrategyWord word{std::string(entry.name), entry.options};
  std::ranges::copy(decorator_options(), std::back_inserter(word.options));
  word.objections = [&entry](const Options& options, const Around& around) {
    return objections_to(entry, options, around);
  };
  return word;
}

}  // namespace

Vocabulary vocabulary() {
  Vocabulary words;
  for (const StrategyEntry& entry : strategies()) {
    words.strategies.push_back(word_of(entry));
  }
  words.invariants = property_names();
  words.metrics = metric_words();
  words.operations = operation_names();
  return words;
}

}  // namespace doorbuster
