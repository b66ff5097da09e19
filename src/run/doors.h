// The doors of an opening: what all shards see of each other while they are open. How far each is,
// whether and why they close early, and the figures that an abort threshold is measured on.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "measure/recorder.h"
#include "measure/snapshot.h"
#include "run/opening.h"

namespace doorbuster {

// What the metrics of abort thresholds are read from.
struct ShardFigures {
  Tally tally;
  OperationHistograms latency;
  OperationHistograms lag;
};

// One for each opening. Any shard's thread may call.
class Doors {
 public:
  explicit Doors(std::size_t shards) : board(shards), figures_(shards) {}

  // True: the last shard's for this second, so that all are of one time.
  bool publish(std::size_t shard, const Recorder& recorder) {
    auto copy = std::make_unique<ShardFigures>(
        ShardFigures{recorder.tally, recorder.latency, recorder.lag});
    const std::lock_guard lock(mutex_);
    figures_[shard] = std::move(copy);
    return ++published_ % figures_.size() == 0;
  }
  // Of all shards, as last published.
  Recorder merged_figures() const {
    Recorder merged;
    const std::lock_guard lock(mutex_);
    for (const auto& figures : figures_) {
      if (!figures) continue;
      merged.tally.merge(figures->tally);
      merged.latency.merge(figures->latency);
      merged.lag.merge(figures->lag);
    }
    return merged;
  }

  void stop(std::string why) {
    const std::lock_guard lock(mutex_);
    if (!stopped) why_ = std::move(why);
    stopped = true;
  }
  void store_is_gone(std::string what) {
    stop(what);
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(what);
  }
  void abort(const Threshold& threshold, const MetricValue& measured) {
    stop(fmt::format("the threshold {} ended it", threshold.expression));
    const std::lock_guard lock(mutex_);
    if (!aborted_by_) aborted_by_ = {threshold.expression, measured};
  }
  std::string why() const {
    const std::lock_guard lock(mutex_);
    return why_;
  }
  std::optional<BrokenThreshold> aborted_by() const {
    const std::lock_guard lock(mutex_);
    return aborted_by_;
  }
  std::optional<std::string> trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

  SnapshotBoard board;
  std::atomic<bool> stopped = false;
  std::atomic<int> emptied = 0;  // shards whose buyers have all left
  std::atomic<int> healed = 0;   // 1: no fault goes on, and none will come
  std::atomic<int> drained = 0;  // shards whose strategy has ended what it was about

 private:
  mutable std::mutex mutex_;
  std::string why_;
  std::optional<std::string> trouble_;
  std::optional<BrokenThreshold> aborted_by_;
  std::vector<std::unique_ptr<ShardFigures>> figures_;
  std::size_t published_ = 0;
};

}  // namespace doorbuster
