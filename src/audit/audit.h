// The audit: judges what happened in a trial from the buyers' history and the database's ground
// truth alone, never a store. Pure and deterministic; O(n log n) in purchases and orders. The
// figures are named as in result.json (results/README.md), computed for each item and then summed.
// Units in holds that stand at rest are neither left nor sold.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/outcome.h"
#include "history/ground_truth.h"
#include "history/record.h"

namespace doorbuster {

class Accounts;  // history and truth joined, audit/accounts.h

// Empty where the ground truth is absent. A witness of each non-zero figure is in its finding.
struct AuditFigures {
  std::optional<Quantity> initial_units;
  std::optional<Quantity> database_sold_units;  // units in confirmed orders
  Quantity acknowledged_units = 0;              // units that buyers were told they have
  std::optional<Quantity> final_quantity;
  std::optional<Quantity> held_units;  // in holds that stand at rest
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
};

struct Finding {
  std::string name;
  Verdict verdict = Verdict::undecided;
  std::int64_t found = 0;  // units, orders or items, as the invariant counts; 0 when it holds
  std::string witness;     // one sentence a person reads; "" when it holds
};

struct AuditReport {
  Verdict verdict = Verdict::undecided;  // broken if any is; else undecided if any is; else holds
  AuditFigures figures;
  std::vector<Finding> findings;  // one for each of invariants(), in that order
};

// No truth: everything undecided, but for what buyers were told.
AuditReport audit(const History& history, const std::optional<GroundTruth>& truth);

struct Invariant {
  std::string_view name;
  std::string_view meaning;  // one line
  Finding (*judge)(const Accounts& accounts);
};

std::span<const Invariant> invariants();
std::vector<std::string> invariant_names();  // for a scenario's vocabulary

}  // namespace doorbuster
