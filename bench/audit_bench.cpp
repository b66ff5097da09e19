// What it costs to judge a history: all properties, the sums too, by the number of operations, from
// its file on the disk; whether more views make it need more memory; and whether more buyers at
// once or more unknown outcomes make it dearer. A history is four fifths views, one hot item; 1 %
// of its purchases have no answer. peak_MiB is the largest resident memory of the program so far:
// run one size alone (--benchmark_filter) to see its own.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "audit/clean_history_testing.h"
#include "audit/judge_file.h"
#include "base/check.h"
#include "history/history_writer.h"

namespace doorbuster {
namespace {

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void count(benchmark::State& state, const CleanShape& shape) {
  state.counters["ns/op"] = benchmark::Counter(
      static_cast<double>(shape.operations) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["peak_MiB"] = peak_mib();
}

void judge(benchmark::State& state, const CleanShape& shape) {
  const JudgedHistory history = clean_history(shape, 1);
  for (auto _ : state) {
    const HistoryVerdict verdict = judge_history(history);
    CHECK(verdict.verdict == Verdict::holds, "a clean history does not hold");
  }
  count(state, shape);
}

// By a child, so that what it takes to make a history is no part of this program's peak.
std::filesystem::path written(const CleanShape& shape) {
  const auto path = std::filesystem::temp_directory_path() /
                    fmt::format("doorbuster-audit-bench-{}", getpid()) / "trial.dbh";
  const pid_t child = fork();
  CHECK(child >= 0, "there is no process to make the history in");
  if (child == 0) {
    JudgedHistory history = clean_history(shape, 1);
    std::ranges::sort(history.operations, {}, &Operation::finished);  // as a shard records them
    auto writer = HistoryWriter::open(
        path, {}, 1, {.memory = std::size_t{1} << 30, .views_until = shape.operations});
    CHECK(writer.ok(), "{}", writer.error().message());
    for (const Operation& operation : history.operations) (*writer)->shard(0).record(operation);
    history.operations.clear();
    _exit((*writer)->finish(&history).lost() == 0 ? 0 : 1);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && status == 0, "the history could not be written");
  return path;
}

void judge_from_disk(benchmark::State& state, const CleanShape& shape) {
  const auto path = written(shape);
  for (auto _ : state) {
    const auto file = HistoryFile::open(path);
    CHECK(file.ok(), "{}", file.error().message());
    const auto judged = judge_file(*file);
    CHECK(judged.ok(), "{}", judged.error().message());
    CHECK(judged->verdict.verdict == Verdict::holds, "a clean history does not hold");
  }
  std::filesystem::remove_all(path.parent_path());
  count(state, shape);
}

void all_properties(benchmark::State& state) {
  judge_from_disk(state, {.operations = state.range(0)});
}
BENCHMARK(all_properties)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// A hundred thousand purchases, and so many views.
void views(benchmark::State& state) {
  const auto count = state.range(0);
  const double share = static_cast<double>(count) / static_cast<double>(count + 100'000);
  judge_from_disk(state, {.operations = count + 100'000, .views = share});
}
BENCHMARK(views)
    ->Arg(1'000'000)
    ->Arg(3'000'000)
    ->Arg(9'000'000)
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
