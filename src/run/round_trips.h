// What a strategy's pages and purchases cost in round trips, measured: one buyer on simulated
// stores that count, so that no figure can drift from the code.
#pragma once

#include <cstdint>
#include <string>

#include "strategy/registry.h"

namespace doorbuster {

struct RoundTrips {
  std::int64_t redis = 0;
  std::int64_t database = 0;
  friend bool operator==(const RoundTrips&, const RoundTrips&) = default;
};
std::string to_string(const RoundTrips& trips);  // "2R + 1D", "1D", "none"

struct MeasuredCosts {
  RoundTrips first_view;  // of an item that nobody looked at before
  RoundTrips next_view;
  RoundTrips sale;     // and its payment, where there is one
  RoundTrips refusal;  // when nothing is left
};

MeasuredCosts measure_costs(const StrategyEntry& entry, const Options& options);

}  // namespace doorbuster
