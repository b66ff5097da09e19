#include "decide/figures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace doorbuster {
namespace {

struct TimeOf {
  std::string_view name;
  Distilled OperationsResult::*operations;
};

constexpr std::array<TimeOf, 5> kOperations = {{{"buy", &OperationsResult::buy},
                                                {"view", &OperationsResult::view},
                                                {"buy_sold", &OperationsResult::buy_sold},
                                                {"buy_sold_out", &OperationsResult::buy_sold_out},
                                                {"pay", &OperationsResult::pay}}};

struct StatisticOf {
  std::string_view name;
  double Distilled::*value;
};

constexpr std::array<StatisticOf, 6> kOfDistribution = {{{"p50", &Distilled::p50_us},
                                                         {"p90", &Distilled::p90_us},
                                                         {"p99", &Distilled::p99_us},
                                                         {"p999", &Distilled::p999_us},
                                                         {"mean", &Distilled::mean_us},
                                                         {"max", &Distilled::max_us}}};

std::optional<double> cpu_of(const TrialResult& trial) {
  const CostResult& cost = trial.cost;
  std::optional<double> sum;
  for (const auto& part :
       {cost.harness_cpu_us_per_op, cost.redis_cpu_us_per_op, cost.postgres_cpu_us_per_op}) {
    if (part) sum = sum.value_or(0) + *part;
  }
  return sum;
}

std::optional<double> failed_share(const TrialResult& trial) {
  const CountsResult& counts = trial.counts;
  const double all = operations_of(trial);
  if (all == 0) return std::nullopt;
  return static_cast<double>(counts.views_failed + counts.failed + counts.unknown) / all;
}

std::optional<double> cpu_per_sale(const TrialResult& trial) {
  const CountsResult& counts = trial.counts;
  const auto cpu = cpu_of(trial);
  if (!cpu || counts.sold <= 0) return std::nullopt;
  return *cpu * operations_of(trial) / static_cast<double>(counts.sold);
}

// Of the purchases that were called for.
std::optional<double> answered_share(const TrialResult& trial) {
  if (trial.throughput.offered_per_s <= 0) return std::nullopt;
  return trial.throughput.achieved_per_s / trial.throughput.offered_per_s;
}

struct PlainFigure {
  std::string_view name;
  std::string_view unit;
  bool lower_is_better;
  std::optional<double> (*read)(const TrialResult&);
};

using Trial = const TrialResult&;
constexpr std::array<PlainFigure, 12> kPlainFigures = {{
    {"achieved", "/s", false, [](Trial t) { return std::optional(t.throughput.achieved_per_s); }},
    {"answered_share", "ratio", false, [](Trial t) { return answered_share(t); }},
    {"goodput", "/s", false,
     [](Trial t) { return std::optional(t.throughput.goodput_units_per_s); }},
    {"cpu", "us", true, [](Trial t) { return cpu_of(t); }},
    {"harness_cpu", "us", true, [](Trial t) { return t.cost.harness_cpu_us_per_op; }},
    {"redis_cpu", "us", true, [](Trial t) { return t.cost.redis_cpu_us_per_op; }},
    {"postgres_cpu", "us", true, [](Trial t) { return t.cost.postgres_cpu_us_per_op; }},
    {"statements_per_sale", "", true, [](Trial t) { return t.cost.database_statements_per_sale; }},
    {"pool_wait", "us", true,
     [](Trial t) {
       return t.pool_wait.count > 0 ? std::optional(t.pool_wait.mean_us) : std::nullopt;
     }},
    {"cpu_per_sale", "us", true, [](Trial t) { return cpu_per_sale(t); }},
    {"hit_ratio", "ratio", false, [](Trial t) { return t.cache.hit_ratio; }},
    {"failed_share", "ratio", true, [](Trial t) { return failed_share(t); }},
}};

const TimeOf* operation_named(std::string_view name) {
  const auto* found = std::ranges::find(kOperations, name, &TimeOf::name);
  return found == kOperations.end() ? nullptr : found;
}

const StatisticOf* statistic_named(std::string_view name) {
  const auto* found = std::ranges::find(kOfDistribution, name, &StatisticOf::name);
  return found == kOfDistribution.end() ? nullptr : found;
}

}  // namespace

double operations_of(const TrialResult& trial) {
  const CountsResult& counts = trial.counts;
  return static_cast<double>(counts.views + counts.views_failed + counts.attempts +
                             trial.latency.pay.count);
}

std::vector<std::string> figure_names() {
  std::vector<std::string> names;
  for (const TimeOf& operation : kOperations) {
    for (const StatisticOf& statistic : kOfDistribution) {
      names.push_back(fmt::format("{}.{}", operation.name, statistic.name));
    }
  }
  for (const PlainFigure& plain : kPlainFigures) names.emplace_back(plain.name);
  return names;
}

Result<Figure> figure_named(std::string_view name) {
  for (const PlainFigure& plain : kPlainFigures) {
    if (plain.name == name) {
      return Figure{std::string(name), std::string(plain.unit), plain.lower_is_better};
    }
  }
  const auto dot = name.find('.');
  if (dot != std::string_view::npos && operation_named(name.substr(0, dot)) != nullptr &&
      statistic_named(name.substr(dot + 1)) != nullptr) {
    return Figure{std::string(name), "us", true};
  }
  std::vector<std::string_view> plain;
  for (const PlainFigure& each : kPlainFigures) plain.push_back(each.name);
  return invalid(
      fmt::format("there is no metric \"{:.40}\": it is one of view, buy, buy_sold, buy_sold_out "
                  "and pay with .p50, .p90, .p99, .p999, .mean or .max, or one of {}",
                  name, fmt::join(plain, ", ")));
}

Figure capacity_figure() { return {"capacity", "/s", false}; }

const std::vector<Figure>& cost_figures() {
  static const std::vector<Figure> all = {*figure_named("statements_per_sale"),
                                          *figure_named("pool_wait"),
                                          *figure_named("cpu_per_sale")};
  return all;
}

std::optional<double> read_figure(const Figure& figure, const TrialResult& trial) {
  std::optional<double> value;
  const std::string_view name = figure.name;
  for (const PlainFigure& plain : kPlainFigures) {
    if (plain.name == name) value = plain.read(trial);
  }
  const auto dot = name.find('.');
  if (dot != std::string_view::npos) {
    const TimeOf* operation = operation_named(name.substr(0, dot));
    const StatisticOf* statistic = statistic_named(name.substr(dot + 1));
    if (operation != nullptr && statistic != nullptr) {
      const Distilled& times = trial.latency.*operation->operations;
      if (times.count > 0) value = times.*statistic->value;
    }
  }
  if (value && !std::isfinite(*value)) value.reset();
  return value;
}

bool counts(const TrialResult& trial) {
  return trial.validity != Validity::invalid && !trial.interrupted;
}

std::vector<double> sample_of(const std::vector<RunResult>& runs, std::string_view strategy,
                              const Figure& figure) {
  std::vector<double> sample;
  for (const RunResult& run : runs) {
    for (const TrialResult& trial : run.trials) {
      if (trial.strategy != strategy || !counts(trial)) continue;
      if (const auto value = read_figure(figure, trial)) sample.push_back(*value);
    }
  }
  return sample;
}

std::vector<std::string> strategies_of(const std::vector<RunResult>& runs) {
  std::vector<std::string> names;
  for (const RunResult& run : runs) {
    for (const TrialResult& trial : run.trials) {
      if (std::ranges::find(names, trial.strategy) == names.end()) names.push_back(trial.strategy);
    }
  }
  return names;
}

}  // namespace doorbuster
