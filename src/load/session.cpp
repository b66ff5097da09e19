#include "load/session.h"

#include <algorithm>

#include "load/draw.h"

namespace doorbuster {
namespace {

// One visit to the shop, from coming to leaving. Its destructor settles what was left open, because
// a run that is cut destroys its sessions where they stand. Small: a hundred thousand may wait.
class Visit {
 public:
  Visit(Floor& floor, BuyerId buyer, Instant scheduled)
      : floor_(floor),
        buyer_(buyer),
        random_(buyer_stream(floor.seed, buyer)),
        scheduled_(scheduled),
        leaves_(floor.buyers.patience > Duration{} ? scheduled + floor.buyers.patience : kNever) {
    const Intent intent = draw_intent(floor.buyers, floor.products, random_);
    item_ = intent.item;
    quantity_ = static_cast<std::int32_t>(intent.quantity);
    views_ = intent.views;
    buys_ = intent.buys;
    floor.recorder.buyer_came(scheduled);
    if (buys_) {
      floor.recorder.intent(scheduled);
    } else {
      ++floor.recorder.tally.browsed;
    }
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    const Instant now = floor_.clock.now();
    if (asked_ != kNever) floor_.recorder.view_failed({scheduled_, asked_, now});
    if (buys_ && !settled_) {
      if (was_sent()) {
        settle_purchase(Outcome::unknown, now);
      } else {
        settle_unbegun(Outcome::abandoned, now);
      }
    }
    floor_.recorder.buyer_left(now);
  }

  bool is_over() const { return views_ == 0 && (settled_ || !buys_); }
  bool patience_ended() const { return floor_.clock.now() >= leaves_; }

  // The next step begins after some thought; the first one when the buyer arrives. Until then, or
  // until patience ends.
  Instant next_step() {
    if (first_step_) {
      first_step_ = false;
    } else {
      scheduled_ = floor_.clock.now() + draw_time(floor_.buyers.think, random_);
    }
    return std::min(scheduled_, leaves_);
  }

  // A coroutine of its own, so that a buyer who waits for the next step holds nothing of it.
  Task<Done> step() {
    const Instant now = floor_.clock.now();
    if (views_ > 0) {
      --views_;
      asked_ = now;
      const auto page = co_await floor_.strategy.view(item_);
      asked_ = kNever;
      viewed(now, page);
    } else if (floor_.buyers.deterred && page_shows_none_) {
      settle_unbegun(Outcome::deterred, now);
    } else {
      sent_ = now;
      const auto answer = co_await floor_.strategy.buy(order());
      answered(answer);
    }
    co_return Done{};
  }

 private:
  bool was_sent() const { return sent_ != kNever; }
  Order order() const {
    return {OrderKey{number(buyer_)}, buyer_, item_, static_cast<Quantity>(quantity_)};
  }

  void viewed(Instant started, const Result<StockView>& page) {
    const Times times{scheduled_, started, floor_.clock.now()};
    if (!page) {
      floor_.recorder.view_failed(times);
      return;
    }
    floor_.recorder.view(times);
    auto& tally = floor_.recorder.tally;
    tally.cache_hits += page->source == Source::cache;
    tally.cache_misses += page->source == Source::cache_missed;
    page_shows_none_ = page->quantity && *page->quantity < quantity_;
  }

  void answered(const Result<Purchase>& answer) {
    const Instant now = floor_.clock.now();
    if (patience_ended()) {  // nobody was there any more to hear the answer
      settle_purchase(Outcome::unknown, std::max(leaves_, sent_));
      return;
    }
    const Outcome failure =
        answer || answer.error().definite() ? Outcome::failed : Outcome::unknown;
    settle_purchase(answer ? answer->outcome : failure, now);
  }

  void settle_unbegun(Outcome outcome, Instant now) {
    settled_ = true;
    floor_.recorder.end_unbegun(outcome, now);
  }

  void settle_purchase(Outcome outcome, Instant ended) {
    settled_ = true;
    const Times times{scheduled_, sent_, ended};
    floor_.recorder.purchase(times, outcome, quantity_);
    floor_.history.push_back({.key = OrderKey{number(buyer_)},
                              .buyer = buyer_,
                              .item = item_,
                              .quantity = quantity_,
                              .outcome = outcome,
                              .sent = true,
                              .scheduled = scheduled_,
                              .started = sent_,
                              .finished = outcome == Outcome::unknown ? kNever : ended});
  }

  Floor& floor_;
  BuyerId buyer_;
  Random random_;
  Instant scheduled_;  // of the step that is going on, or the next
  Instant leaves_;
  Instant asked_ = kNever;  // when the page that is in flight was asked for
  Instant sent_ = kNever;   // when the purchase was begun
  ItemId item_{};
  std::int32_t quantity_ = 1;
  std::int32_t views_ = 0;  // still to look at
  bool buys_ = true;
  bool first_step_ = true;
  bool settled_ = false;
  bool page_shows_none_ = false;
};

}  // namespace

Task<Done> session(Floor& floor, BuyerId buyer, Instant scheduled) {
  Visit visit(floor, buyer, scheduled);
  while (!visit.is_over()) {
    (void)co_await floor.clock.sleep_until(visit.next_step());
    if (visit.patience_ended()) break;
    (void)co_await visit.step();
  }
  co_return Done{};
}

void turn_away(Floor& floor, BuyerId buyer, Instant scheduled) {
  Random random = buyer_stream(floor.seed, buyer);
  const Intent intent = draw_intent(floor.buyers, floor.products, random);
  if (!intent.buys) return;
  floor.recorder.intent(scheduled);
  floor.recorder.end_unbegun(Outcome::dropped, floor.clock.now());
}

}  // namespace doorbuster
