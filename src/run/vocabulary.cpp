#include "run/vocabulary.h"

#include "audit/audit.h"
#include "run/metrics.h"
#include "store/trouble.h"
#include "strategy/registry.h"

namespace doorbuster {

Vocabulary vocabulary() {
  Vocabulary words;
  for (const StrategyEntry& entry : strategies()) {
    words.strategies.push_back({std::string(entry.name), entry.options});
  }
  words.invariants = invariant_names();
  words.metrics = metric_words();
  words.operations = operation_names();
  return words;
}

}  // namespace doorbuster
