#include <fmt/format.h>

#include "report/escape.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"

namespace doorbuster {
namespace {

// Bold where something is wrong.
std::string wrong(const std::optional<std::int64_t>& count) {
  return count.value_or(0) > 0 ? fmt::format("**{}**", *count) : plain(count);
}

std::string words(const InvariantResult& invariant) {
  const std::string verdict(to_string(invariant.verdict));
  if (invariant.as_expected) {
    if (!invariant.expected) return verdict + ", not judged";
    return invariant.verdict == Verdict::holds ? verdict : verdict + ", as expected";
  }
  return fmt::format("**{}**, expected {}", verdict,
                     to_string(invariant.expected.value_or(Verdict::holds)));
}

}  // namespace

std::string promises_section(const Summaries& strategies) {
  if (strategies.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const StrategySummary& each : strategies) {
    const auto worst = [&](std::optional<std::int64_t> AuditResult::*figure) {
      return wrong(each.worst(figure));
    };
    rows.push_back({markdown_safe(each.name), fmt::format("{}", to_string(each.validity)),
                    fmt::format("**{}**", verdict_word(each)),
                    plain(std::optional<std::int64_t>(std::ssize(each.trials))),
                    fmt::format("{} of {}", plain(each.sold), plain(each.stock)),
                    worst(&AuditResult::oversold_units),
                    worst(&AuditResult::oversold_promised_units),
                    worst(&AuditResult::undersold_units), worst(&AuditResult::lost_orders),
                    worst(&AuditResult::phantom_orders), worst(&AuditResult::duplicate_orders),
                    worst(&AuditResult::conservation_error_units),
                    worst(&AuditResult::cache_drift_units), worst(&AuditResult::leaked_units)});
  }
  return "\n## Promises\n\nUnits and orders; of several trials the worst. \"As expected\" is a "
         "strategy that broke what the scenario expects it to break.\n\n" +
         markdown_table({"strategy", "validity", "verdict", "trials", "sold of stock", "oversold",
                         "promised too many", "undersold", "lost", "phantom", "duplicate",
                         "conservation error", "cache drift", "leaked"},
                        rows, 3);
}

std::string witnesses_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    for (const InvariantResult& invariant : trial.audit.invariants) {
      if (invariant.verdict == Verdict::holds && invariant.as_expected) continue;
      rows.push_back({markdown_safe(trial.strategy), fmt::format("{}", trial.repetition),
                      markdown_safe(invariant.name), words(invariant),
                      markdown_safe(invariant.witness), fmt::format("{}", invariant.found)});
    }
  }
  if (rows.empty()) return "";
  return "\n## Witnesses\n\nEvery invariant that is not listed here holds, as expected.\n\n" +
         markdown_table({"strategy", "trial", "invariant", "verdict", "witness", "found"}, rows, 5);
}

std::string thresholds_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const ThresholdResult& each : result.thresholds) {
    const auto value = spread({counted_figure(each.value, each.samples)});
    rows.push_back({markdown_safe(each.strategy), fmt::format("{}", each.repetition),
                    markdown_safe(each.expression),
                    !each.holds   ? "undecided"
                    : *each.holds ? "holds"
                                  : "**broken**",
                    plain(value) + " " + markdown_safe(each.unit),
                    fmt::format("{}", each.samples)});
  }
  if (rows.empty()) return "";
  return "\n## Thresholds\n\n" +
         markdown_table({"strategy", "trial", "threshold", "verdict", "measured", "samples"}, rows,
                        4);
}

}  // namespace doorbuster
