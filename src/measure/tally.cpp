#include "measure/tally.h"

namespace doorbuster {

void Tally::merge(const Tally& other) {
  arrived += other.arrived;
  for (std::size_t i = 0; i < kOutcomes; ++i) outcomes[i] += other.outcomes[i];
  sessions += other.sessions;
  browsed += other.browsed;
  views += other.views;
  views_failed += other.views_failed;
  attempts += other.attempts;
  cache_hits += other.cache_hits;
  cache_misses += other.cache_misses;
  cache_errors += other.cache_errors;
  units_sold += other.units_sold;
}

}  // namespace doorbuster
