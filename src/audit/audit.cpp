#include "audit/audit.h"

#include <algorithm>
#include <array>

#include "audit/accounts.h"
#include "audit/invariants.h"
#include "base/check.h"

namespace doorbuster {
namespace {

constexpr std::array kInvariants = {
    Invariant{"no_oversell", "no more units in confirmed orders than there were in stock",
              no_oversell},
    Invariant{"no_oversold_promise", "no more units promised to buyers than there were in stock",
              no_oversold_promise},
    Invariant{"no_undersell", "no stock left that a buyer told 'sold out' would have taken",
              no_undersell},
    Invariant{"no_lost_order", "every buyer told 'sold' has an order", no_lost_order},
    Invariant{"no_phantom_order", "no buyer told a definite no has an order", no_phantom_order},
    Invariant{"no_duplicate_order", "no purchase has two orders", no_duplicate_order},
    Invariant{"conservation",
              "stock at the start = stock left + units held + units in confirmed orders",
              conservation},
    Invariant{"no_negative_stock", "no stock row below zero", no_negative_stock},
    Invariant{"cache_agrees_with_database", "at rest the cache shows what the database has",
              cache_agrees_with_database},
    Invariant{"gate_agrees_with_database",
              "the gate accounts for all its units, and counts as sold what has an order",
              gate_agrees_with_database},
    Invariant{"no_leaked_units", "no unit stays reserved at the gate that nobody will ever buy",
              no_leaked_units},
};

Verdict overall(std::span<const Finding> findings) {
  const auto any = [&](Verdict verdict) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.verdict == verdict; });
  };
  if (any(Verdict::broken)) return Verdict::broken;
  return any(Verdict::undecided) ? Verdict::undecided : Verdict::holds;
}

std::int64_t found(std::span<const Finding> findings, std::string_view name) {
  const auto finding = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& f) { return f.name == name; });
  CHECK(finding != findings.end(), "no invariant is called {}", name);
  return finding->found;
}

void sum_items(const Accounts& accounts, AuditFigures& figures) {
  Quantity initial = 0, sold = 0, left = 0, held = 0;
  std::int64_t negative_keys = 0;
  for (const ItemAccount& item : accounts.items()) {
    initial += item.truth.initial;
    sold += item.sold;
    left += item.truth.left;
    held += item.truth.held;
    if (item.truth.cached.value_or(0) < 0) ++negative_keys;
  }
  figures.initial_units = initial;
  figures.database_sold_units = sold;
  figures.final_quantity = left;
  figures.held_units = held;
  figures.cache_negative_keys = negative_keys;
}

void resolve_unknowns(const Accounts& accounts, AuditFigures& figures) {
  std::int64_t sold = 0, not_sold = 0;
  for (const PurchaseAccount& purchase : accounts.purchases()) {
    if (purchase.record == nullptr || purchase.record->outcome != Outcome::unknown) continue;
    ++(purchase.own_row() != nullptr ? sold : not_sold);
  }
  figures.unknown_resolved_sold = sold;
  figures.unknown_resolved_not_sold = not_sold;
}

void fill(const Accounts& accounts, std::span<const Finding> findings, AuditFigures& figures) {
  sum_items(accounts, figures);
  resolve_unknowns(accounts, figures);
  figures.oversold_units = found(findings, "no_oversell");
  figures.oversold_promised_units = found(findings, "no_oversold_promise");
  figures.undersold_units = found(findings, "no_undersell");
  figures.lost_orders = found(findings, "no_lost_order");
  figures.phantom_orders = found(findings, "no_phantom_order");
  figures.duplicate_orders = found(findings, "no_duplicate_order");
  figures.conservation_error_units = found(findings, "conservation");
  figures.negative_stock_items = found(findings, "no_negative_stock");
  figures.cache_drift_units = found(findings, "cache_agrees_with_database");
  figures.gate_error_units = found(findings, "gate_agrees_with_database");
  figures.leaked_units = found(findings, "no_leaked_units");
}

// That nobody could look is no agreement.
void forget_the_cache(AuditReport& report) {
  for (const std::string_view of_the_cache :
       {"cache_agrees_with_database", "gate_agrees_with_database", "no_leaked_units"}) {
    const auto agrees = std::ranges::find(report.findings, of_the_cache, &Finding::name);
    agrees->verdict = Verdict::undecided;
    agrees->found = 0;
    agrees->witness = "the cache could not be read at rest";
  }
  report.figures.cache_drift_units.reset();
  report.figures.cache_negative_keys.reset();
  report.figures.gate_error_units.reset();
  report.figures.leaked_units.reset();
}

}  // namespace

std::span<const Invariant> invariants() { return kInvariants; }

std::vector<std::string> invariant_names() {
  std::vector<std::string> names;
  for (const Invariant& invariant : kInvariants) names.emplace_back(invariant.name);
  return names;
}

AuditReport audit(const History& history, const std::optional<GroundTruth>& truth) {
  AuditReport report;
  for (const Record& record : history) {
    if (record.outcome == Outcome::sold) report.figures.acknowledged_units += record.quantity;
  }
  if (!truth) {
    for (const Invariant& invariant : kInvariants) {
      report.findings.push_back({.name = std::string(invariant.name),
                                 .verdict = Verdict::undecided,
                                 .found = 0,
                                 .witness = "the ground truth was not read"});
    }
    return report;
  }
  const Accounts accounts(history, *truth);
  for (const Invariant& invariant : kInvariants) {
    report.findings.push_back(invariant.judge(accounts));
    report.findings.back().name = invariant.name;
  }
  fill(accounts, report.findings, report.figures);
  if (!truth->cache_read) forget_the_cache(report);
  report.verdict = overall(report.findings);
  return report;
}

}  // namespace doorbuster
