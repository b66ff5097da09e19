#include "report/capacity_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/decision_parts.h"
#include "report/escape.h"

namespace doorbuster {
namespace {

DecisionTable capacity_table(const CapacityResult& capacity) {
  DecisionTable decision{.headings = {"strategy", "bears", "breaks at", "headroom",
                                      "statements/sale", "CPU/op", "runs"},
                         .rows = {}};
  for (const StrategyCapacity& each : capacity.strategies) {
    decision.rows.push_back(
        {each.strategy, decided_value(each.kept_per_s, "/s"),
         decided_value(each.broken_per_s, "/s"), percent_text(each.headroom_percent),
         decided_value(each.database_statements_per_sale, ""),
         decided_value(each.cpu_us_per_op, "us"), std::to_string(each.probes.size())});
  }
  return decision;
}

// Every run of every strategy, by rate: the curve as a table. CPU is in busy cores.
DecisionTable curve_table(const CapacityResult& capacity) {
  DecisionTable decision{.headings = {"strategy", "sessions/s", "stock", "answered/s", "buy.p99",
                                      "harness", "Redis", "PostgreSQL", "answer"},
                         .rows = {}};
  for (const StrategyCapacity& each : capacity.strategies) {
    std::vector<ProbeResult> probes = each.probes;
    std::ranges::stable_sort(probes, {}, &ProbeResult::rate_per_s);
    for (const ProbeResult& probe : probes) {
      decision.rows.push_back(
          {each.strategy, decided_value(probe.rate_per_s, ""), std::to_string(probe.stock),
           decided_value(probe.achieved_per_s, ""), decided_value(probe.buy_p99_us, "us"),
           decided_value(probe.harness_cores, ""), decided_value(probe.redis_cores, ""),
           decided_value(probe.postgres_cores, ""), probe.answer});
    }
  }
  return decision;
}

DecisionTable thousand_table(const CapacityResult& capacity) {
  DecisionTable decision{.headings = {"per 1000 sales", "statements", "commands", "CPU: harness",
                                      "Redis", "PostgreSQL"},
                         .rows = {}};
  for (const StrategyCapacity& each : capacity.strategies) {
    const ThousandSales& cost = each.per_thousand_sales;
    const auto seconds = [](const std::optional<double>& s) {
      return s ? fmt::format("{:.3g} s", *s) : std::string("-");
    };
    decision.rows.push_back({each.strategy, decided_value(cost.database_statements, ""),
                             decided_value(cost.cache_commands, ""), seconds(cost.harness_cpu_s),
                             seconds(cost.redis_cpu_s), seconds(cost.postgres_cpu_s)});
  }
  return decision;
}

DecisionTable law_table(const CapacityResult& capacity) {
  DecisionTable decision{
      .headings = {"scalability law", "loads", "sigma", "kappa", "residual", "peak"}, .rows = {}};
  for (const StrategyCapacity& each : capacity.strategies) {
    const ScalabilityLaw& law = each.law;
    const auto with_error = [](const std::optional<double>& value,
                               const std::optional<double>& error) {
      return value && error ? fmt::format("{:.3g} +- {:.2g}", *value, *error) : std::string("-");
    };
    decision.rows.push_back(
        {each.strategy, std::to_string(law.loads), with_error(law.sigma, law.sigma_error),
         with_error(law.kappa, law.kappa_error),
         law.residual_percent ? fmt::format("{:.1f} %", *law.residual_percent) : "-",
         law.peak_per_s ? fmt::format("{:.4g}/s at {:.3g} in flight", *law.peak_per_s,
                                      law.peak_in_flight.value_or(0))
                        : "refused"});
  }
  return decision;
}

std::vector<std::string> capacity_remarks(const CapacityResult& capacity) {
  std::vector<std::string> lines;
  for (const StrategyCapacity& each : capacity.strategies) {
    lines.push_back(each.sentence);
    const auto tell = [&](const std::string& what, const std::string& words) {
      if (!words.empty()) lines.push_back(each.strategy + ": " + what + words);
    };
    tell("first at its limit: ", each.saturated_first);
    tell("", each.knee.sentence);
    tell("no peak is told: ", each.law.refused);
  }
  for (const std::string& each : capacity.assumptions) lines.push_back("assumed: " + each);
  return lines;
}

std::string capacity_legend(const CapacityResult& capacity) {
  return fmt::format(
      "Growth, bisection to {:.0f} %, then a second run at either end; a rate is judged by the "
      "majority of its runs. CPU of a run in busy cores. Law: Gunther's, of operations a second "
      "over "
      "operations in flight, with 95 % intervals; no peak is told that the runs do not support.",
      capacity.precision_percent);
}

}  // namespace

std::string terminal_capacity(const CapacityResult& capacity, const TerminalStyle& style) {
  return verdict_line(capacity.verdict, capacity.simulated, style) +
         terminal_table(capacity_table(capacity), style) +
         terminal_table(curve_table(capacity), style) +
         terminal_table(thousand_table(capacity), style) +
         terminal_table(law_table(capacity), style) + listed(capacity_remarks(capacity), style) +
         "\n" + wrapped(capacity_legend(capacity), style.width, 0) + "\n\n" +
         terminal_safe(capacity.conclusion) + "\n";
}

std::string markdown_capacity(const CapacityResult& capacity) {
  return markdown_verdict("capacity", capacity.verdict, capacity.simulated) +
         markdown_table(capacity_table(capacity)) + markdown_table(curve_table(capacity)) +
         markdown_table(thousand_table(capacity)) + markdown_table(law_table(capacity)) +
         markdown_list(capacity_remarks(capacity)) + "\n" +
         markdown_safe(capacity_legend(capacity)) + "\n\n" + markdown_safe(capacity.conclusion) +
         "\n";
}

}  // namespace doorbuster
