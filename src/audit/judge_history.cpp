#include "audit/judge_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

#include "audit/audit.h"
#include "audit/observation_pass.h"
#include "audit/purchases.h"
#include "base/check.h"

namespace doorbuster {
namespace {

PropertyFinding as_property(const Finding& finding) {
  PropertyFinding made;
  made.name = finding.name;
  made.verdict = finding.verdict;
  made.found = made.possible = finding.found;
  if (finding.verdict == Verdict::undecided) {
    made.undecided = finding.witness;
  } else if (!finding.witness.empty()) {
    made.violations.emplace_back();
    made.violations.back().sentence = finding.witness;
  }
  return made;
}

bool counts_units(std::string_view name) {
  return name == "no_oversell" || name == "no_oversold_promise" || name == "no_undersell" ||
         name == "conservation";
}

bool wanted(const JudgeOptions& options, std::string_view name) {
  return options.properties.empty() || std::ranges::count(options.properties, name) > 0;
}

std::vector<PropertyFinding> judge_sums(const JudgedHistory& history, const JudgeOptions& options) {
  std::vector<PropertyFinding> findings;
  if (std::ranges::none_of(invariants(),
                           [&](const Invariant& each) { return wanted(options, each.name); })) {
    return findings;
  }
  const Purchases purchases = purchases_of(history);
  const AuditReport report = audit(purchases.history, purchases.truth);
  for (const Finding& finding : report.findings) {
    if (!wanted(options, finding.name)) continue;
    findings.push_back(as_property(finding));
    if (counts_units(finding.name) && !purchases.units_unknown.empty()) {
      findings.back() = {};
      findings.back().name = finding.name;
      findings.back().verdict = Verdict::undecided;
      findings.back().undecided = purchases.units_unknown;
    }
  }
  return findings;
}

void run_all(const std::vector<std::function<void()>>& tasks, int threads) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> failures(tasks.size());
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      try {
        tasks[i]();
      } catch (...) {  // of memory there may be too little; nothing leaves a thread
        failures[i] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (int i = 1; i < threads; ++i) others.emplace_back(work);
    } catch (const std::system_error&) {  // then by fewer
    }
    work();
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

Verdict overall(const std::vector<PropertyFinding>& findings) {
  Verdict verdict = Verdict::holds;
  for (const PropertyFinding& finding : findings) {
    if (finding.verdict == Verdict::broken) return Verdict::broken;
    if (finding.verdict == Verdict::undecided) verdict = Verdict::undecided;
  }
  return verdict;
}

// A history's items, laid out for the judges.
struct Items {
  explicit Items(const JudgedHistory& history) : index(history) {
    stocks.reserve(index.items().size());
    gates.reserve(index.items().size());
    for (const OperationIndex::Item& item : index.items()) {
      stocks.emplace_back(index, item);
      gates.push_back(StockTimeline::of_gate(item));
      all.push_back({index, item, stocks.back(), gates.back()});
    }
  }

  OperationIndex index;
  std::vector<StockTimeline> stocks, gates;
  std::vector<ItemHistory> all;
};

struct Judged {
  const Property* property;
  Violations violations;
};

void judge_purchases(const Items& items, Judged& judged) {
  for (const ItemHistory& item : items.all) judged.property->judge(item, judged.violations);
}

void observe_views(const Items& items, OperationSource& operations, std::vector<Judged>& judged,
                   HistoryVerdict& verdict) {
  const auto observers = [&](const ItemHistory& item) {
    ObservationPass::Observers made;
    for (Judged& each : judged) {
      if (each.property->observe == nullptr) continue;
      if (auto observer = each.property->observe(item, each.violations)) {
        made.push_back(std::move(observer));
      }
    }
    made.push_back(observer_of_ages(item, verdict.staleness));
    return made;
  };
  ObservationPass pass(items.index, items.all, observers);
  PowerMeter meter;
  while (const Operation* operation = operations.next()) {
    ++verdict.operations;
    meter.take(*operation);
    pass.take(*operation);
  }
  pass.finish();
  verdict.power = std::move(meter).power(items.all);
}

}  // namespace

HistoryVerdict judge_history(const JudgedHistory& history, OperationSource& operations,
                             const JudgeOptions& options) {
  HistoryVerdict made;
  made.items = std::ssize(history.items);
  made.faults = history.faults;
  const Items items(history);
  std::vector<Judged> judged;
  for (const Property& property : properties()) {
    if (wanted(options, property.name)) judged.push_back({&property, {}});
  }
  std::vector<std::function<void()>> tasks;  // the longest first
  tasks.emplace_back([&] { observe_views(items, operations, judged, made); });
  tasks.emplace_back([&] { made.findings = judge_sums(history, options); });
  for (Judged& each : judged) {
    if (each.property->judge != nullptr) tasks.emplace_back([&] { judge_purchases(items, each); });
  }
  tasks.emplace_back([&] { made.divergence = divergence_of(items.all); });
  tasks.emplace_back([&] { made.unknown = resolve_unknowns(history, items.all); });
  run_all(tasks, options.threads);
  for (Judged& each : judged) {
    made.findings.push_back(std::move(each.violations).finding());
    made.findings.back().name = each.property->name;
  }
  made.verdict = overall(made.findings);
  return made;
}

HistoryVerdict judge_history(const JudgedHistory& history, const JudgeOptions& options) {
  OperationsInMemory operations(history);
  return judge_history(history, operations, options);
}

void add_surroundings(const JudgedHistory& history, HistoryVerdict& verdict) {
  for (const PropertyFinding& finding : verdict.findings) {
    if (finding.violations.empty()) continue;
    auto around = surroundings_of(history, finding.violations.front());
    if (around) verdict.surroundings.emplace(finding.name, *std::move(around));
  }
}

void leave_open_without_views(HistoryVerdict& verdict, std::int64_t missing) {
  if (missing == 0) return;
  constexpr std::array<std::string_view, 5> kOfViews = {"no_stale_reads", "no_read_ahead",
                                                        "read_your_writes", "monotonic_reads",
                                                        "linearizable_stock"};
  for (PropertyFinding& finding : verdict.findings) {
    const bool of_views = std::ranges::find(kOfViews, finding.name) != kOfViews.end();
    if (!of_views || finding.verdict != Verdict::holds) continue;
    finding.verdict = Verdict::undecided;
    finding.undecided = fmt::format("{} views were not kept", missing);
  }
  verdict.verdict = overall(verdict.findings);
}

void leave_open_without_purchases(HistoryVerdict& verdict, std::int64_t missing) {
  if (missing == 0) return;
  constexpr std::array<std::string_view, 5> kOfTheStoresAlone = {
      "no_oversell", "conservation", "no_negative_stock", "cache_agrees_with_database",
      "gate_agrees_with_database"};
  constexpr std::array<std::string_view, 3> kProvedByWhatIsThere = {
      "no_oversold_promise", "no_lost_order", "no_duplicate_order"};
  for (PropertyFinding& finding : verdict.findings) {
    const auto is_of = [&](const auto& names) {
      return std::ranges::find(names, finding.name) != names.end();
    };
    if (finding.verdict == Verdict::undecided || is_of(kOfTheStoresAlone)) continue;
    if (finding.verdict == Verdict::broken && is_of(kProvedByWhatIsThere)) continue;
    finding.verdict = Verdict::undecided;
    finding.possible = std::max(finding.possible, std::exchange(finding.found, 0));
    finding.violations.clear();
    finding.undecided =
        fmt::format("{} purchases are not in the history, and may explain the others", missing);
  }
  verdict.verdict = overall(verdict.findings);
}

HistoryVerdict nothing_judged(const JudgeOptions& options, std::string_view why) {
  HistoryVerdict made;
  made.verdict = Verdict::undecided;
  for (const std::string& name : property_names()) {
    if (!options.properties.empty() && std::ranges::count(options.properties, name) == 0) continue;
    PropertyFinding& finding = made.findings.emplace_back();
    finding.name = name;
    finding.verdict = Verdict::undecided;
    finding.undecided = why;
  }
  return made;
}

std::vector<std::string> property_names() {
  std::vector<std::string> names = invariant_names();
  for (const Property& property : properties()) names.emplace_back(property.name);
  return names;
}

}  // namespace doorbuster
