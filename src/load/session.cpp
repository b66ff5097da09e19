#include "load/session.h"

#include <algorithm>

#include "load/draw.h"

namespace doorbuster {
namespace {

// One visit to the shop, from coming to leaving. Its destructor settles what was left open, because
// a run that is cut destroys its sessions where they stand.
class Visit {
 public:
  Visit(Floor& floor, BuyerId buyer, Instant scheduled)
      : floor_(floor), random_(buyer_stream(floor.seed, buyer)), scheduled_(scheduled) {
    const Intent intent = draw_intent(floor.buyers, floor.products, random_);
    buys_ = intent.buys;
    views = intent.views;
    record_.key = OrderKey{number(buyer)};
    record_.buyer = buyer;
    record_.item = intent.item;
    record_.quantity = static_cast<std::int32_t>(intent.quantity);
    leaves_ = floor.buyers.patience > Duration{} ? scheduled + floor.buyers.patience : kNever;
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
    if (buys_ && !settled_) {
      if (record_.sent) {
        settle_purchase(Outcome::unknown, now);
      } else {
        settle_unbegun(Outcome::abandoned, now);
      }
    }
    floor_.recorder.buyer_left(now);
  }

  ItemId item() const { return record_.item; }
  bool buys() const { return buys_; }
  bool patience_ended(Instant now) const { return now >= leaves_; }
  Order order() const {
    return {record_.key, record_.buyer, record_.item, static_cast<Quantity>(record_.quantity)};
  }

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

  void viewed(Instant started, const Result<StockView>& page) {
    const Times times{scheduled_, started, floor_.clock.now()};
    if (!page) {
      floor_.recorder.view_failed(times);
      return;
    }
    floor_.recorder.view(times);
    auto& tally = floor_.recorder.tally;
    ++(page->source == Source::cache ? tally.cache_hits : tally.cache_misses);
    page_shows_none_ = page->quantity && *page->quantity < record_.quantity;
  }

  bool is_deterred() const { return floor_.buyers.deterred && page_shows_none_; }

  void sending(Instant now) {
    record_.sent = true;
    record_.scheduled = scheduled_;
    record_.started = now;
  }

  void answered(const Result<Purchase>& answer) {
    const Instant now = floor_.clock.now();
    if (patience_ended(now)) {  // nobody was there any more to hear the answer
      settle_purchase(Outcome::unknown, std::max(leaves_, record_.started));
      return;
    }
    const Outcome failure =
        answer || answer.error().definite() ? Outcome::failed : Outcome::unknown;
    const Outcome outcome = answer ? answer->outcome : failure;
    if (outcome != Outcome::unknown) record_.finished = now;
    settle_purchase(outcome, now);
  }

  void settle_unbegun(Outcome outcome, Instant now) {
    settled_ = true;
    floor_.recorder.end_unbegun(outcome, now);
  }

  std::int32_t views = 0;  // still to look at

 private:
  void settle_purchase(Outcome outcome, Instant finished) {
    settled_ = true;
    record_.outcome = outcome;
    const Times times{record_.scheduled, record_.started, finished};
    floor_.recorder.purchase(times, outcome, record_.quantity);
    floor_.history.push_back(record_);
  }

  Floor& floor_;
  Random random_;
  Record record_;
  Instant scheduled_;
  Instant leaves_;
  bool buys_ = true;
  bool first_step_ = true;
  bool settled_ = false;
  bool page_shows_none_ = false;
};

}  // namespace

Task<Done> session(Floor& floor, BuyerId buyer, Instant scheduled) {
  Visit visit(floor, buyer, scheduled);

  for (; visit.views > 0; --visit.views) {
    (void)co_await floor.clock.sleep_until(visit.next_step());
    const Instant started = floor.clock.now();
    if (visit.patience_ended(started)) co_return Done{};
    const auto page = co_await floor.strategy.view(visit.item());
    visit.viewed(started, page);
  }
  if (!visit.buys()) co_return Done{};

  (void)co_await floor.clock.sleep_until(visit.next_step());
  const Instant now = floor.clock.now();
  if (visit.patience_ended(now)) co_return Done{};
  if (visit.is_deterred()) {
    visit.settle_unbegun(Outcome::deterred, now);
    co_return Done{};
  }
  visit.sending(now);
  const auto answer = co_await floor.strategy.buy(visit.order());
  visit.answered(answer);
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
