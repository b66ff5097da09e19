// How a purchase intent ended. One enum for the whole program; the counts of a trial balance over
// it (measure/tally.h). What each means is settled by the results contract (results/README.md).
#pragma once

#include <array>
#include <string_view>

namespace doorbuster {

enum class Outcome : unsigned char {
  sold,       // the shop said yes
  sold_out,   // the shop said: no stock
  refused,    // another definite no: a limit, busy, a breaker that is open
  declined,   // the payment failed
  expired,    // a hold ran out
  failed,     // an error that is certainly no sale
  unknown,    // no answer: it may have been sold
  abandoned,  // patience ended, or was sent home at the end, with nothing in flight
  deterred,   // the page showed none left and this buyer does not try
  dropped,    // never begun: the harness was too late or full
};
inline constexpr std::size_t kOutcomes = 10;

constexpr std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, kOutcomes> names = {
      "sold",   "sold_out", "refused",   "declined", "expired",
      "failed", "unknown",  "abandoned", "deterred", "dropped"};
  return names[static_cast<std::size_t>(outcome)];
}

// A verdict has three values; the exit code follows it.
enum class Verdict : unsigned char { holds, broken, undecided };

constexpr std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 3> names = {"holds", "broken", "undecided"};
  return names[static_cast<std::size_t>(verdict)];
}

// Whether a trial's figures may be trusted at all.
enum class Validity : unsigned char { valid, degraded, invalid };

constexpr std::string_view to_string(Validity validity) {
  constexpr std::array<std::string_view, 3> names = {"valid", "degraded", "invalid"};
  return names[static_cast<std::size_t>(validity)];
}

}  // namespace doorbuster
