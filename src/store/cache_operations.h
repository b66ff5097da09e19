// What a cache can be asked, as data. Each operation is a small struct with its reply type, its
// name in reports, and whether it writes; all touch the one key or the one item they carry. The
// text that Redis is sent stands in redis/ alone, the model of each in sim/. To add one: a struct
// here, a case in each, a contract test.
//
// All are trivially destructible on purpose: g++ 12 destroys other temporaries of a co_await
// expression twice.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/gate_account.h"
#include "base/order.h"
#include "base/outcome.h"
#include "base/result.h"
#include "base/time.h"
#include "store/stock.h"

namespace doorbuster {

enum class Access : unsigned char { read, write };

// Keys come in families, so that a plain value, a lease, a versioned value, a lock and the counter
// of a gate never share a key.
enum class KeyFamily : unsigned char { inventory, leased, versioned, lock, gate };
struct Key {
  KeyFamily family = KeyFamily::inventory;
  ItemId item{};
  friend bool operator==(const Key&, const Key&) = default;
};

using Ttl = Duration;  // sent in whole milliseconds, at least one

// GET: the value, or nothing.
struct Get {
  static constexpr std::string_view kName = "get";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Quantity>;
  Key key;
};

// SETEX: the value, gone after ttl; whatever stood there is replaced.
struct SetExpiring {
  static constexpr std::string_view kName = "set_expiring";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  Key key;
  Quantity value = 0;
  Ttl ttl{};
};

// DEL. Of any family: a lease that is being filled is cancelled with it.
struct Delete {
  static constexpr std::string_view kName = "delete";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  Key key;
};

// DECRBY: the value after. A missing key counts from zero and then has no TTL; a TTL is kept.
struct Decrement {
  static constexpr std::string_view kName = "decrement";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    Quantity after = 0;
  };
  Key key;
  Quantity by = 1;
};

// A lease on filling a key (memcache leases, Nishtala et al., NSDI 2013): the value if there is
// one; else one caller is granted the fill until `lease` has passed or the key is deleted, the
// others wait.
struct LeaseGet {
  static constexpr std::string_view kName = "lease_get";
  static constexpr Access kAccess = Access::write;
  enum class State : unsigned char { hit, granted, wait };
  struct Reply {
    State state = State::wait;
    Quantity value = 0;  // of a hit
  };
  Key key;
  std::int64_t token = 0;  // of this caller's own making, unique in the run
  Duration lease{};
};

// Fills a key under a lease; refused (false) when the token is no longer the key's.
struct LeaseSet {
  static constexpr std::string_view kName = "lease_set";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool filled = false;
  };
  Key key;
  std::int64_t token = 0;
  Quantity value = 0;
  Ttl ttl{};
};

// The value of a leased key, asking for no lease.
struct LeasePeek {
  static constexpr std::string_view kName = "lease_peek";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Quantity>;
  Key key;
};

// The value with the version of the row it was read from.
struct GetVersioned {
  static constexpr std::string_view kName = "get_versioned";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Stock>;
  Key key;
};

// Writes value and version unless the key holds the same or a newer version (then: not filled).
struct FillIfNewer {
  static constexpr std::string_view kName = "fill_if_newer";
  static constexpr Access kAccess = Access::write;
  using Reply = LeaseSet::Reply;
  Key key;
  Stock stock;
  Ttl ttl{};
};

// A lock on a key (Redis documentation, "Distributed Locks with Redis"): SET NX PX with the
// caller's token. Each grant has a higher fence than all before it, for stores that refuse an older
// one.
struct AcquireLock {
  static constexpr std::string_view kName = "acquire_lock";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool acquired = false;
    std::int64_t fence = 0;  // of this grant
  };
  Key key;
  std::int64_t token = 0;  // of this caller's own making, unique in the run
  Ttl ttl{};
};

// Compare and delete: false when the lock is no longer the token's. A plain Delete of the key frees
// it whoever holds it.
struct ReleaseLock {
  static constexpr std::string_view kName = "release_lock";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool released = false;
  };
  Key key;
  std::int64_t token = 0;
};

// A gate: an item's units counted in the cache, and who holds which of them. Get and Decrement of
// Key{KeyFamily::gate, item} see the counter. LoadGate opens it anew, without a TTL, with nothing
// reserved. Each change of the counter by a grant or a return has a number, one after the other
// from 1, given in the same step: the gate's own log, as Stock::version orders the database's. What
// changes the counter otherwise (a plain Decrement) is in nobody's log.
struct LoadGate {
  static constexpr std::string_view kName = "load_gate";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  ItemId item{};
  Quantity units = 0;
};

// Takes an order's units at the gate, in one step with the note who took them: pending until
// settled or released, overdue when `hold` has passed. An order that was there before, pending or
// settled, takes nothing again.
struct Reserve {
  static constexpr std::string_view kName = "reserve";
  static constexpr Access kAccess = Access::write;
  enum class State : unsigned char { granted, sold_out, repeated, not_loaded };
  struct Reply {
    State state = State::not_loaded;
    Quantity left = 0;     // of granted and sold_out: at the gate, afterwards
    Version sequence = 0;  // likewise: of its last change, which a grant is itself
  };
  Order order;
  Duration hold{};
};

// A pending reservation is sold for good: done too where there is none.
struct SettleReservation {
  static constexpr std::string_view kName = "settle_reservation";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  ItemId item{};
  OrderKey key{};
};

// Gives a pending reservation's units back to the gate, once: false where none is pending.
struct ReleaseReservation {
  static constexpr std::string_view kName = "release_reservation";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool given_back = false;
    Quantity units = 0;    // of what was given back,
    Quantity left = 0;     // at the gate then,
    Version sequence = 0;  // and of this change
  };
  ItemId item{};
  OrderKey key{};
};

// The reservation that is longest overdue, if any; it is overdue again only `again` later, so that
// two who ask are not told of the same one.
struct NextOverdue {
  static constexpr std::string_view kName = "next_overdue";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Reservation>;
  ItemId item{};
  Duration again{};
};

// The value and how long it still has; a value without a TTL has Duration::max().
struct GetAging {
  static constexpr std::string_view kName = "get_aging";
  static constexpr Access kAccess = Access::read;
  struct Aging {
    Quantity value = 0;
    Duration left{};
  };
  using Reply = std::optional<Aging>;
  Key key;
};

// Claims an order's key before it is worked on (SET NX): the first who asks has it until `ttl` has
// passed; those who ask later are told that it is under way, or how it ended.
struct ClaimOrder {
  static constexpr std::string_view kName = "claim_order";
  static constexpr Access kAccess = Access::write;
  enum class State : unsigned char { claimed, under_way, ended };
  struct Reply {
    State state = State::claimed;
    Outcome outcome = Outcome::sold;  // of one that ended
  };
  OrderKey key{};
  Ttl ttl{};
};

// How an order ended, for those who claim its key again; whoever held the claim.
struct KeepAnswer {
  static constexpr std::string_view kName = "keep_answer";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  OrderKey key{};
  Outcome outcome = Outcome::sold;
  Ttl ttl{};
};

// An order's claim, or its answer, is gone.
struct DropClaim {
  static constexpr std::string_view kName = "drop_claim";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  OrderKey key{};
};

// Counts an order's units against those that its buyer has of the item, unless they would be more
// than `most`. An order that is counted already is allowed and counts nothing again.
struct CountUnits {
  static constexpr std::string_view kName = "count_units";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool allowed = false;
  };
  Order order;
  Quantity most = 0;
};

// An order's units count no more: done too where they do not.
struct UncountUnits {
  static constexpr std::string_view kName = "uncount_units";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  Order order;
};

// SET NX PX of an order's hold, which is gone after ttl: false where it is there already. What it
// is of, and what becomes of that when the key is gone, Redis does not know.
struct SetHold {
  static constexpr std::string_view kName = "set_hold";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool set = false;
  };
  OrderKey key{};
  Ttl ttl{};
};

// DEL of an order's hold: whether it was still there.
struct EndHold {
  static constexpr std::string_view kName = "end_hold";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool ended = false;
  };
  OrderKey key{};
};

// All that a gate knows of an item, in one step. For a gate at rest: it is as long as the list of
// those who ever reserved.
struct ReadGate {
  static constexpr std::string_view kName = "read_gate";
  static constexpr Access kAccess = Access::read;
  using Reply = GateAccount;
  ItemId item{};
};

// Reserve, and in the same step the order goes into the item's queue, from which it is written to
// the database later: who dies afterwards leaves it there. Such a reservation is never overdue.
struct ReserveQueued {
  static constexpr std::string_view kName = "reserve_queued";
  static constexpr Access kAccess = Access::write;
  using Reply = Reserve::Reply;
  Order order;
};

struct QueuedOrder {
  std::int64_t number = 0;  // in its queue, from 1
  Order order;
  Duration age{};      // since it was reserved, on the cache's clock
  bool again = false;  // it was delivered before, and nobody finished it
};

inline constexpr std::size_t kMostOfABatch = 8;

// The next orders of an item's queue (a stream and its consumer group), for one consumer to write;
// each is pending until it is finished. First those that were delivered `idle` or longer ago to
// whomever, for he may be dead; then new ones. An order whose reservation was released is dropped,
// and one that is delivered is released no more. idle below zero: pending ones stay where they are.
struct ReadQueue {
  static constexpr std::string_view kName = "read_queue";
  static constexpr Access kAccess = Access::write;
  using Reply = std::vector<QueuedOrder>;
  ItemId item{};
  std::int64_t consumer = 0;  // of his own making, unique in the run
  std::int64_t most = kMostOfABatch;
  Duration idle{};
};

// Orders leave the queue for good: those that were written are settled at the gate, of the others
// the units are gone from it. Of one that was finished before nothing happens.
struct FinishQueued {
  static constexpr std::string_view kName = "finish_queued";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  ItemId item{};
  bool written = true;
  std::array<std::int64_t, kMostOfABatch> numbers{};  // 0: none
};

// How many orders are in the queue, the pending ones among them.
struct QueueLength {
  static constexpr std::string_view kName = "queue_length";
  static constexpr Access kAccess = Access::read;
  struct Reply {
    std::int64_t orders = 0;
  };
  ItemId item{};
};

using CacheOperation =
    std::variant<Get, SetExpiring, Delete, Decrement, LeaseGet, LeaseSet, LeasePeek, GetVersioned,
                 FillIfNewer, AcquireLock, ReleaseLock, LoadGate, Reserve, SettleReservation,
                 ReleaseReservation, NextOverdue, GetAging, ClaimOrder, KeepAnswer, DropClaim,
                 CountUnits, UncountUnits, SetHold, EndHold, ReadGate, ReserveQueued, ReadQueue,
                 FinishQueued, QueueLength>;
using CacheReply =
    std::variant<std::optional<Quantity>, Done, Decrement::Reply, LeaseGet::Reply, LeaseSet::Reply,
                 std::optional<Stock>, AcquireLock::Reply, ReleaseLock::Reply, Reserve::Reply,
                 ReleaseReservation::Reply, std::optional<Reservation>, GetAging::Reply,
                 ClaimOrder::Reply, CountUnits::Reply, SetHold::Reply, EndHold::Reply, GateAccount,
                 ReadQueue::Reply, QueueLength::Reply>;
static_assert(std::is_trivially_destructible_v<CacheOperation>);
static_assert(sizeof(CacheOperation) <= 96, "each asker copies it several times");

inline std::string_view name_of(const CacheOperation& operation) {
  return std::visit([](const auto& op) { return op.kName; }, operation);
}
inline Access access_of(const CacheOperation& operation) {
  return std::visit([](const auto& op) { return op.kAccess; }, operation);
}

}  // namespace doorbuster
