#include "load/replay.h"

#include "base/order.h"

namespace doorbuster {
namespace {

using Kind = TraceRow::Kind;

// The rows of one buyer of a trace: a visit of guests.h.
class Replay {
 public:
  Replay(Floor& floor, const Load& load, BuyerId buyer, Instant arrives, Instant)
      : floor_(floor),
        load_(load),
        buyer_(buyer),
        rows_(load.trace->of(buyer)),
        opened_(arrives - load.due(rows_.front().when)) {
    floor.recorder.buyer_came(arrives);
    bool buys = false;
    for (const TraceRow& row : rows_) {
      if (row.kind != Kind::buy) continue;
      floor.recorder.intent(due(row));
      buys = true;
    }
    if (!buys) ++floor.recorder.tally.browsed;
  }
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  void leave(Instant now) {
    for (; next_ < rows_.size(); ++next_) {
      const bool buys = rows_[next_].kind == Kind::buy;
      if (asked_ == kNever) {
        if (buys) floor_.recorder.end_idle(Outcome::abandoned, now);
      } else if (buys) {
        settle(Outcome::unknown, now);
      } else {
        floor_.recorder.view_failed(times(now));
        floor_.log.viewed(buyer_, rows_[next_].item, times(now), nullptr);
      }
      asked_ = kNever;
    }
    floor_.recorder.buyer_left(now);
  }

  BuyerId buyer() const { return buyer_; }
  bool is_over() const { return next_ == rows_.size(); }
  bool patience_ended(Instant) const { return false; }  // a trace tells who left
  Instant next_step(Instant) const { return due(rows_[next_]); }

  Task<Done> step(Instant now) {
    const TraceRow& row = rows_[next_];
    asked_ = now;
    if (row.kind == Kind::view) {
      const auto page = co_await floor_.strategy.view(row.item);
      viewed(page);
    } else {
      const Order order = this->order();
      auto answer = co_await floor_.strategy.buy(order);
      if (answer && answer->to_pay) {
        answer = co_await floor_.strategy.pay(order, Payment::approved);
      }
      const Outcome failure =
          answer || answer.error().definite() ? Outcome::failed : Outcome::unknown;
      settle(answer ? answer->outcome : failure, floor_.clock.now(), answer ? &*answer : nullptr);
    }
    asked_ = kNever;
    ++next_;
    co_return Done{};
  }

 private:
  Instant due(const TraceRow& row) const { return opened_ + load_.due(row.when); }
  Times times(Instant ended) const { return {due(rows_[next_]), asked_, ended}; }

  Order order() const { return {order_key(buyer_, purchases_), buyer_, rows_[next_].item, 1}; }

  void viewed(const Result<StockView>& page) {
    const Times seen = times(floor_.clock.now());
    floor_.log.viewed(buyer_, rows_[next_].item, seen, page ? &*page : nullptr);
    if (!page) {
      floor_.recorder.view_failed(seen);
      return;
    }
    floor_.recorder.view(seen);
    auto& tally = floor_.recorder.tally;
    tally.cache_hits += page->source == Source::cache;
    tally.cache_misses += page->source == Source::cache_missed;
  }

  void settle(Outcome outcome, Instant ended, const Purchase* told = nullptr) {
    floor_.log.bought(order(), 1, times(ended), outcome, told);
    floor_.recorder.purchase(times(ended), outcome, 1);
    floor_.history.push_back({.key = order_key(buyer_, purchases_++),
                              .buyer = buyer_,
                              .item = rows_[next_].item,
                              .quantity = 1,
                              .outcome = outcome,
                              .sent = true,
                              .scheduled = due(rows_[next_]),
                              .started = asked_,
                              .finished = outcome == Outcome::unknown ? kNever : ended});
  }

  Floor& floor_;
  const Load& load_;
  BuyerId buyer_;
  std::span<const TraceRow> rows_;
  Instant opened_;
  Instant asked_ = kNever;  // when the row that is in flight was begun
  std::size_t next_ = 0;
  int purchases_ = 0;  // that have ended
};

}  // namespace

void begin_replay(Guests& guests, const Load& load, BuyerId buyer, Instant arrives) {
  guests.let_in<Replay>(buyer, arrives, load);
}

void turn_away_replayed(Floor& floor, const Load& load, BuyerId buyer, Instant arrives) {
  const auto rows = load.trace->of(buyer);
  for (const TraceRow& row : rows) {
    if (row.kind != Kind::buy) continue;
    floor.recorder.intent(arrives + load.due(row.when) - load.due(rows.front().when));
    floor.recorder.end_idle(Outcome::dropped, floor.clock.now());
  }
}

}  // namespace doorbuster
