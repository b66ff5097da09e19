// For tests and benchmarks: the history of a shop that keeps every promise, as long as wanted, by
// chance. Each operation happens at a moment of its own between its start and its end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <queue>
#include <vector>

#include "base/random.h"
#include "history/judged_history.h"

namespace doorbuster {

struct CleanShape {
  std::int64_t operations = 100'000;
  int items = 1;
  std::int64_t buyers = 20'000;
  double views = 0.8;        // share of all operations; the others buy
  double unknown = 0.01;     // share of purchases without an answer; half of them happened
  double failed = 0.005;     // share of purchases that certainly failed
  double releases = 0.0;     // share of purchases that return a unit instead
  double sold_out_at = 0.6;  // the share of the run after which stock is gone
  std::int64_t concurrency = 50;
  bool several_units = false;
};

class CleanHistory {
 public:
  CleanHistory(const CleanShape& shape, std::uint64_t seed) : shape_(shape), random_(seed) {}

  JudgedHistory make() {
    const double buys = static_cast<double>(shape_.operations) * (1 - shape_.views) *
                        (shape_.several_units ? 1.5 : 1.0);
    for (int i = 1; i <= shape_.items; ++i) {
      ItemTruth item;
      item.item = ItemId{i};
      item.initial = static_cast<Quantity>(buys * shape_.sold_out_at / shape_.items) + 1;
      made_.items.push_back(item);
      left_.push_back(static_cast<std::int32_t>(item.initial));
    }
    version_.assign(left_.size(), 0);
    made_.operations.reserve(static_cast<std::size_t>(shape_.operations));
    Instant now = kRunStart;
    for (std::uint32_t op = 0; op < shape_.operations; ++op) {
      now += Duration(500 + static_cast<std::int64_t>(random_.below(1000)));
      happen_before(now);
      begin(op, now);
    }
    happen_before(kNever);
    for (std::size_t i = 0; i < left_.size(); ++i) {
      made_.items[i].left = left_[i];
      made_.items[i].cached = left_[i];
    }
    std::stable_sort(made_.stock_log.begin(), made_.stock_log.end(),
                     [](const StockChange& a, const StockChange& b) { return a.item < b.item; });
    return std::move(made_);
  }

 private:
  struct Moment {
    Instant at;
    std::uint32_t position;
    friend bool operator>(const Moment& a, const Moment& b) {
      return std::pair(a.at, a.position) > std::pair(b.at, b.position);
    }
  };

  void begin(std::uint32_t op, Instant now) {
    Operation operation;
    operation.op = OperationId{op};
    operation.item = ItemId{1 + static_cast<std::int32_t>(random_.below(left_.size()))};
    operation.buyer = BuyerId{
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(shape_.buyers)))};
    if (!random_.chance(shape_.views)) {
      operation.kind =
          random_.chance(shape_.releases) ? OperationKind::release : OperationKind::buy;
    }
    if (operation.kind == OperationKind::buy) operation.key = OrderKey{op};
    if (operation.kind == OperationKind::buy && shape_.several_units) {
      operation.quantity = 1 + static_cast<std::int32_t>(random_.below(3));
    }
    operation.source = AnswerSource::database;
    operation.scheduled = operation.started = now;
    const auto longest = static_cast<std::uint64_t>(2000 * shape_.concurrency);
    const Duration length(static_cast<std::int64_t>(1 + random_.below(longest)));
    operation.finished = now + length;
    const auto within = random_.below(static_cast<std::uint64_t>(length.count()) + 1);
    moments_.push({now + Duration(static_cast<std::int64_t>(within)), op});
    made_.operations.push_back(operation);
  }

  void happen_before(Instant end) {
    for (; !moments_.empty() && moments_.top().at < end; moments_.pop()) {
      happen(made_.operations[moments_.top().position]);
    }
  }

  void happen(Operation& operation) {
    const auto i = static_cast<std::size_t>(operation.item) - 1;
    operation.outcome = Answer::ok;
    if (operation.kind == OperationKind::view) {
      operation.value = left_[i];
      if (random_.chance(0.2)) operation.version = version_[i];
      return;
    }
    const bool buys = operation.kind == OperationKind::buy;
    if (buys && random_.chance(shape_.failed)) {
      operation.outcome = Answer::failed;
      return;
    }
    const bool unknown = buys && random_.chance(shape_.unknown);
    if (unknown) operation.outcome = Answer::unknown;
    if (unknown) operation.finished = kNever;
    if (unknown && random_.chance(0.5)) return;
    if (buys && left_[i] < operation.quantity) {
      if (!unknown) operation.outcome = Answer::sold_out;
      return;
    }
    const std::int32_t after = left_[i] + (buys ? -operation.quantity : operation.quantity);
    made_.stock_log.push_back({operation.item, ++version_[i], left_[i], after, operation.op});
    if (buys) {
      made_.orders.push_back({static_cast<std::int64_t>(made_.orders.size()) + 1, operation.key,
                              operation.buyer, operation.op, operation.item, operation.quantity,
                              version_[i]});
    }
    left_[i] = after;
    if (!unknown && random_.chance(0.5)) operation.value = after;
  }

  CleanShape shape_;
  Random random_;
  JudgedHistory made_;
  std::vector<std::int32_t> left_, version_;  // by item
  std::priority_queue<Moment, std::vector<Moment>, std::greater<>> moments_;
};

inline JudgedHistory clean_history(const CleanShape& shape, std::uint64_t seed) {
  return CleanHistory(shape, seed).make();
}

}  // namespace doorbuster
