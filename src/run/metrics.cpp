#include "run/metrics.h"

#include <fmt/format.h>

#include <array>
#include <functional>

namespace doorbuster {
namespace {

using Reading = std::optional<MetricValue>;

struct Family {
  std::string_view name;
  const Histogram* (*histogram)(const TrialFigures&);
  bool audited = false;
};

constexpr std::array<Family, 9> kFamilies = {{
    {"view", [](const TrialFigures& f) { return &f.recorded.latency.view; }},
    {"buy", [](const TrialFigures& f) { return &f.recorded.latency.buy; }},
    {"buy_sold", [](const TrialFigures& f) { return &f.recorded.latency.buy_sold; }},
    {"buy_sold_out", [](const TrialFigures& f) { return &f.recorded.latency.buy_sold_out; }},
    {"pay", [](const TrialFigures& f) { return &f.recorded.latency.pay; }},
    {"view_lag", [](const TrialFigures& f) { return &f.recorded.lag.view; }},
    {"buy_lag", [](const TrialFigures& f) { return &f.recorded.lag.buy; }},
    {"pay_lag", [](const TrialFigures& f) { return &f.recorded.lag.pay; }},
    {"view_age",
     [](const TrialFigures& f) { return f.staleness == nullptr ? nullptr : &f.staleness->age; },
     true},
}};

struct Statistic {
  std::string_view name;
  Duration (*of)(const Histogram&);
};

constexpr std::array<Statistic, 6> kStatistics = {{
    {"p50", [](const Histogram& h) { return h.percentile(50); }},
    {"p90", [](const Histogram& h) { return h.percentile(90); }},
    {"p99", [](const Histogram& h) { return h.percentile(99); }},
    {"p999", [](const Histogram& h) { return h.percentile(99.9); }},
    {"max", [](const Histogram& h) { return h.max(); }},
    {"mean", [](const Histogram& h) { return h.mean(); }},
}};

Reading share(std::int64_t part, std::int64_t all) {
  if (all == 0) return std::nullopt;
  return MetricValue{static_cast<double>(part) / static_cast<double>(all), all};
}

Reading per_second(std::int64_t count, Duration elapsed) {
  if (elapsed <= Duration{}) return std::nullopt;
  return MetricValue{static_cast<double>(count) / to_seconds(elapsed), count};
}

// As achieved_per_s of a result: purchase intents that had a definite answer.
std::int64_t answered(const Tally& tally) {
  return tally[Outcome::sold] + tally[Outcome::sold_out] + tally[Outcome::refused] +
         tally[Outcome::declined] + tally[Outcome::expired];
}

std::int64_t failed(const Tally& tally) {
  return tally.views_failed + tally[Outcome::failed] + tally[Outcome::unknown];
}

Reading audited(const TrialFigures& figures, std::optional<Quantity> AuditFigures::*figure) {
  if (figures.audit == nullptr || !(figures.audit->*figure)) return std::nullopt;
  return MetricValue{static_cast<double>(*(figures.audit->*figure)),
                     figures.recorded.tally.attempts};
}

struct Plain {
  std::string_view name;
  MetricKind kind;
  Reading (*read)(const TrialFigures&);
  bool audited = false;
};

constexpr std::array<Plain, 10> kPlain = {{
    {"goodput", MetricKind::rate,
     [](const TrialFigures& f) { return per_second(f.recorded.tally.units_sold, f.elapsed); }},
    {"achieved", MetricKind::rate,
     [](const TrialFigures& f) { return per_second(answered(f.recorded.tally), f.elapsed); }},
    {"failed_share", MetricKind::share,
     [](const TrialFigures& f) {
       return share(failed(f.recorded.tally), operations_of(f.recorded));
     }},
    {"refused_share", MetricKind::share,
     [](const TrialFigures& f) {
       return share(f.recorded.tally[Outcome::refused], f.recorded.tally.arrived);
     }},
    {"dropped_share", MetricKind::share,
     [](const TrialFigures& f) {
       return share(f.recorded.tally[Outcome::dropped], f.recorded.tally.arrived);
     }},
    {"hit_ratio", MetricKind::share,
     [](const TrialFigures& f) {
       const Tally& tally = f.recorded.tally;
       return share(tally.cache_hits, tally.cache_hits + tally.cache_misses);
     }},
    {"stale_share", MetricKind::share,
     [](const TrialFigures& f) {
       if (f.staleness == nullptr) return Reading();
       return share(f.staleness->all.stale, f.staleness->all.views);
     },
     true},
    {"oversold_units", MetricKind::count,
     [](const TrialFigures& f) { return audited(f, &AuditFigures::oversold_units); }, true},
    {"oversold_promised_units", MetricKind::count,
     [](const TrialFigures& f) { return audited(f, &AuditFigures::oversold_promised_units); },
     true},
    {"undersold_units", MetricKind::count,
     [](const TrialFigures& f) { return audited(f, &AuditFigures::undersold_units); }, true},
}};

}  // namespace

std::int64_t operations_of(const Recorder& recorded) {
  const Tally& tally = recorded.tally;
  const auto payments = static_cast<std::int64_t>(recorded.latency.pay.count());
  return tally.views + tally.views_failed + tally.attempts + payments;
}

std::optional<MetricValue> measure_metric(std::string_view metric, const TrialFigures& figures) {
  for (const Plain& plain : kPlain) {
    if (plain.name == metric) return plain.read(figures);
  }
  const auto dot = metric.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  for (const Family& family : kFamilies) {
    for (const Statistic& statistic : kStatistics) {
      if (family.name != metric.substr(0, dot) || statistic.name != metric.substr(dot + 1))
        continue;
      const Histogram* histogram = family.histogram(figures);
      if (histogram == nullptr || histogram->count() == 0) return std::nullopt;
      return MetricValue{to_micros(statistic.of(*histogram)),
                         static_cast<std::int64_t>(histogram->count())};
    }
  }
  return std::nullopt;
}

std::vector<MetricWord> metric_words() {
  std::vector<MetricWord> words;
  for (const Family& family : kFamilies) {
    for (const Statistic& statistic : kStatistics) {
      words.push_back(
          {fmt::format("{}.{}", family.name, statistic.name), MetricKind::time, family.audited});
    }
  }
  for (const Plain& plain : kPlain) {
    words.push_back({std::string(plain.name), plain.kind, plain.audited});
  }
  return words;
}

bool holds(Threshold::Comparison comparison, double value, double limit) {
  switch (comparison) {
    case Threshold::Comparison::less:
      return value < limit;
    case Threshold::Comparison::less_equal:
      return value <= limit;
    case Threshold::Comparison::greater:
      return value > limit;
    case Threshold::Comparison::greater_equal:
      return value >= limit;
    case Threshold::Comparison::equal:
      return value == limit;
  }
  return false;
}

}  // namespace doorbuster
