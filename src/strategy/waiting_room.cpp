#include "strategy/waiting_room.h"

#include <algorithm>

namespace doorbuster {

WaitingRoom::Ticket WaitingRoom::enter(Instant now) {
  const Ticket ticket = ++tickets_;
  waiting_.insert(ticket);
  by_coming_.push_back({ticket, now + patience_});
  if (line_ == Line::shuffled) lots_.push_back(ticket);
  return ticket;
}

Instant WaitingRoom::wakes() const { return std::min(next_, by_coming_.front().leaves); }

void WaitingRoom::forget_the_gone() {
  while (!by_coming_.empty() && !waiting_.contains(by_coming_.front().ticket)) {
    by_coming_.pop_front();
  }
}

std::optional<WaitingRoom::Ticket> WaitingRoom::give_up(Instant now) {
  if (by_coming_.empty() || by_coming_.front().leaves > now) return std::nullopt;
  const Ticket ticket = by_coming_.front().ticket;
  waiting_.erase(ticket);
  forget_the_gone();
  return ticket;
}

std::optional<WaitingRoom::Ticket> WaitingRoom::admit(Instant now, Random& random) {
  if (waiting_.empty() || now < next_) return std::nullopt;
  next_ = std::max(next_, now - kCatchUp) + turn_;
  for (;;) {
    const Ticket ticket = pick(random);
    if (waiting_.erase(ticket) == 0) continue;
    forget_the_gone();
    return ticket;
  }
}

// One who may be gone already. REQUIRES: somebody waits
WaitingRoom::Ticket WaitingRoom::pick(Random& random) {
  if (line_ == Line::first_come) {
    return by_coming_.front().ticket;
  }
  std::swap(lots_[random.below(lots_.size())], lots_.back());
  const Ticket ticket = lots_.back();
  lots_.pop_back();
  return ticket;
}

}  // namespace doorbuster
