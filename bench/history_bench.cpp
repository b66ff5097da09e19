// What the history of a trial costs: its shard for recording one operation, the writer's thread for
// bringing it to the file, and whoever reads the file again.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/random.h"
#include "history/history_file.h"
#include "history/history_writer.h"
#include "history/operation_stream.h"

namespace doorbuster {
namespace {

constexpr std::int64_t kOperations = 1'000'000;
constexpr HistoryLimits kRoomForAll = {.memory = std::size_t{128} << 20,
                                       .views_until = std::int64_t{1} << 40};

// Operations of a sale: one each microsecond, 300 us long, one in a hundred some milliseconds; in
// the order in which they ended, as a shard records them.
std::vector<Operation> sale(std::int64_t count) {
  Random random(1);
  std::vector<Operation> operations;
  for (std::int64_t i = 0; i < count; ++i) {
    Operation operation;
    operation.kind = i % 10 == 0 ? OperationKind::buy : OperationKind::view;
    operation.item = ItemId{1};
    operation.scheduled = operation.started = kRunStart + i * 1us;
    operation.finished =
        operation.started + from_seconds(random.lognormal(random.chance(0.01) ? 5e-3 : 3e-4, 0.5));
    operation.value = static_cast<std::int32_t>(i % 100);
    operations.push_back(operation);
  }
  std::ranges::sort(operations, {}, &Operation::finished);
  return operations;
}

std::filesystem::path scratch() {
  return std::filesystem::temp_directory_path() / "doorbuster-history-bench" / "trial.dbh";
}

std::unique_ptr<HistoryWriter> opened(const HistoryLimits& limits) {
  auto writer = HistoryWriter::open(scratch(), {}, 1, limits);
  CHECK(writer.ok(), "{}", writer.error().message());
  return *std::move(writer);
}

// On the shard's own thread, the writer's at work beside it. Batches with a pause between, as the
// ring of a real run is emptied faster than it fills.
void record(benchmark::State& state) {
  const auto operations = sale(1 << 14);
  const auto writer = opened(kRoomForAll);
  ShardLog& log = writer->shard(0);
  for (auto _ : state) {
    for (const Operation& operation : operations) log.record(operation);
    state.PauseTiming();
    while (log.waiting() > operations.size()) std::this_thread::yield();
    state.ResumeTiming();
  }
  CHECK(writer->finish(nullptr).lost() == 0, "a ring that was full measures nothing");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(operations.size()));
  std::filesystem::remove_all(scratch().parent_path());
}
BENCHMARK(record)->Iterations(256);  // a quarter of a gigabyte of file

// From the first record to the end of the file: encoding, checksums and the system calls.
void write_file(benchmark::State& state) {
  const auto operations = sale(kOperations);
  std::int64_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto writer = opened(kRoomForAll);
    state.ResumeTiming();
    for (const Operation& operation : operations) writer->shard(0).record(operation);
    const HistoryReport report = writer->finish(nullptr);
    CHECK(report.lost() == 0 && !report.trouble, "not all was written");
    bytes += report.bytes;
  }
  state.SetItemsProcessed(state.iterations() * kOperations);
  state.SetBytesProcessed(bytes);
  std::filesystem::remove_all(scratch().parent_path());
}
BENCHMARK(write_file)->Unit(benchmark::kMillisecond)->UseRealTime();

class File : public benchmark::Fixture {
 public:
  void SetUp(benchmark::State&) override {
    const auto writer = opened(kRoomForAll);
    for (const Operation& operation : sale(kOperations)) writer->shard(0).record(operation);
    writer->finish(nullptr);
  }
  void TearDown(benchmark::State&) override {
    std::filesystem::remove_all(scratch().parent_path());
  }
};

// All checksums, no record decoded.
BENCHMARK_DEFINE_F(File, open)(benchmark::State& state) {
  for (auto _ : state) {
    const auto file = HistoryFile::open(scratch());
    CHECK(file.ok() && !file->damage(), "the file is not whole");
  }
  state.SetItemsProcessed(state.iterations() * kOperations);
}
BENCHMARK_REGISTER_F(File, open)->Unit(benchmark::kMillisecond);

BENCHMARK_DEFINE_F(File, stream_in_order)(benchmark::State& state) {
  const auto file = HistoryFile::open(scratch());
  std::size_t most_open = 0;
  for (auto _ : state) {
    OperationStream stream(*file);
    std::int64_t count = 0;
    while (stream.next() != nullptr) ++count;
    CHECK(count == kOperations, "{} operations", count);
    most_open = stream.most_open();
  }
  state.SetItemsProcessed(state.iterations() * kOperations);
  state.counters["blocks_in_memory"] = static_cast<double>(most_open);
}
BENCHMARK_REGISTER_F(File, stream_in_order)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace doorbuster
