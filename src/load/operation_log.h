// Where what buyers saw is written down, operation by operation, for the history of the trial.
// Nowhere, where none is kept. Of one shard; a value, its log outlives it.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "base/order.h"
#include "base/outcome.h"
#include "history/shard_log.h"
#include "measure/times.h"
#include "strategy/strategy.h"

namespace doorbuster {

class OperationLog {
 public:
  OperationLog() = default;
  // Times in the history count from `opens`.
  OperationLog(ShardLog& log, Instant opens) : log_(&log), opened_(since_start(opens)) {}

  // No page: it failed, or nobody was there any more to see it.
  void viewed(BuyerId buyer, ItemId item, const Times& times, const StockView* page) {
    if (log_ == nullptr) return;
    Operation view = operation(OperationKind::view, buyer, item, times);
    view.outcome = page == nullptr ? Answer::failed : Answer::ok;
    if (page != nullptr) {
      if (page->quantity) view.value = small(*page->quantity);
      if (page->version) view.version = small(*page->version);
      view.source = source_of(*page);
    }
    log_->record(view);
  }

  // One attempt at a purchase; one whose units are held until they are paid lasts until it is
  // settled. `attempt` counts from 1; `told` is what the buyer was told, where it was heard.
  void bought(const Order& order, int attempt, const Times& times, Outcome outcome,
              const Purchase* told = nullptr) {
    if (log_ == nullptr) return;
    Operation buy = operation(OperationKind::buy, order.buyer, order.item, times);
    buy.key = order.key;
    buy.quantity = small(order.quantity);
    buy.outcome = answer(outcome);
    if (buy.outcome == Answer::unknown) buy.finished = kNever;
    if (told != nullptr && buy.outcome == Answer::ok && told->after) {
      show(*told->after, buy);
    } else if (told != nullptr && told->at_gate &&
               (buy.outcome == Answer::ok || buy.outcome == Answer::sold_out)) {
      show(*told->at_gate, buy);
      buy.source = AnswerSource::gate;
    }
    buy.attempt = static_cast<std::uint8_t>(std::min(attempt, 255));
    log_->record(buy);
  }

 private:
  // A stale page is a copy as well.
  static AnswerSource source_of(const StockView& page) {
    const bool copy = page.source == Source::cache || page.source == Source::stale;
    return copy ? AnswerSource::cache : AnswerSource::database;
  }

  Operation operation(OperationKind kind, BuyerId buyer, ItemId item, const Times& times) const {
    Operation made;
    made.kind = kind;
    made.buyer = buyer;
    made.item = item;
    made.scheduled = times.scheduled - opened_;
    made.started = times.started - opened_;
    made.finished = times.finished - opened_;
    return made;
  }
  static void show(const Stock& stock, Operation& operation) {
    operation.value = small(stock.quantity);
    operation.version = small(stock.version);
  }
  static std::int32_t small(std::int64_t number) {  // scenarios keep stock far below
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(number, -kMost, kMost));
  }
  // A buyer who leaves what is held unpaid, or whose payment came to nothing, got no unit.
  static Answer answer(Outcome outcome) {
    switch (outcome) {
      case Outcome::sold:
        return Answer::ok;
      case Outcome::sold_out:
        return Answer::sold_out;
      case Outcome::failed:
        return Answer::failed;
      case Outcome::unknown:
        return Answer::unknown;
      default:
        return Answer::refused;
    }
  }

  ShardLog* log_ = nullptr;
  Duration opened_{};
};

}  // namespace doorbuster
