// The words that this room's tests and fuzzers use for strategies, invariants, metrics and
// operations. Tests only.
#pragma once

#include "scenario/vocabulary.h"

namespace doorbuster {

inline Vocabulary test_vocabulary() {
  Vocabulary words;
  words.strategies = {
      {"database-atomic", {}},
      {"read-then-write", {}},
      {"cache-aside-textbook", {{"ttl", Duration(300s), "of a copy", {}}}},
      {"cache-aside",
       {{"ttl", Duration(300s), "of a copy", {}},
        at_least(Duration(100us), {"lease", Duration(100ms), "of a fill", {}}),
        at_least(std::int64_t{1}, {"attempts", std::int64_t{3}, "at a lease", {}}),
        {"jitter", 0.1, "of the ttl", {}},
        {"negative", false, "keep absent ones", {}},
        {"invalidate", std::string("delete"), "how", {"delete", "expire"}}}},
      {"write-through-textbook", {}},
      {"write-through", {}},
      {"redis-gate", {}},
  };
  words.invariants = {"no_oversell",
                      "no_oversold_promise",
                      "no_undersell",
                      "no_lost_order",
                      "no_phantom_order",
                      "no_duplicate_order",
                      "conservation",
                      "no_negative_stock",
                      "cache_agrees_with_database",
                      "gate_agrees_with_database",
                      "no_leaked_units"};
  words.metrics = {{"buy.p99", MetricKind::time},
                   {"view.p50", MetricKind::time},
                   {"goodput", MetricKind::rate},
                   {"failed_share", MetricKind::share},
                   {"oversold_units", MetricKind::count, true}};
  words.operations = {"get", "take_if_available"};
  return words;
}

}  // namespace doorbuster
