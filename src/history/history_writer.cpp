#include "history/history_writer.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "history/block_file.h"
#include "history/codec.h"

namespace doorbuster {
namespace {

constexpr std::size_t kRecordsPerBlock = 1024;
constexpr Duration kPause = 10ms;  // between two looks at the shards

using ShardLogs = std::vector<std::unique_ptr<ShardLog>>;

ShardLogs logs_of(int shards, const HistoryLimits& limits) {
  const std::size_t room = limits.memory / sizeof(Operation) / static_cast<std::size_t>(shards);
  const std::size_t capacity = std::bit_floor(std::max(room, kRecordsPerBlock));
  const std::int64_t of_one = limits.views_until / shards;
  const auto views_until =
      static_cast<std::uint64_t>(of_one) / static_cast<std::uint64_t>(encoded_size<Operation>());
  ShardLogs logs;
  for (int i = 0; i < shards; ++i) {
    logs.push_back(
        std::make_unique<ShardLog>(capacity, limits.views, i, shards, limits.waits, views_until));
  }
  return logs;
}

class ThreadedWriter final : public HistoryWriter {
 public:
  ThreadedWriter(BlockFile file, ShardLogs shards, const HistoryLimits& limits)
      : file_(std::move(file)), limits_(limits), shards_(std::move(shards)) {}

  ~ThreadedWriter() override { end_thread(); }

  // Why it cannot be written, or none.
  std::optional<std::string> begin(const HistoryAbout& about) {
    append(BlockKind::about, to_facts(about));
    if (!file_.trouble()) thread_ = std::thread([this] { work(); });
    return file_.trouble();
  }

  ShardLog& shard(int shard) override { return *shards_.at(static_cast<std::size_t>(shard)); }

  std::filesystem::path folder() const override { return file_.path().parent_path(); }

  HistoryReport finish(const JudgedHistory* truth,
                       const std::vector<HistoryFault>& faults) override {
    end_thread();
    HistoryReport report;
    report.end = {.operations = operations_,
                  .dropped = lost_,
                  .views_dropped = views_lost_,
                  .truth = truth != nullptr,
                  .cache_read = truth == nullptr || truth->cache_read,
                  .last_return = truth == nullptr ? std::nullopt : truth->last_return,
                  .last_gate_return = truth == nullptr ? std::nullopt : truth->last_gate_return,
                  .faults = faults};
    for (const auto& shard : shards_) {
      report.end.dropped += shard->dropped();
      report.end.views_dropped += shard->views_dropped();
      report.end.views_left_out += shard->views_left_out();
    }
    if (truth != nullptr) {
      append_all(BlockKind::items, truth->items);
      append_all(BlockKind::orders, truth->orders);
      append_all(BlockKind::changes, truth->stock_log);
      append_all(BlockKind::gates, gate_rows(truth->items));
      append_all(BlockKind::reservations, reservation_rows(truth->items));
      append_all(BlockKind::gate_changes, truth->gate_log);
    }
    append(BlockKind::end, to_facts(report.end));
    file_.close();
    report.bytes = file_.bytes();
    report.trouble = file_.trouble();
    return report;
  }

 private:
  void work() {
    Duration flushed = steady_now();
    std::unique_lock lock(mutex_);
    while (!ending_) {
      wake_.wait_for(lock, kPause);
      const bool last = ending_;
      lock.unlock();
      const Duration now = steady_now();
      const bool flush = last || now - flushed >= limits_.flush_every;
      if (flush) flushed = now;
      for (std::size_t i = 0; i < shards_.size(); ++i) write_ready(i, flush ? 1 : kRecordsPerBlock);
      lock.lock();
    }
  }

  void end_thread() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
    for (std::size_t i = 0; i < shards_.size(); ++i) write_ready(i, 1);
  }

  // Writes blocks of what waits of a shard now, while it is at least so much.
  void write_ready(std::size_t shard, std::size_t least) {
    ShardLog& log = *shards_[shard];
    for (std::size_t rest = log.waiting(); rest >= least && rest > 0;) {
      block_.assign(kBlockHeadBytes, '\0');
      BlockHead head{.kind = BlockKind::operations,
                     .shard = static_cast<std::uint16_t>(shard),
                     .first = kNever,
                     .last = Instant::min()};
      std::int64_t views = 0;
      const std::size_t most = std::min(rest, kRecordsPerBlock);
      while (head.records < most) {
        std::span<const Operation> piece = log.pending();
        piece = piece.first(std::min(piece.size(), most - head.records));
        if (piece.empty()) break;
        for (const Operation& operation : piece) {
          head.first = std::min(head.first, operation.started);
          head.last = std::max(head.last, operation.started);
          views += operation.kind == OperationKind::view ? 1 : 0;
        }
        encode(piece, block_);
        head.records += static_cast<std::uint32_t>(piece.size());
        log.written(piece.size());
      }
      count(head, views, file_.append(head, block_));
      rest -= head.records;
    }
  }

  void count(const BlockHead& head, std::int64_t views, bool in_file) {
    if (in_file) {
      operations_ += head.records;
    } else {
      lost_ += head.records - views;
      views_lost_ += views;
    }
  }

  void append(BlockKind kind, const HistoryFacts& facts) {
    block_.assign(kBlockHeadBytes, '\0');
    encode(facts, block_);
    file_.append({.kind = kind, .records = static_cast<std::uint32_t>(facts.size())}, block_);
  }

  template <class Record>
  void append_all(BlockKind kind, const std::vector<Record>& records) {
    for (std::span<const Record> rest(records); !rest.empty();) {
      const auto piece = rest.first(std::min(rest.size(), kRecordsPerBlock));
      block_.assign(kBlockHeadBytes, '\0');
      encode(piece, block_);
      file_.append({.kind = kind, .records = static_cast<std::uint32_t>(piece.size())}, block_);
      rest = rest.subspan(piece.size());
    }
  }

  // Of the writer's thread, and after its end of who finishes.
  BlockFile file_;
  const HistoryLimits limits_;
  std::string block_;
  std::int64_t operations_ = 0;
  std::int64_t lost_ = 0;
  std::int64_t views_lost_ = 0;

  ShardLogs shards_;
  std::thread thread_;
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  bool ending_ = false;
};

}  // namespace

Result<std::unique_ptr<HistoryWriter>> HistoryWriter::open(const std::filesystem::path& path,
                                                           const HistoryAbout& about, int shards,
                                                           const HistoryLimits& limits) {
  CHECK(shards > 0, "a history of {} shards", shards);
  // These take their time. A file that is there should have its beginning too, whenever the run is
  // killed.
  ShardLogs logs = logs_of(shards, limits);
  auto file = BlockFile::create(path);
  if (!file) return std::move(file).error();
  auto writer = std::make_unique<ThreadedWriter>(*std::move(file), std::move(logs), limits);
  try {
    if (auto trouble = writer->begin(about)) return system_error(*std::move(trouble));
  } catch (const std::system_error& failed) {
    return system_error(fmt::format("cannot start the thread that writes the history {}: {}",
                                    path.string(), failed.what()));
  }
  return std::unique_ptr<HistoryWriter>(std::move(writer));
}

}  // namespace doorbuster
