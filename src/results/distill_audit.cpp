// From the verdicts of the audit to those of a result.
#include <algorithm>

#include "results/distill.h"

namespace doorbuster {
namespace {

void copy(const AuditFigures& figures, AuditResult& into) {
  into.initial_units = figures.initial_units;
  into.database_sold_units = figures.database_sold_units;
  into.acknowledged_units = figures.acknowledged_units;
  into.final_quantity = figures.final_quantity;
  into.held_units = figures.held_units;
  into.oversold_units = figures.oversold_units;
  into.oversold_promised_units = figures.oversold_promised_units;
  into.undersold_units = figures.undersold_units;
  into.lost_orders = figures.lost_orders;
  into.phantom_orders = figures.phantom_orders;
  into.duplicate_orders = figures.duplicate_orders;
  into.unknown_resolved_sold = figures.unknown_resolved_sold;
  into.unknown_resolved_not_sold = figures.unknown_resolved_not_sold;
  into.conservation_error_units = figures.conservation_error_units;
  into.negative_stock_items = figures.negative_stock_items;
  into.cache_drift_units = figures.cache_drift_units;
  into.cache_negative_keys = figures.cache_negative_keys;
  into.gate_error_units = figures.gate_error_units;
  into.leaked_units = figures.leaked_units;
}

// Nothing: not decided, for one that was to be seen is undecided.
std::optional<bool> as_expected(const AuditResult& result) {
  bool undecided = false, unexpected = false;
  const auto look = [&](const auto& one) {
    if (one.as_expected) return;
    (one.verdict == Verdict::undecided ? undecided : unexpected) = true;
  };
  std::ranges::for_each(result.invariants, look);
  std::ranges::for_each(result.properties, look);
  if (unexpected) return false;
  return undecided ? std::nullopt : std::optional(true);
}

std::string what_was_found(const PropertyFinding& finding) {
  if (!finding.violations.empty()) return finding.violations.front().sentence;
  return finding.undecided;
}

PropertyResult property(const Property& of, const Result<HistoryVerdict>& verdict) {
  PropertyResult result;
  result.name = of.name;
  if (!verdict) {
    result.witness = verdict.error().message();
    return result;
  }
  const auto found = std::ranges::find(verdict->findings, of.name, &PropertyFinding::name);
  CHECK(found != verdict->findings.end(), "{} was not judged", of.name);
  result.verdict = found->verdict;
  result.found = found->found;
  result.possible = found->possible;
  result.witness = what_was_found(*found);
  const auto around = verdict->surroundings.find(result.name);
  if (around != verdict->surroundings.end()) result.surroundings = distill(around->second);
  return result;
}

ShownOperationResult distill(const Surroundings::Shown& shown) {
  const Operation& of = shown.operation;
  ShownOperationResult made;
  made.op = static_cast<std::int64_t>(of.op);
  made.accused = shown.accused;
  made.buyer = number(of.buyer);
  made.kind = to_string(of.kind);
  made.quantity = of.quantity;
  made.outcome = to_string(of.outcome);
  if (of.value != kNoStock) made.value = of.value;
  if (of.version != kNoVersion) made.version = of.version;
  made.started_s = to_seconds(since_start(of.started));
  if (of.finished != kNever) made.finished_s = to_seconds(since_start(of.finished));
  return made;
}

StalenessResult distill(const Staleness& staleness) {
  StalenessResult result;
  result.views = staleness.all.views;
  result.stale = staleness.all.stale;
  result.shows_stock_when_none = staleness.shows_stock_when_none;
  result.shows_none_when_stock = staleness.shows_none_when_stock;
  result.most_versions_behind = staleness.most_versions_behind;
  result.most_units_behind = staleness.most_units_behind;
  result.certain_age = distill(staleness.certain_age);
  result.possible_age = distill(staleness.possible_age);
  for (std::size_t i = 0; i < staleness.by_source.size(); ++i) {
    const std::string_view name = to_string(static_cast<AnswerSource>(i));
    const StaleCount& count = staleness.by_source[i];
    if (count.views == 0) continue;
    result.by_source.emplace_back(name.empty() ? "unnamed" : name,
                                  StaleCountResult{count.views, count.stale});
  }
  for (std::size_t i = 0; i < Staleness::kLimits.size(); ++i) {
    const StaleCount& count = staleness.by_time_since_change[i];
    StaleSinceResult since{.below_us = std::nullopt, .views = count.views, .stale = count.stale};
    if (i + 1 < Staleness::kLimits.size()) since.below_us = to_micros(Staleness::kLimits[i]);
    result.by_time_since_change.push_back(since);
  }
  return result;
}

GateDivergenceResult distill(const GateDivergence& apart) {
  return {.granted_without_row = apart.granted_without_row,
          .rows_without_grant = apart.rows_without_grant,
          .unknown_changes = apart.unknown_changes,
          .orders_in_both = apart.orders_in_both,
          .displaced = apart.displaced,
          .greatest_displacement = apart.greatest_displacement};
}

UnknownResult distill(const UnknownOutcomes& unknown) {
  UnknownResult made;
  made.attempts = unknown.attempts;
  made.sold = unknown.sold;
  made.not_sold = unknown.not_sold;
  made.duplicates = unknown.duplicates;
  made.zombies = unknown.zombies;
  made.possible_zombies = unknown.possible_zombies;
  made.leaked_units = unknown.leaked_units;
  for (const UnknownOutcomes::Witness& each : unknown.named) {
    UnknownWitnessResult witness;
    witness.fate = to_string(each.fate);
    witness.op = static_cast<std::int64_t>(each.op);
    witness.buyer = number(each.buyer);
    witness.key = number(each.key);
    witness.item = number(each.item);
    if (each.version != kNoVersion) witness.version = each.version;
    witness.witness = each.sentence;
    made.witnesses.push_back(std::move(witness));
  }
  return made;
}

std::optional<double> micros_of(const std::optional<Duration>& duration) {
  return duration ? std::optional(to_micros(*duration)) : std::nullopt;
}

}  // namespace

AuditResult distill(const AuditReport& report,
                    const std::map<std::string, std::optional<Verdict>>& expected) {
  AuditResult result;
  result.verdict = report.verdict;
  copy(report.figures, result);
  for (const Finding& finding : report.findings) {
    const auto named = expected.find(finding.name);
    InvariantResult invariant;
    invariant.name = finding.name;
    invariant.verdict = finding.verdict;
    invariant.found = finding.found;
    invariant.witness = finding.witness;
    if (named != expected.end()) invariant.expected = named->second;
    invariant.as_expected = !invariant.expected || invariant.verdict == *invariant.expected;
    result.invariants.push_back(std::move(invariant));
  }
  result.as_expected = as_expected(result);
  return result;
}

SurroundingsResult distill(const Surroundings& surroundings) {
  SurroundingsResult made;
  made.item = number(surroundings.item);
  made.from_s = to_seconds(since_start(surroundings.from));
  made.to_s = to_seconds(since_start(surroundings.to));
  for (const Surroundings::Shown& shown : surroundings.operations) {
    made.operations.push_back(distill(shown));
  }
  for (const StockChange& change : surroundings.changes) {
    ShownChangeResult shown;
    shown.version = change.version;
    shown.before = change.before;
    shown.after = change.after;
    if (change.op != kNoOperation) shown.op = static_cast<std::int64_t>(change.op);
    made.changes.push_back(shown);
  }
  for (const HistoryFault& fault : surroundings.faults) {
    ShownFaultResult shown;
    shown.kind = fault.kind;
    shown.operation = fault.operation;
    shown.from_s = to_seconds(since_start(fault.from));
    shown.until_s = to_seconds(since_start(fault.until));
    made.faults.push_back(std::move(shown));
  }
  made.more_changes = static_cast<std::int64_t>(surroundings.more_changes);
  if (surroundings.last_version != kNoVersion) made.last_version = surroundings.last_version;
  return made;
}

void add_properties(const Result<HistoryVerdict>& verdict,
                    const std::map<std::string, std::optional<Verdict>>& expected,
                    AuditResult& result) {
  for (const Property& each : properties()) {
    PropertyResult one = property(each, verdict);
    if (const auto named = expected.find(one.name); named != expected.end()) {
      one.expected = named->second;
    }
    one.as_expected = !one.expected || one.verdict == *one.expected;
    result.properties.push_back(std::move(one));
  }
  result.as_expected = as_expected(result);
  if (!verdict) return;
  result.staleness = distill(verdict->staleness);
  if (verdict->divergence) result.gate_divergence = distill(*verdict->divergence);
  if (verdict->unknown) result.unknown = distill(*verdict->unknown);
  result.power = {.operation_p50_us = micros_of(verdict->power.operation),
                  .commit_gap_p50_us = micros_of(verdict->power.gap)};
}

}  // namespace doorbuster
