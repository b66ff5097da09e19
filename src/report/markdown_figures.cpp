#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/fault_words.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"
#include "report/series_rows.h"

namespace doorbuster {
namespace {

struct MeasuredOperation {
  const char* name;
  Distilled OperationsResult::*of;
};
constexpr MeasuredOperation kOperations[] = {{"view", &OperationsResult::view},
                                             {"buy", &OperationsResult::buy},
                                             {"buy, sold", &OperationsResult::buy_sold},
                                             {"buy, sold out", &OperationsResult::buy_sold_out},
                                             {"pay", &OperationsResult::pay}};

// The median, and the range where there are several trials.
std::string with_range(const std::optional<Spread>& value, std::string median, std::string range) {
  return value && value->trials > 1 ? fmt::format("{} ({})", median, range) : median;
}

std::string ms(const std::optional<Spread>& value) {
  return with_range(value, in_ms(value), range_in_ms(value));
}
std::string number(const std::optional<Spread>& value) {
  return with_range(value, plain(value), range(value));
}

std::vector<std::string> latency_row(const StrategySummary& strategy,
                                     const MeasuredOperation& operation) {
  const auto at = [&](OperationsResult TrialResult::*times, double p) {
    return ms(strategy.over_trials(
        [&](const TrialResult& trial) { return percentile(trial.*times.*operation.of, p); }));
  };
  const auto of_latency = [&](auto figure) {
    return strategy.over_trials(
        [&](const TrialResult& trial) { return figure(trial.latency.*operation.of); });
  };
  const auto average = of_latency(mean);
  return {markdown_safe(strategy.name),
          operation.name,
          average ? fmt::format("{}", average->samples) : "-",
          ms(average),
          at(&TrialResult::latency, 50),
          at(&TrialResult::latency, 90),
          at(&TrialResult::latency, 99),
          at(&TrialResult::latency, 99.9),
          ms(of_latency(highest)),
          at(&TrialResult::service, 50),
          at(&TrialResult::service, 99),
          at(&TrialResult::lag, 50),
          at(&TrialResult::lag, 99)};
}

// Few strategies hold what is bought until it is paid.
bool pays(const StrategySummary& strategy) {
  return std::ranges::any_of(strategy.trials,
                             [](const TrialResult* trial) { return trial->latency.pay.count > 0; });
}

std::string series_cell(const std::optional<Duration>& time) {
  if (!time) return "-";
  return in_ms(spread({Measured{to_micros(*time), 0, false}}));
}

std::string series_table(const TrialResult& trial, const CoarserSeries& series) {
  const bool faulty = !trial.faults.empty();
  const auto length = static_cast<std::int64_t>(series.merged) * trial.series.interval_ms;
  std::vector<std::vector<std::string>> rows;
  for (const SeriesRow& row : series.rows) {
    rows.push_back({fmt::format("{:.1f}", static_cast<double>(row.at_ms) / 1000),
                    fmt::format("{}", row.arrived), fmt::format("{}", row.sold),
                    fmt::format("{}", row.sold_out), fmt::format("{}", row.views),
                    series_cell(row.buy_p50), series_cell(row.buy_p99),
                    fmt::format("{}", row.in_flight), plain(row.stock_left)});
    if (!faulty) continue;
    rows.back().push_back(
        markdown_safe(faults_between(trial.faults, row.at_ms, row.at_ms + length)));
  }
  std::vector<std::string> heads = {"s",          "arrived",    "sold",      "sold out",  "views",
                                    "buy p50 ms", "buy p99 ms", "in flight", "stock left"};
  if (faulty) heads.emplace_back("fault");
  return markdown_table(heads, rows, 0);
}

}  // namespace

std::string latency_section(const Summaries& strategies) {
  if (strategies.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  bool thin = false;
  for (const StrategySummary& strategy : strategies) {
    for (const MeasuredOperation& operation : kOperations) {
      if (operation.of == &OperationsResult::pay && !pays(strategy)) continue;
      rows.push_back(latency_row(strategy, operation));
      for (const std::string& cell : rows.back()) thin = thin || cell.find('~') != cell.npos;
    }
  }
  return "\n## Latency, service and lag\n\nMilliseconds. Latency is what the buyer feels: from "
         "when "
         "the operation should have begun. Service is without the harness's own lateness, which is "
         "lag. Samples are of the trial with the fewest; of several trials the median, and the "
         "lowest to the highest in brackets." +
         std::string(thin ? " ~: fewer than 100 samples lie beyond." : "") + "\n\n" +
         markdown_table({"strategy", "operation", "samples", "latency mean", "p50", "p90", "p99",
                         "p99.9", "max", "service p50", "service p99", "lag p50", "lag p99"},
                        rows, 2);
}

std::string cost_section(const Summaries& strategies) {
  if (strategies.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const StrategySummary& strategy : strategies) {
    const auto rate = [&](double ThroughputResult::*figure, std::int64_t CountsResult::*samples) {
      return number(strategy.over_trials([&](const TrialResult& trial) {
        return counted_figure(trial.throughput.*figure, trial.counts.*samples);
      }));
    };
    const auto cost = [&](std::optional<double> CostResult::*figure) {
      return number(strategy.over_trials([&](const TrialResult& trial) {
        return counted_figure(trial.cost.*figure,
                              trial.counts.views + trial.counts.attempts + trial.latency.pay.count);
      }));
    };
    const auto ratio = hit_ratio(strategy);
    rows.push_back(
        {markdown_safe(strategy.name),
         rate(&ThroughputResult::offered_per_s, &CountsResult::arrived),
         rate(&ThroughputResult::achieved_per_s, &CountsResult::arrived),
         rate(&ThroughputResult::views_per_s, &CountsResult::views), number(goodput(strategy)),
         ratio ? in_percent(ratio) + " %" : "-",
         ms(strategy.over_trials(
             [](const TrialResult& trial) { return percentile(trial.pool_wait, 99); })),
         cost(&CostResult::harness_cpu_us_per_op), cost(&CostResult::redis_cpu_us_per_op),
         cost(&CostResult::postgres_cpu_us_per_op), cost(&CostResult::database_statements_per_sale),
         cost(&CostResult::cache_commands_per_sale)});
  }
  return "\n## Throughput and cost\n\nPurchases offered and answered, views answered and units "
         "sold, "
         "a second; CPU in microseconds an operation (of a store only where it is on this "
         "machine).\n\n" +
         markdown_table({"strategy", "offered/s", "achieved/s", "views/s", "goodput units/s",
                         "hit ratio", "pool wait p99 ms", "CPU harness", "CPU Redis",
                         "CPU PostgreSQL", "statements/sale", "cache commands/sale"},
                        rows);
}

std::string strategy_figures_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  bool thin = false;
  for (const TrialResult& trial : result.trials) {
    const auto row = [&](const std::string& name, std::vector<std::string> cells) {
      cells.insert(cells.begin(), {markdown_safe(trial.strategy),
                                   fmt::format("{}", trial.repetition), markdown_safe(name)});
      rows.push_back(std::move(cells));
    };
    const auto of_one = [&thin](const std::optional<Measured>& value) {
      thin = thin || (value && value->thin);
      return in_ms(spread({value}));
    };
    for (const auto& [name, n] : trial.figures.counts) {
      row(name, {fmt::format("{}", n), "-", "-", "-"});
    }
    for (const auto& [name, time] : trial.figures.times) {
      row(name, {fmt::format("{}", time.count), of_one(percentile(time, 50)),
                 of_one(percentile(time, 99)), of_one(highest(time))});
    }
  }
  if (rows.empty()) return "";
  return "\n## What is special to a strategy\n\nUnder names of its own; times in milliseconds." +
         std::string(thin ? " ~: fewer than 100 samples lie beyond." : "") + "\n\n" +
         markdown_table({"strategy", "trial", "figure", "count", "p50", "p99", "max"}, rows, 3);
}

std::string counts_section(const RunResult& result) {
  if (result.trials.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    std::vector<std::string> row{markdown_safe(trial.strategy),
                                 fmt::format("{}", trial.repetition)};
    const CountsResult& c = trial.counts;
    for (const std::int64_t count :
         {c.arrived, c.sold, c.sold_out, c.refused, c.declined, c.expired, c.failed, c.unknown,
          c.abandoned, c.deterred, c.dropped, c.views, c.views_failed, c.attempts}) {
      row.push_back(fmt::format("{}", count));
    }
    rows.push_back(std::move(row));
  }
  return "\n## Counts\n\nArrived is the sum of sold to dropped.\n\n" +
         markdown_table({"strategy", "trial", "arrived", "sold", "sold out", "refused", "declined",
                         "expired", "failed", "unknown", "abandoned", "deterred", "dropped",
                         "views", "views failed", "attempts"},
                        rows, 2);
}

std::string effects_table(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    const AuditResult& audit = trial.audit;
    for (const FaultResult& fault : trial.faults) {
      if (effect_words(fault).empty()) continue;
      const EffectCells cells = effect_cells(fault.effects);
      rows.push_back({markdown_safe(trial.strategy), std::to_string(trial.repetition),
                      markdown_safe(fault.kind), cells.before, cells.during, cells.after,
                      cells.errors, cells.load, cells.back, plain(audit.oversold_units),
                      plain(audit.oversold_promised_units), plain(audit.leaked_units)});
    }
  }
  if (rows.empty()) return "";
  return "\nWhat they did: p99 of purchases scheduled before the first fault, during this one, and "
         "from its end to the next or the last arrival (ms); errors shown to buyers during it; "
         "operations a second asked of the database, over those before; when latency was back "
         "within 10 % of before, since the fault's end. Units oversold, promised too many and "
         "leaked are of the whole trial.\n\n" +
         markdown_table(
             {"strategy", "trial", "fault", "p99 before", "during", "after", "errors",
              "database load", "latency back", "oversold", "promised too many", "leaked"},
             rows, 3);
}

std::string faults_section(const RunResult& result) {
  std::string text;
  for (const TrialResult& trial : result.trials) {
    for (const FaultResult& fault : trial.faults) {
      text += fmt::format("- {}, trial {}: {}\n", markdown_safe(trial.strategy), trial.repetition,
                          markdown_safe(fault_words(fault)));
    }
  }
  if (text.empty()) return "";
  return "\n## Faults\n\nIn seconds since the opening.\n\n" + text + effects_table(result);
}

std::string errors_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    for (const ErrorResult& error : trial.errors) {
      rows.push_back({markdown_safe(trial.strategy), fmt::format("{}", trial.repetition),
                      markdown_safe(error.store), markdown_safe(error.cause),
                      markdown_safe(error.code), fmt::format("{}", error.count)});
    }
  }
  if (rows.empty()) return "";
  return "\n## Errors\n\n" +
         markdown_table({"strategy", "trial", "store", "cause", "code", "count"}, rows, 5);
}

std::string series_section(const RunResult& result, std::size_t most_rows) {
  std::string text;
  for (const TrialResult& trial : result.trials) {
    if (trial.series.rows.empty()) continue;
    const CoarserSeries series = coarser(trial.series, most_rows);
    text +=
        fmt::format("\n<details><summary>{}, trial {}{}</summary>\n\n",
                    markdown_safe(trial.strategy), trial.repetition,
                    series.merged > 1
                        ? fmt::format(" ({} intervals in a row: the worst latency)", series.merged)
                        : "");
    text += series_table(trial, series) + "\n</details>\n";
  }
  return text.empty() ? "" : "\n## Over time\n" + text;
}

}  // namespace doorbuster
