#include "postgres/pool.h"

#include "base/check.h"

namespace doorbuster::postgres {

Pool::Pool(PoolLimits limits) : limits_(limits) {
  CHECK(limits.connections > 0 && limits.depth > 0 && limits.timeout > Duration::zero());
  slots_.resize(static_cast<std::size_t>(limits.connections));
}

std::optional<Pool::Ticket> Pool::enter(Instant now) {
  if (waiting_ >= limits_.waiting) return std::nullopt;
  const Ticket ticket = begin(now);
  ++waiting_;
  if (first_waiting_ == kNone) first_waiting_ = ticket;
  return ticket;
}

Pool::Ticket Pool::enter_pinned(Slot slot, Instant now) {
  CHECK(slots_[slot].pinned);
  const Ticket ticket = begin(now);
  hold(ticket, slot);
  return ticket;
}

void Pool::pin(Slot slot) {
  CHECK(limits_.depth == 1);
  slots_[slot].pinned = true;
}

Pool::Ticket Pool::begin(Instant now) {
  if (free_.empty()) {
    free_.push_back(static_cast<Ticket>(requests_.size()));
    requests_.emplace_back();
  }
  const Ticket ticket = free_.back();
  free_.pop_back();
  requests_[ticket] = Request();
  requests_[ticket].asked = now;
  link(ticket);
  return ticket;
}

void Pool::hold(Ticket ticket, Slot slot) {
  requests_[ticket].stage = Stage::held;
  requests_[ticket].slot = slot;
  ++slots_[slot].load;
  ++slots_[slot].wanted;
}

void Pool::pass_first_waiting() {
  --waiting_;
  do {
    first_waiting_ = requests_[first_waiting_].younger;
  } while (first_waiting_ != kNone && requests_[first_waiting_].stage != Stage::waiting);
}

std::optional<Pool::HandOut> Pool::hand_out() {
  if (first_waiting_ == kNone) return std::nullopt;
  Slot best = slots_.size();
  int least = limits_.depth;
  for (Slot slot = 0; slot < slots_.size() && least > 0; ++slot) {
    if (slots_[slot].state == State::up && !slots_[slot].pinned && slots_[slot].load < least) {
      best = slot;
      least = slots_[slot].load;
    }
  }
  if (best == slots_.size()) return std::nullopt;
  const Ticket ticket = first_waiting_;
  pass_first_waiting();
  hold(ticket, best);
  return HandOut{ticket, best, requests_[ticket].asked};
}

void Pool::sent(Ticket ticket) {
  CHECK(requests_[ticket].stage == Stage::held);
  requests_[ticket].stage = Stage::sent;
}

bool Pool::end(Ticket ticket) {
  Request& request = requests_[ticket];
  CHECK(request.stage != Stage::waiting);
  Connection& connection = slots_[request.slot];
  --connection.load;
  if (!request.given_up) {
    --connection.wanted;
    unlink(ticket);
  }
  free_.push_back(ticket);
  if (connection.state == State::retiring && connection.load == 0) connection.state = State::up;
  return spent(connection);
}

std::optional<Pool::Ticket> Pool::drop_waiting() {
  if (first_waiting_ == kNone) return std::nullopt;
  const Ticket ticket = first_waiting_;
  pass_first_waiting();
  unlink(ticket);
  free_.push_back(ticket);
  return ticket;
}

std::optional<Pool::Expired> Pool::expire(Instant now) {
  if (oldest_ == kNone || requests_[oldest_].asked + limits_.timeout > now) return std::nullopt;
  const Ticket ticket = oldest_;
  Request& request = requests_[ticket];
  Expired expired{ticket, request.stage, request.slot, false, request.asked};
  if (request.stage == Stage::waiting) {
    drop_waiting();  // the oldest of all is the first that waits
    return expired;
  }
  unlink(ticket);
  request.given_up = true;
  Connection& connection = slots_[request.slot];
  --connection.wanted;
  if (request.stage == Stage::sent && connection.state == State::up) {
    connection.state = State::retiring;
  }
  expired.spent = spent(connection);
  return expired;
}

Instant Pool::look_again(Instant now) const {
  return (oldest_ == kNone ? now : requests_[oldest_].asked) + limits_.timeout;
}

void Pool::up(Slot slot) { set(slot, State::up); }
void Pool::lost(Slot slot) { set(slot, State::connecting); }
void Pool::failed(Slot slot) { set(slot, State::down); }

void Pool::set(Slot slot, State state) {
  down_ -= slots_[slot].state == State::down;
  down_ += state == State::down;
  slots_[slot].state = state;
  slots_[slot].pinned = false;
}

void Pool::link(Ticket ticket) {
  requests_[ticket].older = youngest_;
  (youngest_ == kNone ? oldest_ : requests_[youngest_].younger) = ticket;
  youngest_ = ticket;
  ++alive_;
}

void Pool::unlink(Ticket ticket) {
  const Request& request = requests_[ticket];
  (request.older == kNone ? oldest_ : requests_[request.older].younger) = request.younger;
  (request.younger == kNone ? youngest_ : requests_[request.younger].older) = request.older;
  --alive_;
}

}  // namespace doorbuster::postgres
