// The part of a result that tells what an audit found, on the terms of results/result.h.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/outcome.h"
#include "results/figures_result.h"
#include "results/surroundings_result.h"

namespace doorbuster {

struct InvariantResult {
  std::string name;
  Verdict verdict = Verdict::undecided;
  std::int64_t found = 0;  // units, orders or items, as the invariant counts
  std::string witness;     // one sentence; "" when it holds
  // What the scenario's [expect] says of this strategy; nothing: it may be anything.
  std::optional<Verdict> expected = Verdict::holds;
  bool as_expected = false;
};
BOOST_DESCRIBE_STRUCT(InvariantResult, (), (name, verdict, found, witness, expected, as_expected))

// A property of single answers, as the trial's history has them (audit/properties.h).
struct PropertyResult {
  std::string name;
  Verdict verdict = Verdict::undecided;
  std::int64_t found = 0;     // operations that surely break it
  std::int64_t possible = 0;  // that may: `found` is part of them
  std::string witness;        // or why it is undecided; "" when it holds
  std::optional<Verdict> expected;
  bool as_expected = true;
  std::optional<SurroundingsResult> surroundings = std::nullopt;  // of the witness, if broken
};
BOOST_DESCRIBE_STRUCT(PropertyResult, (),
                      (name, verdict, found, possible, witness, expected, as_expected,
                       surroundings))

struct StaleCountResult {
  std::int64_t views = 0;
  std::int64_t stale = 0;  // surely
};
BOOST_DESCRIBE_STRUCT(StaleCountResult, (), (views, stale))

struct StaleSinceResult {
  std::optional<double> below_us;  // since the last change of stock; nothing: no limit
  std::int64_t views = 0;
  std::int64_t stale = 0;
};
BOOST_DESCRIBE_STRUCT(StaleSinceResult, (), (below_us, views, stale))

// How old what views showed was (audit/staleness.h).
struct StalenessResult {
  std::int64_t views = 0;  // whose state is known
  std::int64_t stale = 0;
  std::int64_t shows_stock_when_none = 0;
  std::int64_t shows_none_when_stock = 0;
  std::int64_t most_versions_behind = 0;
  std::int64_t most_units_behind = 0;
  Distilled certain_age;  // of the stale
  Distilled possible_age;
  Named<StaleCountResult> by_source;
  std::vector<StaleSinceResult> by_time_since_change;
  // How long after everything came to rest the cache and the database agreed on every item.
  std::optional<double> agrees_after_s;
  std::string agrees_note;  // why there is no such time; "" in files of before there was one
};
BOOST_DESCRIBE_STRUCT(StalenessResult, (),
                      (views, stale, shows_stock_when_none, shows_none_when_stock,
                       most_versions_behind, most_units_behind, certain_age, possible_age,
                       by_source, by_time_since_change, agrees_after_s, agrees_note))

// How far the logs of gate and database are apart (audit/gate_divergence.h).
struct GateDivergenceResult {
  std::int64_t granted_without_row = 0;
  std::int64_t rows_without_grant = 0;
  std::int64_t unknown_changes = 0;
  std::int64_t orders_in_both = 0;
  std::optional<std::int64_t> displaced;
  std::optional<std::int64_t> greatest_displacement;
};
BOOST_DESCRIBE_STRUCT(GateDivergenceResult, (),
                      (granted_without_row, rows_without_grant, unknown_changes, orders_in_both,
                       displaced, greatest_displacement))

// How sharp the check of single answers is (audit/power.h).
struct PowerResult {
  std::optional<double> operation_p50_us;
  std::optional<double> commit_gap_p50_us;
};
BOOST_DESCRIBE_STRUCT(PowerResult, (), (operation_p50_us, commit_gap_p50_us))

// audit/unknown_outcomes.h
struct UnknownWitnessResult {
  std::string fate;     // zombie, duplicate, leak
  std::int64_t op = 0;  // the attempt without an answer
  std::int64_t buyer = 0;
  std::int64_t key = 0;
  std::int64_t item = 0;
  std::optional<std::int64_t> version;
  std::string witness;
};
BOOST_DESCRIBE_STRUCT(UnknownWitnessResult, (), (fate, op, buyer, key, item, version, witness))

struct UnknownResult {
  std::int64_t attempts = 0;  // sold + not_sold
  std::int64_t sold = 0;
  std::int64_t not_sold = 0;
  std::int64_t duplicates = 0;
  std::int64_t zombies = 0;
  std::int64_t possible_zombies = 0;
  std::optional<Quantity> leaked_units;
  std::vector<UnknownWitnessResult> witnesses;
};
BOOST_DESCRIBE_STRUCT(UnknownResult, (),
                      (attempts, sold, not_sold, duplicates, zombies, possible_zombies,
                       leaked_units, witnesses))

// Figures are empty where the ground truth could not be read.
struct AuditResult {
  Verdict verdict = Verdict::undecided;  // broken: an invariant is, expected or not
  std::optional<bool> as_expected;       // and named properties; nothing: undecided
  std::optional<Quantity> initial_units;
  std::optional<Quantity> database_sold_units;
  std::optional<Quantity> acknowledged_units;
  std::optional<Quantity> final_quantity;
  std::optional<Quantity> held_units;
  std::optional<Quantity> oversold_units;
  std::optional<Quantity> oversold_promised_units;
  std::optional<Quantity> undersold_units;
  std::optional<std::int64_t> lost_orders;
  std::optional<std::int64_t> phantom_orders;
  std::optional<std::int64_t> duplicate_orders;
  std::optional<std::int64_t> unknown_resolved_sold;
  std::optional<std::int64_t> unknown_resolved_not_sold;
  std::optional<Quantity> conservation_error_units;
  std::optional<std::int64_t> negative_stock_items;
  std::optional<Quantity> cache_drift_units;
  std::optional<std::int64_t> cache_negative_keys;
  std::optional<Quantity> gate_error_units;
  std::optional<Quantity> leaked_units;
  std::vector<InvariantResult> invariants;
  std::vector<PropertyResult> properties;  // empty in files of before there were any
  StalenessResult staleness;
  std::optional<GateDivergenceResult> gate_divergence;  // nothing: there is no log of a gate
  PowerResult power;
  std::optional<UnknownResult> unknown;  // nothing: there was no history to judge
};
BOOST_DESCRIBE_STRUCT(AuditResult, (),
                      (verdict, as_expected, initial_units, database_sold_units, acknowledged_units,
                       final_quantity, held_units, oversold_units, oversold_promised_units,
                       undersold_units, lost_orders, phantom_orders, duplicate_orders,
                       unknown_resolved_sold, unknown_resolved_not_sold, conservation_error_units,
                       negative_stock_items, cache_drift_units, cache_negative_keys,
                       gate_error_units, leaked_units, invariants, properties, staleness,
                       gate_divergence, power, unknown))

}  // namespace doorbuster
