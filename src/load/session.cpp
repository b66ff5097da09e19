#include "load/session.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/order.h"
#include "load/draw.h"

namespace doorbuster {
namespace {

Outcome outcome_of(const Result<Purchase>& answer) {
  if (answer) return answer->outcome;
  return answer.error().definite() ? Outcome::failed : Outcome::unknown;
}

// One visit to the shop, from coming to leaving: a visit of guests.h. Small: a million may wait.
class Visit {
 public:
  Visit(Floor& floor, BuyerId buyer, Instant scheduled, Instant now)
      : floor_(floor),
        buyer_(buyer),
        random_(buyer_stream(floor.seed, buyer)),
        step_(scheduled),
        kind_(static_cast<std::uint8_t>(kind_of(floor.buyers, floor.seed, buyer))) {
    if (habits().patience > Duration{}) leaves_ = scheduled + habits().patience;
    Intent intent = draw_intent(habits(), floor.products, random_);
    item_ = intent.item;
    quantity_ = static_cast<std::int32_t>(intent.quantity);
    views_ = intent.views;
    buys_ = intent.buys;
    // Who waits for the sale to open has come already.
    floor.recorder.buyer_came(std::min(scheduled, now), kind_);
    if (!buys_) floor.recorder.browses(kind_);
    for (std::size_t i = 0; buys_ && i <= intent.more.size(); ++i) {
      floor.recorder.intent(scheduled, kind_);
    }
    if (!intent.more.empty()) {
      more_ = std::make_unique<const std::vector<CartLine>>(std::move(intent.more));
    }
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  void leave(Instant now) {
    if (looks_) {
      const Times times{step_, started_, now};
      floor_.recorder.view_failed(times, kind_);
      floor_.log.viewed(buyer_, item_, times, nullptr);
      started_ = kNever;
    }
    while (buys_ && !settled_) settle_as_left(now);
    floor_.recorder.buyer_left(now);
  }

  BuyerId buyer() const { return buyer_; }
  bool is_over() const { return views_ == 0 && (settled_ || !buys_); }
  bool patience_ended(Instant now) const { return now >= leaves_; }

  // The next step begins after some thought, after the payment took its time, or after the delay
  // before a retry; the first one when the buyer arrives. Until then, or until patience ends.
  Instant next_step(Instant now) {
    if (first_step_) {
      first_step_ = false;
    } else {
      step_ = now + draw_time(before_next_step(), random_);
    }
    return std::min(step_, leaves_);
  }

  Task<Done> step(Instant now) {
    if (views_ > 0) {
      --views_;
      looks_ = true;
      started_ = now;
      const auto page = co_await floor_.strategy.view(item_);
      looks_ = false;
      viewed(page);
    } else if (held_) {
      const bool declined = random_.chance(habits().payment.fails);
      const Payment payment = declined ? Payment::declined : Payment::approved;
      started_ = now;
      const auto answer = co_await floor_.strategy.pay(order(), payment);
      paid(answer);
    } else if (habits().deterred && page_shows_none_) {
      settle_idle(Outcome::deterred, now);
    } else {
      begin_attempt(now);
      const auto answer = co_await floor_.strategy.buy(order());
      answered(answer);
    }
    co_return Done{};
  }

 private:
  const Habits& habits() const { return habits_of(floor_.buyers, kind_); }
  const Distribution& before_next_step() const {
    if (held_) return habits().payment.time;
    return attempts_ > 0 ? habits().retry_delay : habits().think;
  }

  // REQUIRES: an attempt was begun
  Order order() const {
    const int earlier = attempts_ - 1;
    const bool new_key = habits().retry_with_new_key;
    return {.key = order_key(buyer_, line_, new_key ? earlier : 0),
            .buyer = buyer_,
            .item = item_,
            .quantity = static_cast<Quantity>(quantity_),
            .repeats = new_key ? 0 : earlier};
  }

  void viewed(const Result<StockView>& page) {
    const Times times{step_, started_, floor_.clock.now()};
    started_ = kNever;
    floor_.log.viewed(buyer_, item_, times, page ? &*page : nullptr);
    if (!page) {
      floor_.recorder.view_failed(times, kind_);
      return;
    }
    floor_.recorder.view(times, kind_);
    auto& tally = floor_.recorder.tally;
    tally.cache_hits += page->source == Source::cache;
    tally.cache_misses += page->source == Source::cache_missed;
    page_shows_none_ = page->quantity && *page->quantity < quantity_;
  }

  void begin_attempt(Instant now) {
    if (attempts_ == 0) {
      scheduled_ = step_;
      sent_ = now;
    }
    started_ = now;
    ++attempts_;
  }

  void answered(const Result<Purchase>& answer) {
    const Instant asked = std::exchange(started_, kNever);
    const Instant now = floor_.clock.now();
    if (patience_ended(now)) {  // nobody was there any more to hear the answer
      log_attempt(asked, kNever, Outcome::unknown);
      return settle_purchase(Outcome::unknown, std::max(leaves_, asked));
    }
    answered_ = now;
    last_ = outcome_of(answer);
    if (answer && answer->to_pay && last_ == Outcome::sold) return hold();
    log_attempt(asked, answered_, last_, answer ? &*answer : nullptr);
    if (last_ == Outcome::unknown) lost_ = true;
    // Who asks again under the same key is told "sold out" only when the shop has looked for it.
    if (last_ == Outcome::sold_out && !habits().retry_with_new_key) lost_ = false;
    if (!tries_again()) settle_purchase(known_so_far(), answered_);
  }

  bool tries_again() const {
    if (last_ == Outcome::sold || attempts_ > habits().retries) return false;
    return last_ != Outcome::sold_out || habits().ignores_sold_out;
  }

  // After an attempt whose reply was lost a no is none: that attempt may have been a sale.
  Outcome known_so_far() const {
    return lost_ && last_ != Outcome::sold ? Outcome::unknown : last_;
  }

  void hold() {
    floor_.recorder.held({scheduled_, sent_, answered_}, attempts_, kind_);
    held_ = true;
    if (random_.chance(habits().payment.abandons)) settle_hold_abandoned(answered_);
  }

  void paid(const Result<Purchase>& answer) {
    const Instant asked = std::exchange(started_, kNever);
    const Instant now = floor_.clock.now();
    if (patience_ended(now)) {
      return settle_payment(Outcome::unknown, asked, std::max(leaves_, asked));
    }
    settle_payment(outcome_of(answer), asked, now);
  }

  // For whoever leaves, or is cut, with an intent that has no end yet. Between two attempts the
  // last answer stands.
  void settle_as_left(Instant now) {
    const Instant asked = std::exchange(started_, kNever);
    if (asked != kNever && held_) {
      settle_payment(Outcome::unknown, asked, now);
    } else if (asked != kNever) {
      log_attempt(asked, kNever, Outcome::unknown);
      settle_purchase(Outcome::unknown, now);
    } else if (held_) {
      settle_hold_abandoned(now);
    } else if (attempts_ > 0) {
      settle_purchase(known_so_far(), answered_);
    } else {
      settle_idle(Outcome::abandoned, now);
    }
  }

  void settle_purchase(Outcome outcome, Instant ended) {
    floor_.recorder.purchase({scheduled_, sent_, ended}, outcome, quantity_, attempts_, kind_);
    write_down(outcome, true, ended);
    go_to_next_line();
  }

  void settle_payment(Outcome outcome, Instant asked, Instant ended) {
    floor_.recorder.paid({step_, asked, ended}, outcome, quantity_, kind_);
    log_attempt(sent_, ended, outcome);
    write_down(outcome, true, ended);
    go_to_next_line();
  }

  // Nothing was sent that could make an order of what is held.
  void settle_hold_abandoned(Instant now) {
    log_attempt(sent_, now, Outcome::abandoned);
    write_down(Outcome::abandoned, false, now);
    settle_idle(Outcome::abandoned, now);
  }

  void log_attempt(Instant sent, Instant ended, Outcome outcome, const Purchase* told = nullptr) {
    const Instant scheduled = attempts_ > 1 && !held_ ? step_ : scheduled_;
    floor_.log.bought(order(), attempts_, {scheduled, sent, ended}, outcome, told);
  }

  void settle_idle(Outcome outcome, Instant now) {
    floor_.recorder.end_idle(outcome, now, kind_);
    go_to_next_line();
  }

  void write_down(Outcome outcome, bool sent, Instant ended) {
    const int keys = habits().retry_with_new_key ? attempts_ : 1;
    floor_.history.push_back({.key = order_key(buyer_, line_),
                              .buyer = buyer_,
                              .item = item_,
                              .quantity = quantity_,
                              .outcome = outcome,
                              .sent = sent,
                              .attempts = attempts_,
                              .keys = static_cast<std::uint16_t>(keys),
                              .kind = kind_,
                              .scheduled = scheduled_,
                              .started = sent_,
                              .finished = outcome == Outcome::unknown ? kNever : ended});
  }

  void go_to_next_line() {
    if (!more_ || line_ == more_->size()) {
      settled_ = true;
      return;
    }
    const CartLine& next = (*more_)[line_++];
    item_ = next.item;
    quantity_ = next.quantity;
    attempts_ = 0;
    held_ = lost_ = page_shows_none_ = false;
  }

  Floor& floor_;
  BuyerId buyer_;
  Random random_;
  Instant step_;  // when the step that is going on, or the next, was to begin
  Instant leaves_ = kNever;
  Instant started_ = kNever;  // what is in flight: a page, an attempt or a payment
  Instant scheduled_{};       // of the purchase: of its first attempt
  Instant sent_{};            // the first attempt
  Instant answered_{};        // the last attempt
  std::unique_ptr<const std::vector<CartLine>> more_;  // of the cart
  ItemId item_{};
  std::int32_t quantity_ = 1;
  std::int32_t views_ = 0;      // still to look at
  std::uint16_t attempts_ = 0;  // at this line of the cart
  std::uint8_t kind_;
  std::uint8_t line_ = 0;
  Outcome last_ = Outcome::unknown;  // of the attempts that were answered
  bool buys_ = true;
  bool first_step_ = true;
  bool looks_ = false;
  bool lost_ = false;  // the reply to an attempt, which may have been a sale
  bool held_ = false;  // and to be paid
  bool settled_ = false;
  bool page_shows_none_ = false;
};
static_assert(sizeof(Visit) <= 128);

}  // namespace

void begin_session(Guests& guests, BuyerId buyer, Instant scheduled) {
  guests.let_in<Visit>(buyer, scheduled);
}

void turn_away(Floor& floor, BuyerId buyer, Instant scheduled) {
  const std::size_t kind = kind_of(floor.buyers, floor.seed, buyer);
  Random random = buyer_stream(floor.seed, buyer);
  const Intent intent = draw_intent(habits_of(floor.buyers, kind), floor.products, random);
  if (!intent.buys) return;
  for (std::size_t i = 0; i <= intent.more.size(); ++i) {
    floor.recorder.intent(scheduled, kind);
    floor.recorder.end_idle(Outcome::dropped, floor.clock.now(), kind);
  }
}

}  // namespace doorbuster
