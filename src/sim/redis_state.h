// The keys of a simulated Redis, and what each command does to them: no queue, no network, no time
// of its own. A TTL is a deadline: after it a read sees nothing. Pure but for its state.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "store/cache_operations.h"

namespace doorbuster {

// A TTL as it is sent: whole milliseconds, at least one.
inline Instant deadline_of(Instant now, Duration ttl) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(ttl);
  return now + std::max(millis, std::chrono::milliseconds{1});
}

class RedisState {
 public:
  // The command as one atomic step at `now`. A command on a key of the wrong kind is the definite
  // error WRONGTYPE, as on the server.
  Result<CacheReply> apply(const CacheOperation& operation, Instant now);
  void clear() {
    entries_.clear();
    fences_.clear();
    books_.clear();
    claims_.clear();
    counts_.clear();
    holds_.clear();
  }

 private:
  static Error wrong_kind() {
    return Error(Store::redis, Cause::refused_by_server, true, "WRONGTYPE",
                 "WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  struct Hash {
    std::size_t operator()(const Key& key) const {
      return static_cast<std::size_t>(number(key.item)) * 8 + static_cast<std::size_t>(key.family);
    }
  };
  // A plain value, or a hash with the fields q (value), v (version) and l (lease).
  struct Entry {
    bool is_hash = false;
    bool has_value = false;
    bool leased = false;
    Quantity value = 0;
    Version version = 0;
    std::int64_t token = 0;
    Instant expires = kNever;
  };

  // Who holds how many units of a gate's item, whose hold is over when, and who was sold his.
  struct Held {
    Quantity quantity = 0;
    Instant due{};
    Instant since{};
    bool taken = false;  // read from the queue
  };
  struct Queued {
    Order order;
    Instant since{};
    std::optional<Instant> delivered;
  };
  struct Book {
    std::map<OrderKey, Held> held;
    std::set<std::pair<Instant, OrderKey>> due;
    std::map<OrderKey, Quantity> settled;
    std::map<std::int64_t, Queued> queue;  // by number
    std::int64_t queued = 0;               // the last number
    std::optional<Version> sequence;       // of the counter's changes, the last

    // Takes a pending reservation out of the book: its units, or nothing.
    std::optional<Quantity> strike(OrderKey key);
  };

  // An order's key: under way, or how it ended.
  struct Claim {
    std::optional<Outcome> outcome;
    Instant expires{};
  };
  // The units of an item that count against its buyers, and of which orders they are.
  struct Counts {
    std::unordered_map<BuyerId, Quantity> by_buyer;
    std::unordered_map<OrderKey, Quantity> by_order;
  };

  Entry* find(Key key, Instant now);
  Result<CacheReply> run(const Get& get, Instant now);
  Result<CacheReply> run(const GetAging& get, Instant now);
  Result<CacheReply> run(const SetExpiring& set, Instant now);
  Result<CacheReply> run(const Delete& del, Instant now);
  Result<CacheReply> run(const Decrement& decrement, Instant now);
  Result<CacheReply> run(const LeaseGet& get, Instant now);
  Result<CacheReply> run(const LeaseSet& set, Instant now);
  Result<CacheReply> run(const LeasePeek& peek, Instant now);
  Result<CacheReply> run(const GetVersioned& get, Instant now);
  Result<CacheReply> run(const FillIfNewer& fill, Instant now);
  Result<CacheReply> run(const AcquireLock& acquire, Instant now);
  Result<CacheReply> run(const ReleaseLock& release, Instant now);
  // In redis_gate.cpp.
  Result<CacheReply> run(const LoadGate& load, Instant now);
  Result<CacheReply> run(const Reserve& reserve, Instant now);
  Result<CacheReply> run(const SettleReservation& settle, Instant now);
  Result<CacheReply> run(const ReleaseReservation& release, Instant now);
  Result<CacheReply> run(const NextOverdue& next, Instant now);
  // In redis_orders.cpp.
  Result<CacheReply> run(const ClaimOrder& claim, Instant now);
  Result<CacheReply> run(const KeepAnswer& keep, Instant now);
  Result<CacheReply> run(const DropClaim& drop, Instant now);
  Result<CacheReply> run(const CountUnits& count, Instant now);
  Result<CacheReply> run(const UncountUnits& uncount, Instant now);
  Result<CacheReply> run(const SetHold& set, Instant now);
  Result<CacheReply> run(const EndHold& end, Instant now);
  Result<CacheReply> run(const ReadGate& read, Instant now);
  // In redis_queue.cpp.
  Result<CacheReply> run(const ReserveQueued& reserve, Instant now);
  Result<CacheReply> run(const ReadQueue& read, Instant now);
  Result<CacheReply> run(const FinishQueued& finish, Instant now);
  Result<CacheReply> run(const QueueLength& length, Instant now);

  // All are looked up, never iterated.
  std::unordered_map<Key, Entry, Hash> entries_;
  std::unordered_map<Key, std::int64_t, Hash> fences_;  // the last that was given
  std::unordered_map<ItemId, Book> books_;
  std::unordered_map<OrderKey, Claim> claims_;
  std::unordered_map<ItemId, Counts> counts_;
  std::unordered_map<OrderKey, Instant> holds_;  // until when
};

}  // namespace doorbuster
