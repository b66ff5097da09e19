#include "load/crowd.h"

#include <algorithm>
#include <cmath>

#include "load/draw.h"
#include "load/replay.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kClosedStream = 3;
constexpr int kMostInATurn = 4096;      // arrivals let in before the loop may do other work
constexpr Duration kGrace = 200ms;      // after the load's end, for arrivals that are late
constexpr Duration kGlance = 1ms;       // how often an emptying shop is looked at
constexpr Duration kLongestNap = 50ms;  // how soon a stop is noticed between rare arrivals

}  // namespace

Crowd::Crowd(Floor floor, const Load& load, ShardOf shard, std::int64_t most_in_flight, Dead dead)
    : floor_(floor),
      load_(load),
      shard_(shard),
      most_in_flight_(most_in_flight),
      dead_(std::move(dead)),
      inside_(floor_, this) {}

Task<Done> Crowd::let_in(Instant opens) {
  if (load_.model == Load::Model::open) return let_in_open(opens);
  return let_in_closed(opens);
}

Task<Done> Crowd::let_in_open(Instant opens) {
  Arrivals arrivals(load_, floor_.seed);
  const Instant closes = opens + load_.duration();
  int in_this_turn = 0;
  for (auto arrival = arrivals.next(); arrival; arrival = arrivals.next()) {
    const Instant due = opens + arrival->when;
    Instant now = floor_.clock.now();
    if (++in_this_turn > kMostInATurn || now < due) {
      in_this_turn = 0;
      (void)co_await wait_until(std::max(due, now + 1ns));
      now = floor_.clock.now();
    }
    if (stopped_) co_return Done{};
    if (now >= closes + kGrace) {
      drop_the_rest(*arrival, opens);
      co_return Done{};
    }
    if (is_ours(arrival->buyer)) admit(*arrival, opens);
  }
  co_return co_await wait_until(closes);
}

// Or until send_home(), which is noticed soon.
Task<Done> Crowd::wait_until(Instant when) {
  while (!stopped_ && floor_.clock.now() < when) {
    (void)co_await floor_.clock.sleep_until(std::min(when, floor_.clock.now() + kLongestNap));
  }
  co_return Done{};
}

void Crowd::admit(const Arrival& arrival, Instant opens) {
  const Instant begins =
      opens + begins_at(load_, floor_.buyers, floor_.seed, arrival.buyer, arrival.when);
  ++attendance_.scheduled;
  if (static_cast<std::int64_t>(inside()) < most_in_flight_) {
    ++attendance_.started;
    if (load_.trace) {
      begin_replay(inside_, load_, arrival.buyer, begins);
    } else {
      begin_session(inside_, arrival.buyer, begins);
    }
  } else {
    ++attendance_.dropped;
    if (load_.trace) {
      turn_away_replayed(floor_, load_, arrival.buyer, begins);
    } else {
      turn_away(floor_, arrival.buyer, begins);
    }
  }
}

// Too many to draw one by one: their number is the schedule's mean, and so are their purchases. Of
// which kind they would have been nobody knows. A trace has them all.
void Crowd::drop_the_rest(const Arrival& first, Instant opens) {
  if (load_.trace) {
    for (std::int64_t i = number(first.buyer); i < load_.trace->buyers(); ++i) {
      if (!is_ours(BuyerId{i})) continue;
      ++attendance_.scheduled;
      ++attendance_.dropped;
      turn_away_replayed(floor_, load_, BuyerId{i}, opens + first_due(load_, BuyerId{i}));
    }
    return;
  }
  const double all = 1 + expected_arrivals(load_, first.when, load_.duration());
  const auto ours = static_cast<std::int64_t>(std::llround(all / shard_.count));
  const auto buying = static_cast<std::int64_t>(
      std::llround(static_cast<double>(ours) * mean_intents(floor_.buyers)));
  attendance_.scheduled += ours;
  attendance_.dropped += ours;
  floor_.recorder.tally.arrived += buying;
  floor_.recorder.tally[Outcome::dropped] += buying;
}

Task<Done> Crowd::let_in_closed(Instant opens) {
  (void)co_await floor_.clock.sleep_until(opens);
  closes_ = opens + load_.closed_duration;
  for (std::int64_t buyer = shard_.index; buyer < load_.closed_buyers; buyer += shard_.count) {
    if (lets_in()) begin_session(inside_, BuyerId{buyer}, opens);
  }
  co_return co_await wait_until(closes_);
}

// Visit by visit the numbers of all buyers, one after the other.
std::optional<Guests::Host::Return> Crowd::comes_again(BuyerId buyer, Instant scheduled,
                                                       Instant now) {
  if (load_.model == Load::Model::open || stopped_) return std::nullopt;
  Duration thinks{};
  if (mean_of(floor_.buyers.think) > 0) {
    Random thoughts(
        stream_seed(floor_.seed, kClosedStream, static_cast<std::uint64_t>(number(buyer))));
    thinks = draw_time(floor_.buyers.think, thoughts);
  }
  // A session in which nothing takes time (a shop that refuses at once) must still let time pass.
  const Instant when = std::max(now + thinks, scheduled + 1us);
  if (when >= closes_) return std::nullopt;
  return Return{BuyerId{number(buyer) + load_.closed_buyers}, when};
}

bool Crowd::lets_in() {
  if (stopped_) return false;
  ++attendance_.scheduled;
  ++attendance_.started;
  return true;
}

Task<bool> Crowd::wait_until_empty(Instant limit) {
  while (inside() > 0 && floor_.clock.now() < limit) {
    (void)co_await floor_.clock.sleep_until(std::min(limit, floor_.clock.now() + kGlance));
  }
  co_return inside() == 0;
}

}  // namespace doorbuster
