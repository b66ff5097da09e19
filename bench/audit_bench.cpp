// What it costs to judge a history that is in memory: all properties, the sums too, by the number
// of operations; and whether more buyers at once or more unknown outcomes make it dearer. A history
// is four fifths views, one hot item; 1 % of its purchases have no answer. peak_MiB is the largest
// resident memory of the program so far, the history (64 bytes an operation) among it: run one size
// alone (--benchmark_filter) to see its own.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "audit/clean_history_testing.h"
#include "audit/judge_history.h"
#include "base/check.h"

namespace doorbuster {
namespace {

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void judge(benchmark::State& state, const CleanShape& shape) {
  const JudgedHistory history = clean_history(shape, 1);
  for (auto _ : state) {
    const HistoryVerdict verdict = judge_history(history);
    CHECK(verdict.verdict == Verdict::holds, "a clean history does not hold");
  }
  state.counters["ns/op"] = benchmark::Counter(
      static_cast<double>(shape.operations) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["peak_MiB"] = peak_mib();
}

void all_properties(benchmark::State& state) { judge(state, {.operations = state.range(0)}); }
BENCHMARK(all_properties)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void buyers_at_once(benchmark::State& state) {
  judge(state, {.operations = 1'000'000, .concurrency = state.range(0)});
}
BENCHMARK(buyers_at_once)
    ->Arg(1)
    ->Arg(100)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void unknown_percent(benchmark::State& state) {
  judge(state, {.operations = 1'000'000, .unknown = static_cast<double>(state.range(0)) / 100});
}
BENCHMARK(unknown_percent)->Arg(0)->Arg(1)->Arg(30)->Unit(benchmark::kMillisecond)->UseRealTime();

void items(benchmark::State& state) {
  judge(state, {.operations = 1'000'000, .items = static_cast<int>(state.range(0))});
}
BENCHMARK(items)->Arg(1000)->Unit(benchmark::kMillisecond)->UseRealTime();

// Nobody knows the order of the changes: linearizable_stock from the answers alone.
void black_box(benchmark::State& state) {
  JudgedHistory history = clean_history({.operations = state.range(0)}, 1);
  history.stock_log.clear();
  for (PlacedOrder& order : history.orders) order.version = kNoVersion;
  for (auto _ : state) {
    const HistoryVerdict verdict = judge_history(history, {.properties = {"linearizable_stock"}});
    CHECK(verdict.verdict == Verdict::holds, "a clean history does not hold");
  }
  state.counters["peak_MiB"] = peak_mib();
}
BENCHMARK(black_box)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace doorbuster
