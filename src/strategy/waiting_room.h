// WaitingRoom: who of those who wait is let in when. A place a turn, at a steady rate; in the order
// of coming, or by lot. Whoever has waited too long leaves. After an idle time, or when asked late,
// it lets in no more at once than fit into kCatchUp. Pure: time and chance are handed in, whoever
// keeps it sleeps until wakes(). Source: waiting rooms of Shopify's and Queue-it's kind.
#pragma once

#include <deque>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/random.h"
#include "base/time.h"

namespace doorbuster {

class WaitingRoom {
 public:
  enum class Line : unsigned char { first_come, shuffled };
  using Ticket = std::uint64_t;

  // REQUIRES: rate > 0, in buyers a second
  WaitingRoom(Line line, double rate, Duration patience)
      : line_(line), turn_(from_seconds(1 / rate)), patience_(patience) {}

  Ticket enter(Instant now);
  bool empty() const { return waiting_.empty(); }

  // The next moment at which somebody may be let in or has waited too long. REQUIRES: !empty()
  Instant wakes() const;
  // Whose wait is over, one a call, until nothing.
  std::optional<Ticket> give_up(Instant now);
  // Who is let in, one a call, until nothing.
  std::optional<Ticket> admit(Instant now, Random& random);

 private:
  static constexpr Duration kCatchUp = 10ms;
  struct Guest {
    Ticket ticket;
    Instant leaves;
  };

  Ticket pick(Random& random);
  void forget_the_gone();

  Line line_;
  Duration turn_;
  Duration patience_;
  Instant next_{};
  Ticket tickets_ = 0;
  std::unordered_set<Ticket> waiting_;  // looked up, never iterated
  std::deque<Guest> by_coming_;         // some of them gone, the first never
  std::vector<Ticket> lots_;            // some of them gone
};

}  // namespace doorbuster
