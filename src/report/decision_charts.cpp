#include "report/decision_charts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "report/escape.h"

namespace doorbuster {
namespace {

// As decided_value() shows them: milliseconds and percent.
double in_shown_unit(double value, std::string_view unit) {
  return unit == "us" ? value / 1e3 : unit == "ratio" ? value * 100 : value;
}

std::string shown_unit(const std::string& unit) {
  return unit == "us" ? "ms" : unit == "ratio" ? "%" : unit;
}

std::optional<double> in_shown_unit(const std::optional<double>& value, std::string_view unit) {
  return value ? std::optional(in_shown_unit(*value, unit)) : std::nullopt;
}

std::string goal_title(const std::string& goal, const std::string& unit) {
  return unit.empty() ? terminal_safe(goal) : terminal_safe(goal) + ", " + shown_unit(unit);
}

void add_if_some(DecisionCharts& charts, DecisionChart chart) {
  std::erase_if(chart.lines, [](const DecisionLine& line) { return line.points.empty(); });
  if (!chart.lines.empty()) charts.charts.push_back(std::move(chart));
}

DecisionLine line_of(const std::string& name, std::size_t colour) {
  DecisionLine line;
  line.name = terminal_safe(name);
  line.colour = static_cast<std::int64_t>(colour);
  return line;
}

DecisionChart goal_chart(const ComparisonResult& comparison) {
  DecisionChart chart;
  chart.name = "goal";
  chart.kind = "rows";
  chart.x = goal_title(comparison.goal, comparison.unit);
  DecisionLine medians = line_of(comparison.goal, 0);
  for (const RankedStrategy& strategy : comparison.ranking) {
    chart.names.push_back(terminal_safe(strategy.strategy));
    if (!strategy.goal.median) continue;
    medians.points.push_back({in_shown_unit(*strategy.goal.median, comparison.unit),
                              static_cast<double>(chart.names.size() - 1),
                              in_shown_unit(strategy.goal.low, comparison.unit),
                              in_shown_unit(strategy.goal.high, comparison.unit)});
  }
  chart.lines.push_back(std::move(medians));
  return chart;
}

DecisionChart effects_chart(const ComparisonResult& comparison) {
  DecisionChart chart;
  chart.name = "effects";
  chart.kind = "rows";
  chart.x = terminal_safe(comparison.goal) + ", % of the better one's";
  chart.lines = {line_of("different", 1), line_of("alike", 2), line_of("not told apart", 7)};
  for (const ComparedPair& pair : comparison.pairs) {
    if (pair.metric != comparison.goal || !pair.change.percent) continue;
    chart.names.push_back(terminal_safe(pair.other) + " against " + terminal_safe(pair.better));
    chart.lines[pair.clear   ? 0
                : pair.alike ? 1
                             : 2]
        .points.push_back({*pair.change.percent, static_cast<double>(chart.names.size() - 1),
                           pair.change.low, pair.change.high});
  }
  chart.bands = {
      {"does not matter", std::nullopt, -comparison.margin_percent, comparison.margin_percent}};
  return chart;
}

double place_in(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<double>(std::ranges::find(names, name) - names.begin());
}

// Of a swept value at which the strategy was rejected, or nothing was measured, there is no point:
// a line through it would show what nobody saw.
void leave_gaps(DecisionLine& line, std::size_t values) {
  if (line.points.empty()) return;
  std::vector<DecisionPoint> points;
  for (std::size_t i = 0; i < values; ++i) {
    const auto x = static_cast<double>(i);
    const auto known = std::ranges::find(line.points, x, &DecisionPoint::x);
    points.push_back(known != line.points.end()
                         ? *known
                         : DecisionPoint{x, std::numeric_limits<double>::quiet_NaN(), std::nullopt,
                                         std::nullopt});
  }
  line.points = std::move(points);
}

DecisionChart swept_chart(const SweepResult& sweep, const std::string& second, std::size_t number) {
  const std::vector<std::string> strategies = swept_strategies(sweep);
  DecisionChart chart;
  chart.name = "goal-" + std::to_string(number);
  chart.kind = "curve";
  chart.x = terminal_safe(sweep.key);
  chart.y = goal_title(sweep.goal, sweep.unit);
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    chart.lines.push_back(line_of(strategies[i], i));
  }
  std::vector<std::string> values;
  for (const SweepPoint& point : sweep.points) {
    if (point.second != second) continue;
    const auto x = static_cast<double>(values.size());
    values.push_back(point.value);
    chart.names.push_back(terminal_safe(point.value));
    for (const SweepMedian& each : point.goals) {
      if (!each.goal.median) continue;
      const auto line = static_cast<std::size_t>(place_in(strategies, each.strategy));
      chart.lines[line].points.push_back({x, in_shown_unit(*each.goal.median, sweep.unit),
                                          in_shown_unit(each.goal.low, sweep.unit),
                                          in_shown_unit(each.goal.high, sweep.unit)});
    }
  }
  for (DecisionLine& line : chart.lines) leave_gaps(line, values.size());
  for (const Crossover& flip : sweep.crossovers) {
    if (!flip.first.empty() || flip.second != second) continue;
    chart.bands.push_back({terminal_safe(flip.before) + " to " + terminal_safe(flip.after),
                           std::nullopt, place_in(values, flip.low), place_in(values, flip.high)});
  }
  return chart;
}

DecisionChart bounds_chart(const CapacityResult& capacity) {
  DecisionChart chart;
  chart.name = "bounds";
  chart.kind = "rows";
  chart.x = "sessions/s";
  DecisionLine bounds = line_of("bears", 0);
  for (const StrategyCapacity& each : capacity.strategies) {
    if (!each.kept_per_s) continue;
    chart.names.push_back(terminal_safe(each.strategy));
    bounds.points.push_back({*each.kept_per_s, static_cast<double>(chart.names.size() - 1),
                             each.broken_per_s ? each.kept_per_s : std::nullopt,
                             each.broken_per_s});
  }
  chart.lines.push_back(std::move(bounds));
  if (capacity.peak_per_s) {
    chart.bands.push_back({"expected peak", 3, *capacity.peak_per_s, *capacity.peak_per_s});
  }
  return chart;
}

// Of the runs of each rate the middle one, and from the least to the greatest.
DecisionLine line_by_rate(const StrategyCapacity& strategy, std::size_t colour,
                          std::optional<double> (*read)(const ProbeResult& probe)) {
  std::map<double, std::vector<double>> rates;
  for (const ProbeResult& probe : strategy.probes) {
    if (const auto value = read(probe)) rates[probe.rate_per_s].push_back(*value);
  }
  DecisionLine line = line_of(strategy.strategy, colour);
  for (auto& [rate, values] : rates) {
    std::ranges::sort(values);
    DecisionPoint point{rate, values[(values.size() - 1) / 2], std::nullopt, std::nullopt};
    if (values.size() > 1) {
      point.low = values.front();
      point.high = values.back();
    }
    line.points.push_back(point);
  }
  return line;
}

DecisionChart throughput_chart(const CapacityResult& capacity) {
  DecisionChart chart;
  chart.name = "throughput";
  chart.kind = "curve";
  chart.x = "sessions/s";
  chart.y = "purchases answered a second";
  for (std::size_t i = 0; i < capacity.strategies.size(); ++i) {
    chart.lines.push_back(line_by_rate(capacity.strategies[i], i, [](const ProbeResult& probe) {
      return std::optional(probe.achieved_per_s);
    }));
  }
  return chart;
}

DecisionChart latency_chart(const CapacityResult& capacity) {
  DecisionChart chart;
  chart.name = "latency";
  chart.kind = "curve";
  chart.x = "sessions/s";
  chart.y = "ms, buy.p99";
  chart.y_log = true;
  for (std::size_t i = 0; i < capacity.strategies.size(); ++i) {
    const StrategyCapacity& each = capacity.strategies[i];
    chart.lines.push_back(line_by_rate(each, i, [](const ProbeResult& probe) {
      return probe.buy_p99_us ? std::optional(std::max(*probe.buy_p99_us, 1.0) / 1e3)
                              : std::nullopt;
    }));
    if (!each.knee.below_per_s || !each.knee.at_per_s) continue;
    chart.bands.push_back({"knee of " + terminal_safe(each.strategy), static_cast<std::int64_t>(i),
                           *each.knee.below_per_s, *each.knee.at_per_s});
  }
  return chart;
}

// No further than what was run: the law says nothing beyond.
DecisionLine law_line(const StrategyCapacity& strategy, std::size_t colour, double from,
                      double to) {
  constexpr int kSteps = 40;
  DecisionLine line = line_of("law of " + strategy.strategy, colour);
  line.marked = false;
  line.dashed = true;
  const ScalabilityLaw& law = strategy.law;
  if (!law.lambda_per_s || !law.sigma || !law.kappa) return line;
  for (int i = 0; i <= kSteps; ++i) {
    const double n = from * std::pow(to / from, static_cast<double>(i) / kSteps);
    const double slowed = 1 + *law.sigma * (n - 1) + *law.kappa * n * (n - 1);
    if (slowed <= 0) continue;
    line.points.push_back({n, *law.lambda_per_s * n / slowed, std::nullopt, std::nullopt});
  }
  return line;
}

DecisionChart law_chart(const CapacityResult& capacity) {
  DecisionChart chart;
  chart.name = "law";
  chart.kind = "curve";
  chart.x = "operations in flight";
  chart.x_log = true;  // past the limit they are a thousand times as many
  chart.y = "operations a second";
  for (std::size_t i = 0; i < capacity.strategies.size(); ++i) {
    const StrategyCapacity& each = capacity.strategies[i];
    if (!each.law.lambda_per_s) continue;
    DecisionLine runs = line_of(each.strategy, i);
    runs.joined = false;
    for (const ProbeResult& probe : each.probes) {
      if (probe.in_flight.value_or(0) <= 0 || probe.answer == "saturated") continue;
      runs.points.push_back({*probe.in_flight, probe.operations_per_s, std::nullopt, std::nullopt});
    }
    if (runs.points.empty()) continue;
    const auto [least, most] = std::ranges::minmax(runs.points, {}, &DecisionPoint::x);
    chart.lines.push_back(law_line(each, i, least.x, most.x));
    chart.lines.push_back(std::move(runs));
  }
  return chart;
}

}  // namespace

DecisionCharts charts_of(const ComparisonResult& comparison) {
  DecisionCharts charts;
  add_if_some(charts, goal_chart(comparison));
  add_if_some(charts, effects_chart(comparison));
  return charts;
}

DecisionCharts charts_of(const SweepResult& sweep) {
  DecisionCharts charts;
  const std::vector<std::string> seconds = second_values(sweep);
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    add_if_some(charts, swept_chart(sweep, seconds[i], i));
  }
  return charts;
}

DecisionCharts charts_of(const CapacityResult& capacity) {
  DecisionCharts charts;
  add_if_some(charts, bounds_chart(capacity));
  add_if_some(charts, throughput_chart(capacity));
  add_if_some(charts, latency_chart(capacity));
  add_if_some(charts, law_chart(capacity));
  return charts;
}

std::vector<std::string> swept_strategies(const SweepResult& sweep) {
  std::vector<std::string> names;
  for (const SweepPoint& point : sweep.points) {
    for (const SweepMedian& median : point.goals) {
      const bool known = std::ranges::find(names, median.strategy) != names.end();
      if (!known) names.push_back(median.strategy);
    }
  }
  return names;
}

std::vector<std::string> second_values(const SweepResult& sweep) {
  std::vector<std::string> values;
  for (const SweepPoint& point : sweep.points) {
    const bool known = std::ranges::find(values, point.second) != values.end();
    if (!known) values.push_back(point.second);
  }
  return values;
}

}  // namespace doorbuster
