// The counts of a trial, and the identity that they must satisfy: every purchase intent that the
// schedule called for ended in exactly one way. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "base/ids.h"
#include "base/outcome.h"

namespace doorbuster {

struct Tally {
  // Purchase intents called for, one a line of a cart, whatever the attempts.
  std::int64_t arrived = 0;
  // How they ended, by Outcome.
  std::array<std::int64_t, kOutcomes> outcomes{};

  // Outside the identity.
  std::int64_t sessions = 0;  // buyers who came, to buy or to look
  std::int64_t browsed = 0;   // sessions that meant only to look
  std::int64_t views = 0;     // answered; those that failed are apart
  std::int64_t views_failed = 0;
  std::int64_t attempts = 0;      // calls of buy, retries included
  std::int64_t cache_hits = 0;    // of views that asked the cache
  std::int64_t cache_misses = 0;  // likewise
  std::int64_t cache_errors = 0;
  Quantity units_sold = 0;  // acknowledged to buyers

  std::int64_t& operator[](Outcome outcome) { return outcomes[static_cast<std::size_t>(outcome)]; }
  std::int64_t operator[](Outcome outcome) const {
    return outcomes[static_cast<std::size_t>(outcome)];
  }

  std::int64_t resolved() const {
    return std::accumulate(outcomes.begin(), outcomes.end(), std::int64_t{0});
  }

  // arrived == the sum over all outcomes. A trial of which this is false is invalid.
  bool balances() const { return arrived == resolved(); }

  void merge(const Tally& other);
  friend bool operator==(const Tally&, const Tally&) = default;
};

}  // namespace doorbuster
