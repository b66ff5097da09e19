// Pool decides who is served by which connection, and for how long; it does no I/O. Requests wait
// in one fair queue: first come, first handed out, to the connection with the fewest statements on
// it, at most `depth` on each. Every request has the same time from its asking to its end, so the
// oldest is always the first to expire. A connection on which a statement expired retires: it takes
// nothing new, and is spent, to be closed, once nobody waits for its answers any more; should all
// the late answers come before that, it serves again. A pinned connection serves those alone who
// ask for it by its slot, at once and without the queue. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"

namespace doorbuster::postgres {

struct PoolLimits {
  int connections = 1;
  int depth = 1;                    // statements on a connection at once
  Duration timeout{};               // of a request, its waiting included
  std::size_t waiting = 1'000'000;  // in the queue
};

class Pool {
 public:
  using Slot = std::size_t;      // a connection: 0..connections-1
  using Ticket = std::uint32_t;  // a request; its number is used again after end()
  enum class Stage : unsigned char { waiting, held, sent };
  struct HandOut {
    Ticket ticket = 0;
    Slot slot = 0;
    Instant asked;
  };
  struct Expired {
    Ticket ticket = 0;
    Stage stage = Stage::waiting;  // waiting ones have ended; the others still need their end()
    Slot slot = 0;                 // of one that is not waiting
    bool spent = false;            // close that connection
    Instant asked;
  };

  explicit Pool(PoolLimits limits);  // all connections begin as connecting

  // A request joins the queue's end; nothing when the queue is full.
  std::optional<Ticket> enter(Instant now);
  // A request for a pinned connection is held at once. REQUIRES: pinned(slot)
  Ticket enter_pinned(Slot slot, Instant now);
  // Until unpin(), or until it is lost. REQUIRES: depth is one
  void pin(Slot slot);
  void unpin(Slot slot) { slots_[slot].pinned = false; }
  bool pinned(Slot slot) const { return slots_[slot].pinned; }
  // The oldest waiting request and its connection: the request is then held. Nothing when nobody
  // waits or no connection has room.
  std::optional<HandOut> hand_out();
  void sent(Ticket ticket);  // REQUIRES: held
  // It was answered, or will never be. True: its connection is spent, close it. REQUIRES: not
  // waiting
  bool end(Ticket ticket);
  bool given_up(Ticket ticket) const { return requests_[ticket].given_up; }
  // A request that waits ends without being handed out.
  std::optional<Ticket> drop_waiting();

  // The oldest request whose time is up, if any: call until there is none.
  std::optional<Expired> expire(Instant now);
  // When to look for expired ones next; never later than a request that enters after now expires.
  Instant look_again(Instant now) const;

  void up(Slot slot);      // it is connected
  void lost(Slot slot);    // it was, and a new attempt begins; its requests need their end()
  void failed(Slot slot);  // an attempt to connect failed
  // Every connection's last attempt failed: waiting is in vain.
  bool hopeless() const { return down_ == slots_.size(); }

  std::size_t waiting() const { return waiting_; }
  std::size_t alive() const { return alive_; }  // waiting, held or sent, and not given up
  // Tickets are below this.
  std::size_t tickets() const { return requests_.size(); }

 private:
  static constexpr Ticket kNone = UINT32_MAX;
  enum class State : unsigned char { connecting, up, retiring, down };
  struct Connection {
    State state = State::connecting;
    int load = 0;    // held or sent, given up or not
    int wanted = 0;  // of these, not given up
    bool pinned = false;
  };
  struct Request {
    Instant asked;
    Stage stage = Stage::waiting;
    bool given_up = false;
    Slot slot = 0;
    Ticket older = kNone;  // neighbours in the list of all that are alive, by age
    Ticket younger = kNone;
  };

  Ticket begin(Instant now);
  void hold(Ticket ticket, Slot slot);
  void pass_first_waiting();
  void link(Ticket ticket);
  void unlink(Ticket ticket);
  void set(Slot slot, State state);
  static bool spent(const Connection& connection) {
    return connection.state == State::retiring && connection.wanted == 0 && connection.load > 0;
  }

  PoolLimits limits_;
  std::vector<Connection> slots_;
  std::vector<Request> requests_;
  std::vector<Ticket> free_;
  Ticket oldest_ = kNone;
  Ticket youngest_ = kNone;
  Ticket first_waiting_ = kNone;  // all younger than it wait too, or were pinned's
  std::size_t waiting_ = 0;
  std::size_t alive_ = 0;
  std::size_t down_ = 0;
};

}  // namespace doorbuster::postgres
