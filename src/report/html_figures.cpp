#include "report/html_figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html_charts.h"
#include "report/html_page.h"

namespace doorbuster {
namespace {

constexpr std::size_t kTableRows = 60;
constexpr std::size_t kTableRowsOfAll = 2400;
constexpr std::size_t kFewestTableRows = 10;

template <class Has>
std::string where_some(const RunResult& result, Has has, const std::string& html) {
  return std::ranges::any_of(result.trials, has) ? html : "";
}

bool has_series(const TrialResult& trial) { return !trial.series.rows.empty(); }

}  // namespace

std::string oversold_figure(const RunResult& result) {
  const auto some = [](const TrialResult& trial) {
    return trial.audit.oversold_units.value_or(0) > 0 ||
           trial.audit.oversold_promised_units.value_or(0) > 0;
  };
  return where_some(result, some,
                    figure_place("oversold", "Oversold units",
                                 "Units beyond the stock, in confirmed orders and in what buyers "
                                 "were told. Strategies without a bar sold none too many."));
}

std::string spectrum_figures(const RunResult& result) {
  const auto some = [](const TrialResult& trial) {
    return trial.latency.view.count + trial.latency.buy.count > 0;
  };
  return where_some(
      result, some,
      "<section id=\"percentiles\">\n<h2>Latency by percentile</h2>\n" + std::string(kNeedsScript) +
          "<div class=\"controls\" id=\"controls\"></div>\n" +
          figure_place("spectrum", "Percentile spectrum",
                       "Milliseconds, both axes logarithmic, to five nines; all trials of a "
                       "strategy merged. Dashed: fewer than 100 samples lie beyond.") +
          "</section>\n");
}

std::string over_time_figures(const RunResult& result) {
  const auto rule = fmt::format(
      "Seconds since the doors opened. A band is a fault, the dashed line the first \"sold out\". "
      "A "
      "series of more than {} intervals is drawn coarser: counts add up, of latencies the worst "
      "stands.",
      most_chart_rows(result));
  return where_some(
      result, has_series,
      "<section id=\"time\">\n<h2>Latency and throughput over time</h2>\n<p>" + rule + "</p>\n" +
          figure_place("p99", "Purchases, p99 of all strategies",
                       "Milliseconds, by when they were scheduled; each strategy's first trial.") +
          "<div class=\"controls\" id=\"trials\"></div>\n<div class=\"grid\">\n" +
          figure_place("latency", "Latency of purchases", "Milliseconds, p50 and p99.") +
          figure_place("purchases", "Purchases a second",
                       "Called for by the schedule, and how they ended.") +
          figure_place("stock", "Stock left, against the ideal",
                       "Ideal: every purchase served the moment it comes. Not sold yet: the first "
                       "stock less all units sold, below zero where it is oversold.") +
          figure_place("views", "Views a second, and buyers in the shop", "") +
          "</div>\n</section>\n");
}

std::string staleness_figure(const RunResult& result) {
  const auto some = [](const TrialResult& trial) { return trial.audit.staleness.stale > 0; };
  return where_some(result, some,
                    figure_place("stale", "Stale views",
                                 "In percent, by the time since the last change of stock that was "
                                 "surely done."));
}

std::string buyers_figure(const RunResult& result) {
  const auto some = [](const TrialResult& trial) { return !trial.kinds.empty(); };
  return where_some(result, some,
                    figure_place("buyers", "Who wanted, and who got the units",
                                 "In percent of all purchases, and of all units acknowledged."));
}

std::string outcomes_figure(const RunResult& result) {
  const auto some = [](const TrialResult& trial) { return trial.counts.arrived > 0; };
  return where_some(
      result, some,
      figure_place("outcomes", "How purchases ended", "In percent of all that were called for."));
}

std::string resources_figure(const RunResult& result) {
  const auto some = [](const TrialResult& trial) {
    return trial.cost.harness_cpu_us_per_op.has_value() ||
           trial.cost.redis_cpu_us_per_op.has_value() ||
           trial.cost.postgres_cpu_us_per_op.has_value();
  };
  return where_some(result, some,
                    figure_place("resources", "CPU an operation",
                                 "Microseconds; of a store only where it is on this machine. "
                                 "Harness is the load generator itself."));
}

std::size_t most_table_rows(const RunResult& result) {
  const std::size_t trials = std::max<std::size_t>(1, result.trials.size());
  return std::clamp(kTableRowsOfAll / trials, kFewestTableRows, kTableRows);
}

}  // namespace doorbuster
