#include "results/distill.h"

#include <algorithm>

#include "measure/hdr_encoding.h"

namespace doorbuster {

Distilled distill(const Histogram& histogram) {
  Distilled distilled;
  distilled.count = static_cast<std::int64_t>(histogram.count());
  distilled.mean_us = to_micros(histogram.mean());
  distilled.p50_us = to_micros(histogram.percentile(50));
  distilled.p90_us = to_micros(histogram.percentile(90));
  distilled.p99_us = to_micros(histogram.percentile(99));
  distilled.p999_us = to_micros(histogram.percentile(99.9));
  distilled.max_us = to_micros(histogram.max());
  distilled.histogram = encode(histogram);
  return distilled;
}

OperationsResult distill(const OperationHistograms& histograms) {
  return {.view = distill(histograms.view),
          .buy = distill(histograms.buy),
          .buy_sold = distill(histograms.buy_sold),
          .buy_sold_out = distill(histograms.buy_sold_out),
          .pay = distill(histograms.pay)};
}

CountsResult distill(const Tally& tally) {
  return {.arrived = tally.arrived,
          .sold = tally[Outcome::sold],
          .sold_out = tally[Outcome::sold_out],
          .refused = tally[Outcome::refused],
          .declined = tally[Outcome::declined],
          .expired = tally[Outcome::expired],
          .failed = tally[Outcome::failed],
          .unknown = tally[Outcome::unknown],
          .abandoned = tally[Outcome::abandoned],
          .deterred = tally[Outcome::deterred],
          .dropped = tally[Outcome::dropped],
          .sessions = tally.sessions,
          .browsed = tally.browsed,
          .views = tally.views,
          .views_failed = tally.views_failed,
          .attempts = tally.attempts};
}

CacheResult distill_cache(const Tally& tally) {
  CacheResult cache;
  cache.hits = tally.cache_hits;
  cache.misses = tally.cache_misses;
  cache.errors = tally.cache_errors;
  if (const std::int64_t asked = tally.cache_hits + tally.cache_misses; asked > 0) {
    cache.hit_ratio = static_cast<double>(tally.cache_hits) / static_cast<double>(asked);
  }
  return cache;
}

std::vector<ErrorResult> distill(const ErrorCounts& errors) {
  std::vector<ErrorResult> results;
  for (const ErrorCount& each : errors.most_frequent_first()) {
    results.push_back({.store = std::string(to_string(each.store)),
                       .cause = std::string(to_string(each.cause)),
                       .code = each.code,
                       .count = each.count});
  }
  return results;
}

SeriesResult distill(const Series& series) {
  return {.interval_ms =
              std::chrono::duration_cast<std::chrono::milliseconds>(series.interval()).count(),
          .rows = series.rows()};
}

FiguresResult distill(const StrategyFigures& figures) {
  FiguresResult result;
  for (const auto& [name, times] : figures.times()) result.times.emplace_back(name, distill(times));
  for (const auto& [name, n] : figures.counts()) result.counts.emplace_back(name, n);
  return result;
}

namespace {

ThroughputResult throughput(const Tally& tally, Duration measured) {
  ThroughputResult result;
  if (measured <= Duration{0}) return result;
  const double seconds = to_seconds(measured);
  const std::int64_t answered = tally[Outcome::sold] + tally[Outcome::sold_out] +
                                tally[Outcome::refused] + tally[Outcome::declined] +
                                tally[Outcome::expired];
  result.offered_per_s = static_cast<double>(tally.arrived) / seconds;
  result.achieved_per_s = static_cast<double>(answered) / seconds;
  result.views_per_s = static_cast<double>(tally.views) / seconds;
  result.goodput_units_per_s = static_cast<double>(tally.units_sold) / seconds;
  return result;
}

}  // namespace

std::optional<std::int64_t> sold_out_after_ms(const History& history) {
  Instant first = kNever;
  for (const Record& record : history) {
    if (record.outcome == Outcome::sold_out) first = std::min(first, record.finished);
  }
  if (first == kNever) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_start(first)).count();
}

TrialResult distill(const Recorder& recorded, Duration measured) {
  TrialResult trial;
  trial.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(measured).count();
  trial.counts = distill(recorded.tally);
  trial.errors = distill(recorded.errors);
  trial.throughput = throughput(recorded.tally, measured);
  trial.latency = distill(recorded.latency);
  trial.service = distill(recorded.service);
  trial.lag = distill(recorded.lag);
  trial.cache = distill_cache(recorded.tally);
  trial.series = distill(recorded.series);
  return trial;
}

}  // namespace doorbuster
