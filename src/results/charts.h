// What the charts of a page draw, as plain values, and as JSON (one line, numbers to six digits):
// a contract between the program and its own page alone, not a format for others. Times are in the
// unit of their name. Owns all; thread-compatible.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorbuster {

template <class T>
using ChartValues = std::vector<std::optional<T>>;

// Latency against the share of samples that are no slower; x are ChartsData::tails.
struct SpectrumLine {
  std::string operation;
  std::int64_t count = 0;
  ChartValues<double> us;  // as far as there are samples
};
BOOST_DESCRIBE_STRUCT(SpectrumLine, (), (operation, count, us))

struct BuyersShare {
  std::string kind;
  std::optional<double> purchases, units;  // of all; the median over trials
};
BOOST_DESCRIBE_STRUCT(BuyersShare, (), (kind, purchases, units))

struct StaleShare {
  std::optional<double> below_us;  // since the last change of stock; nothing: no limit
  std::int64_t views = 0, stale = 0;
};
BOOST_DESCRIBE_STRUCT(StaleShare, (), (below_us, views, stale))

// One strategy: of several trials the distributions merged, counts added up, units of the worst.
struct StrategyCharts {
  std::string name;
  std::vector<SpectrumLine> spectrum;
  std::optional<std::int64_t> stock, sold, oversold, promised;  // units
  std::vector<std::int64_t> outcomes;                           // as ChartsData::outcomes
  std::vector<StaleShare> stale;
  std::vector<BuyersShare> buyers;
  std::optional<double> harness_us, redis_us, postgres_us;  // of CPU an operation, the median
};
BOOST_DESCRIBE_STRUCT(StrategyCharts, (),
                      (name, spectrum, stock, sold, oversold, promised, outcomes, stale, buyers,
                       harness_us, redis_us, postgres_us))

struct FaultBand {
  std::string name;
  double from_s = 0;
  std::optional<double> until_s;  // nothing: to the end
};
BOOST_DESCRIBE_STRUCT(FaultBand, (), (name, from_s, until_s))

// A trial over time: a value an interval, each interval_s long; rates are a second.
struct TrialCharts {
  std::int64_t strategy = 0;  // place among ChartsData::strategies
  std::int64_t repetition = 1;
  double interval_s = 1;
  std::int64_t merged = 1;  // of the result's own intervals, in each of these
  std::vector<double> at_s;
  std::vector<double> arrived, sold, sold_out, views;
  ChartValues<double> p50_ms, p99_ms;
  std::vector<std::int64_t> in_flight;
  ChartValues<std::int64_t> stock_left;
  // After each interval: of a shop that serves every purchase when it comes, and the first stock
  // less all that was sold so far, which an oversell takes below zero.
  ChartValues<double> ideal_left, unsold;
  std::optional<double> sold_out_s;
  std::vector<FaultBand> faults;
};
BOOST_DESCRIBE_STRUCT(TrialCharts, (),
                      (strategy, repetition, interval_s, merged, at_s, arrived, sold, sold_out,
                       views, p50_ms, p99_ms, in_flight, stock_left, ideal_left, unsold, sold_out_s,
                       faults))

struct ChartsData {
  std::vector<double> tails;  // one sample in so many is slower: 100 is the 99th percentile
  std::vector<std::string> outcomes;
  std::vector<StrategyCharts> strategies;
  std::vector<TrialCharts> trials;
};
BOOST_DESCRIBE_STRUCT(ChartsData, (), (tails, outcomes, strategies, trials))

std::string to_json(const ChartsData& charts);

// Of a decision's page. `low` and `high` are an interval: of y in a curve, of x where rows lie. A y
// that is no number is a gap in the curve.
struct DecisionPoint {
  double x = 0, y = 0;
  std::optional<double> low, high;
};
BOOST_DESCRIBE_STRUCT(DecisionPoint, (), (x, y, low, high))

struct DecisionLine {
  std::string name;
  std::int64_t colour = 0;  // one of eight
  bool joined = true;       // the points by a line
  bool marked = true;       // each point by a dot
  bool dashed = false;
  std::vector<DecisionPoint> points;
};
BOOST_DESCRIBE_STRUCT(DecisionLine, (), (name, colour, joined, marked, dashed, points))

// A stretch of x.
struct DecisionBand {
  std::string name;
  std::optional<std::int64_t> colour;  // nothing: a faint one
  double from = 0, to = 0;
};
BOOST_DESCRIBE_STRUCT(DecisionBand, (), (name, colour, from, to))

struct DecisionChart {
  std::string name;  // of its place
  std::string kind;  // "curve", or "rows": y is a row of `names`
  std::string x, y;  // titles, with the unit
  bool x_log = false, y_log = false;
  std::vector<std::string> names;  // of rows; of a curve's positions on x, where those have names
  std::vector<DecisionLine> lines;
  std::vector<DecisionBand> bands;
};
BOOST_DESCRIBE_STRUCT(DecisionChart, (), (name, kind, x, y, x_log, y_log, names, lines, bands))

struct DecisionCharts {
  std::vector<DecisionChart> charts;
};
BOOST_DESCRIBE_STRUCT(DecisionCharts, (), (charts))

std::string to_json(const DecisionCharts& charts);

}  // namespace doorbuster
