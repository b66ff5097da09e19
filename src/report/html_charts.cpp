#include "report/html_charts.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "measure/hdr_encoding.h"
#include "report/escape.h"
#include "report/measured.h"
#include "report/series_rows.h"

namespace doorbuster {
namespace {

constexpr int kTailsInDecade = 10;
constexpr int kTailDecades = 5;              // to one in 100,000: five nines
constexpr std::size_t kMostChartRows = 600;  // as many as a series has
constexpr std::size_t kChartRowsOfAll = 15'000;
constexpr std::size_t kFewestChartRows = 40;

struct SpectrumOperation {
  const char* name;
  Distilled OperationsResult::*of;
};
constexpr SpectrumOperation kSpectra[] = {{"buy", &OperationsResult::buy},
                                          {"buy, sold", &OperationsResult::buy_sold},
                                          {"buy, sold out", &OperationsResult::buy_sold_out},
                                          {"view", &OperationsResult::view},
                                          {"pay", &OperationsResult::pay}};

struct OutcomeCount {
  const char* name;
  std::int64_t CountsResult::*of;
};
constexpr OutcomeCount kChartOutcomes[] = {
    {"sold", &CountsResult::sold},         {"sold out", &CountsResult::sold_out},
    {"refused", &CountsResult::refused},   {"declined", &CountsResult::declined},
    {"expired", &CountsResult::expired},   {"failed", &CountsResult::failed},
    {"unknown", &CountsResult::unknown},   {"abandoned", &CountsResult::abandoned},
    {"deterred", &CountsResult::deterred}, {"dropped", &CountsResult::dropped}};

std::vector<double> tails() {
  std::vector<double> all;
  for (int k = 0; k <= kTailsInDecade * kTailDecades; ++k) {
    all.push_back(std::pow(10.0, static_cast<double>(k) / kTailsInDecade));
  }
  return all;
}

// All trials' samples as one distribution: merging adds slots and is exact.
SpectrumLine spectrum_line(const StrategySummary& strategy, const SpectrumOperation& operation) {
  Histogram all;
  for (const TrialResult* trial : strategy.trials) {
    const auto one = decode((trial->latency.*operation.of).histogram);
    if (one) all.merge(*one);
  }
  SpectrumLine line{operation.name, static_cast<std::int64_t>(all.count()), {}};
  if (all.empty()) return line;
  for (const double tail : tails()) {
    line.us.emplace_back(to_micros(all.percentile(100 - 100 / tail)));
    if (tail >= static_cast<double>(all.count())) break;  // from here on it is the last sample
  }
  return line;
}

std::optional<double> middle(const std::optional<Spread>& value) {
  return value ? std::optional(value->median) : std::nullopt;
}

std::vector<StaleShare> stale_shares(const StrategySummary& strategy) {
  std::vector<StaleShare> shares;
  for (const TrialResult* trial : strategy.trials) {
    const auto& rows = trial->audit.staleness.by_time_since_change;
    if (shares.size() < rows.size()) shares.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      shares[i].below_us = rows[i].below_us;
      shares[i].views += rows[i].views;
      shares[i].stale += rows[i].stale;
    }
  }
  return shares;
}

std::vector<BuyersShare> buyers_shares(const StrategySummary& strategy) {
  std::vector<BuyersShare> shares;
  const auto& kinds = strategy.trials.front()->kinds;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto over = [&](std::optional<double> KindResult::*share) {
      return middle(strategy.over_trials([&](const TrialResult& trial) {
        return i < trial.kinds.size()
                   ? counted_figure(trial.kinds[i].*share, trial.kinds[i].counts.arrived)
                   : std::nullopt;
      }));
    };
    shares.push_back({terminal_safe(kinds[i].name), over(&KindResult::arrived_share),
                      over(&KindResult::units_share)});
  }
  return shares;
}

StrategyCharts strategy_charts(const StrategySummary& strategy) {
  StrategyCharts charts;
  charts.name = terminal_safe(strategy.name);
  for (const SpectrumOperation& operation : kSpectra) {
    SpectrumLine line = spectrum_line(strategy, operation);
    if (line.count > 0) charts.spectrum.push_back(std::move(line));
  }
  charts.stock = strategy.stock;
  charts.sold = strategy.sold;
  charts.oversold = strategy.worst(&AuditResult::oversold_units);
  charts.promised = strategy.worst(&AuditResult::oversold_promised_units);
  for (const OutcomeCount& outcome : kChartOutcomes) {
    std::int64_t count = 0;
    for (const TrialResult* trial : strategy.trials) count += trial->counts.*outcome.of;
    charts.outcomes.push_back(count);
  }
  charts.stale = stale_shares(strategy);
  charts.buyers = buyers_shares(strategy);
  const auto cpu = [&](std::optional<double> CostResult::*of) {
    return middle(strategy.over_trials([&](const TrialResult& trial) {
      return counted_figure(trial.cost.*of, trial.counts.attempts);
    }));
  };
  charts.harness_us = cpu(&CostResult::harness_cpu_us_per_op);
  charts.redis_us = cpu(&CostResult::redis_cpu_us_per_op);
  charts.postgres_us = cpu(&CostResult::postgres_cpu_us_per_op);
  return charts;
}

std::optional<double> millis(const std::optional<Duration>& time) {
  return time ? std::optional(to_millis(*time)) : std::nullopt;
}

double chart_seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

// Of both lines every sale counts for the mean units of one.
void add_accounts(TrialCharts& charts, const TrialResult& trial,
                  const std::vector<SeriesRow>& rows) {
  const auto& initial = trial.audit.initial_units;
  if (!initial) return;
  const std::int64_t acknowledged = trial.audit.acknowledged_units.value_or(0);
  const double units =
      trial.counts.sold > 0 && acknowledged > 0
          ? static_cast<double>(acknowledged) / static_cast<double>(trial.counts.sold)
          : 1;
  double wanted = 0;
  double sold = 0;
  for (const SeriesRow& row : rows) {
    wanted += units * static_cast<double>(row.arrived);
    sold += units * static_cast<double>(row.sold);
    charts.ideal_left.emplace_back(std::max(0.0, static_cast<double>(*initial) - wanted));
    charts.unsold.emplace_back(static_cast<double>(*initial) - sold);
  }
}

TrialCharts trial_charts(const TrialResult& trial, std::size_t most_rows) {
  TrialCharts charts;
  const CoarserSeries series = coarser(trial.series, most_rows);
  charts.repetition = trial.repetition;
  charts.merged = static_cast<std::int64_t>(series.merged);
  charts.interval_s = chart_seconds(trial.series.interval_ms * charts.merged);
  for (const SeriesRow& row : series.rows) {
    const auto rate = [&](std::int64_t count) {
      return static_cast<double>(count) / charts.interval_s;
    };
    charts.at_s.push_back(chart_seconds(row.at_ms));
    charts.arrived.push_back(rate(row.arrived));
    charts.sold.push_back(rate(row.sold));
    charts.sold_out.push_back(rate(row.sold_out));
    charts.views.push_back(rate(row.views));
    charts.p50_ms.push_back(millis(row.buy_p50));
    charts.p99_ms.push_back(millis(row.buy_p99));
    charts.in_flight.push_back(row.in_flight);
    charts.stock_left.push_back(row.stock_left);
  }
  add_accounts(charts, trial, series.rows);
  const auto& sold_out = trial.throughput.sold_out_after_ms;
  if (sold_out) charts.sold_out_s = chart_seconds(*sold_out);
  for (const FaultResult& fault : trial.faults) {
    if (!fault.at_ms) continue;
    FaultBand band{terminal_safe(fault.kind), chart_seconds(*fault.at_ms), std::nullopt};
    if (fault.until_ms) band.until_s = chart_seconds(*fault.until_ms);
    charts.faults.push_back(std::move(band));
  }
  return charts;
}

}  // namespace

std::size_t most_chart_rows(const RunResult& result) {
  const std::size_t trials = std::max<std::size_t>(1, result.trials.size());
  return std::clamp(kChartRowsOfAll / trials, kFewestChartRows, kMostChartRows);
}

ChartsData charts_of(const RunResult& result) {
  ChartsData charts;
  charts.tails = tails();
  for (const OutcomeCount& outcome : kChartOutcomes) charts.outcomes.emplace_back(outcome.name);
  const std::vector<StrategySummary> strategies = summarize(result);
  for (const StrategySummary& each : strategies) charts.strategies.push_back(strategy_charts(each));
  for (const TrialResult& trial : result.trials) {
    if (trial.series.rows.empty()) continue;
    charts.trials.push_back(trial_charts(trial, most_chart_rows(result)));
    charts.trials.back().strategy =
        std::ranges::find(strategies, trial.strategy, &StrategySummary::name) - strategies.begin();
  }
  return charts;
}

}  // namespace doorbuster
