// A Crowd lets one shard's buyers in at the times that the load gives, never earlier, and waits
// until they have left. In the open model a buyer over the limit in flight, or one that could not
// begin before the load's end, is dropped and counted. In the closed model each buyer begins the
// next session when it ends the last. One executor; everything handed in outlives it. The doors
// open at `opens`.
#pragma once

#include <algorithm>
#include <functional>

#include "load/arrivals.h"
#include "load/session.h"

namespace doorbuster {

struct ShardOf {
  int index = 0;
  int count = 1;
};

// What became of the sessions that the load called for. scheduled == started + dropped
struct Attendance {
  std::int64_t scheduled = 0;
  std::int64_t started = 0;
  std::int64_t dropped = 0;
};

class Crowd final : private Guests::Host {
 public:
  // How many tasks of a scope will never be answered.
  using Dead = std::function<std::int64_t(const TaskScope&)>;

  // The dead among the buyers are not waited for.
  Crowd(
      Floor floor, const Load& load, ShardOf shard, std::int64_t most_in_flight,
      Dead dead = [](const TaskScope&) { return std::int64_t{0}; });

  // Lets the buyers in; ends when the load does, or soon after send_home().
  Task<Done> let_in(Instant opens);

  // Waits until all have left, at most until `limit`. True: nobody is left.
  Task<bool> wait_until_empty(Instant limit);

  // No more arrivals, and who thinks leaves at once, who waits for an answer when it has come.
  void send_home() {
    stopped_ = true;
    inside_.send_home();
  }

  // Ends every session where it stands; what is in flight stays unknown.
  void cut() { inside_.destroy_all(); }

  // Buyers who will never be answered, however long they are waited for.
  std::int64_t dead() const { return dead_(inside_.doing()); }

  // Sessions that are going on. Who pauses before the next one, in the closed model, is outside.
  std::size_t inside() const {
    const std::size_t all = inside_.alive() - inside_.pausing();
    return all - std::min(all, static_cast<std::size_t>(dead()));
  }
  const Attendance& attendance() const { return attendance_; }

 private:
  Task<Done> let_in_open(Instant opens);
  Task<Done> let_in_closed(Instant opens);
  Task<Done> wait_until(Instant when);
  std::optional<Return> comes_again(BuyerId buyer, Instant scheduled, Instant now) override;
  bool lets_in() override;
  bool is_ours(BuyerId buyer) const { return number(buyer) % shard_.count == shard_.index; }
  void admit(const Arrival& arrival, Instant opens);
  void drop_the_rest(const Arrival& first, Instant opens);

  Floor floor_;
  const Load& load_;
  ShardOf shard_;
  std::int64_t most_in_flight_;
  Dead dead_;
  bool stopped_ = false;
  Attendance attendance_;
  Instant closes_{};  // of the closed model
  Guests inside_;
};

}  // namespace doorbuster
