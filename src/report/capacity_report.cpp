#include "report/capacity_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/decision_parts.h"
#include "report/escape.h"
#include "report/markdown_table.h"
#include "report/table.h"

namespace doorbuster {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const std::vector<std::string> kCapacityHeadings = {
    "strategy", "bears", "breaks at", "headroom", "statements/sale", "CPU/op", "runs"};
const std::vector<std::string> kCurveHeadings = {"strategy",   "sessions/s", "stock",
                                                 "answered/s", "buy.p99",    "harness",
                                                 "Redis",      "PostgreSQL", "answer"};

const std::vector<std::string> kThousandHeadings = {"per 1000 sales", "statements", "commands",
                                                    "CPU: harness",   "Redis",      "PostgreSQL"};
const std::vector<std::string> kLawHeadings = {"scalability law", "loads",    "sigma",
                                               "kappa",           "residual", "peak"};

Rows capacity_rows(const CapacityResult& capacity) {
  Rows rows;
  for (const StrategyCapacity& each : capacity.strategies) {
    rows.push_back({each.strategy, decided_value(each.kept_per_s, "/s"),
                    decided_value(each.broken_per_s, "/s"), percent_text(each.headroom_percent),
                    decided_value(each.database_statements_per_sale, ""),
                    decided_value(each.cpu_us_per_op, "us"), std::to_string(each.probes.size())});
  }
  return rows;
}

// Every run of every strategy, by rate: the curve as a table. CPU is in busy cores.
Rows curve_rows(const CapacityResult& capacity) {
  Rows rows;
  for (const StrategyCapacity& each : capacity.strategies) {
    std::vector<ProbeResult> probes = each.probes;
    std::ranges::stable_sort(probes, {}, &ProbeResult::rate_per_s);
    for (const ProbeResult& probe : probes) {
      rows.push_back({each.strategy, decided_value(probe.rate_per_s, ""),
                      std::to_string(probe.stock), decided_value(probe.achieved_per_s, ""),
                      decided_value(probe.buy_p99_us, "us"), decided_value(probe.harness_cores, ""),
                      decided_value(probe.redis_cores, ""), decided_value(probe.postgres_cores, ""),
                      probe.answer});
    }
  }
  return rows;
}

Rows thousand_rows(const CapacityResult& capacity) {
  Rows rows;
  for (const StrategyCapacity& each : capacity.strategies) {
    const ThousandSales& cost = each.per_thousand_sales;
    const auto seconds = [](const std::optional<double>& s) {
      return s ? fmt::format("{:.3g} s", *s) : std::string("-");
    };
    rows.push_back({each.strategy, decided_value(cost.database_statements, ""),
                    decided_value(cost.cache_commands, ""), seconds(cost.harness_cpu_s),
                    seconds(cost.redis_cpu_s), seconds(cost.postgres_cpu_s)});
  }
  return rows;
}

Rows law_rows(const CapacityResult& capacity) {
  Rows rows;
  for (const StrategyCapacity& each : capacity.strategies) {
    const ScalabilityLaw& law = each.law;
    const auto with_error = [](const std::optional<double>& value,
                               const std::optional<double>& error) {
      return value && error ? fmt::format("{:.3g} +- {:.2g}", *value, *error) : std::string("-");
    };
    rows.push_back({each.strategy, std::to_string(law.loads),
                    with_error(law.sigma, law.sigma_error), with_error(law.kappa, law.kappa_error),
                    law.residual_percent ? fmt::format("{:.1f} %", *law.residual_percent) : "-",
                    law.peak_per_s ? fmt::format("{:.4g}/s at {:.3g} in flight", *law.peak_per_s,
                                                 law.peak_in_flight.value_or(0))
                                   : "refused"});
  }
  return rows;
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

std::vector<std::vector<Cell>> harmless(const Rows& rows) {
  std::vector<std::vector<Cell>> cells;
  for (const std::vector<std::string>& row : rows) {
    std::vector<Cell>& line = cells.emplace_back();
    for (const std::string& cell : row) line.push_back({terminal_safe(cell)});
  }
  return cells;
}

Rows for_markdown(Rows rows) {
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = markdown_safe(cell);
  }
  return rows;
}

}  // namespace

std::string terminal_capacity(const CapacityResult& capacity, const TerminalStyle& style) {
  std::string text = fmt::format(
      "verdict: {}{}\n\n",
      toned(to_string(capacity.verdict), tone_of_verdict(capacity.verdict), style.colour),
      capacity.simulated ? ", SIMULATED stores in virtual time: no measurement" : "");
  text += table(decision_columns(kCapacityHeadings, 1), harmless(capacity_rows(capacity)),
                style.colour);
  text += "\n" +
          table(decision_columns(kCurveHeadings, 1), harmless(curve_rows(capacity)), style.colour);
  text += "\n" +
          table(decision_columns(kThousandHeadings, 1), harmless(thousand_rows(capacity)),
                style.colour) +
          "\n" +
          table(decision_columns(kLawHeadings, 1), harmless(law_rows(capacity)), style.colour);
  text += listed(capacity_remarks(capacity), style) + "\n";
  return text + wrapped(capacity_legend(capacity), style.width, 0) + "\n\n" +
         terminal_safe(capacity.conclusion) + "\n";
}

std::string markdown_capacity(const CapacityResult& capacity) {
  return fmt::format(
             "## doorbuster capacity: {}\n{}\n", to_string(capacity.verdict),
             capacity.simulated ? "\nSIMULATED stores in virtual time: no measurement\n" : "") +
         markdown_table(kCapacityHeadings, for_markdown(capacity_rows(capacity))) + "\n" +
         markdown_table(kCurveHeadings, for_markdown(curve_rows(capacity))) + "\n" +
         markdown_table(kThousandHeadings, for_markdown(thousand_rows(capacity))) + "\n" +
         markdown_table(kLawHeadings, for_markdown(law_rows(capacity))) +
         markdown_list(capacity_remarks(capacity)) + "\n" +
         markdown_safe(capacity_legend(capacity)) + "\n\n" + markdown_safe(capacity.conclusion) +
         "\n";
}

}  // namespace doorbuster
