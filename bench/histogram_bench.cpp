// What measuring costs: one latency, one whole operation, and the work after a run.
#include <benchmark/benchmark.h>

#include <vector>

#include "base/random.h"
#include "measure/hdr_encoding.h"
#include "measure/histogram.h"
#include "measure/recorder.h"

namespace doorbuster {
namespace {

constexpr std::size_t kValues = 1 << 14;

// Latencies as a sale gives them: median 300 us, some a hundred times that.
std::vector<Duration> latencies() {
  Random random(1);
  std::vector<Duration> values(kValues);
  for (Duration& value : values) value = from_seconds(random.lognormal(300e-6, 1.2));
  return values;
}

Histogram recorded() {
  Histogram histogram;
  for (const Duration value : latencies()) histogram.record(value);
  return histogram;
}

void record(benchmark::State& state) {
  const auto values = latencies();
  Histogram histogram;
  std::size_t i = 0;
  for (auto _ : state) histogram.record(values[i++ % kValues]);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(record);

// All that a purchase records: nine histograms, tally and series.
void record_purchase(benchmark::State& state) {
  const auto values = latencies();
  Recorder recorder;
  std::size_t i = 0;
  Instant now = kRunStart;
  for (auto _ : state) {
    now += 100ns;
    recorder.intent(now);
    recorder.purchase({now, now + 20us, now + values[i++ % kValues]}, Outcome::sold, 1);
  }
  benchmark::DoNotOptimize(recorder.tally.arrived);
}
BENCHMARK(record_purchase);

void merge_64(benchmark::State& state) {
  const std::vector<Histogram> shards(64, recorded());
  for (auto _ : state) {
    Histogram sum;
    for (const Histogram& shard : shards) sum.merge(shard);
    benchmark::DoNotOptimize(sum.count());
  }
}
BENCHMARK(merge_64)->Unit(benchmark::kMicrosecond);

void percentile_99(benchmark::State& state) {
  const Histogram histogram = recorded();
  for (auto _ : state) benchmark::DoNotOptimize(histogram.percentile(99));
}
BENCHMARK(percentile_99)->Unit(benchmark::kMicrosecond);

void encode_text(benchmark::State& state) {
  const Histogram histogram = recorded();
  for (auto _ : state) benchmark::DoNotOptimize(encode(histogram));
}
BENCHMARK(encode_text)->Unit(benchmark::kMicrosecond);

void decode_text(benchmark::State& state) {
  const std::string text = encode(recorded());
  for (auto _ : state) benchmark::DoNotOptimize(decode(text));
}
BENCHMARK(decode_text)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace doorbuster
