// The keys of a simulated Redis, and what each command does to them: no queue, no network, no time
// of its own. A TTL is a deadline: after it a read sees nothing. Pure but for its state.
#pragma once

#include <unordered_map>

#include "base/result.h"
#include "base/time.h"
#include "store/cache_operations.h"

namespace doorbuster {

class RedisState {
 public:
  // The command as one atomic step at `now`. A command on a key of the wrong kind is the definite
  // error WRONGTYPE, as on the server.
  Result<CacheReply> apply(const CacheOperation& operation, Instant now);
  void clear() { entries_.clear(); }

 private:
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return static_cast<std::size_t>(number(key.item)) * 4 + static_cast<std::size_t>(key.family);
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

  Entry* find(Key key, Instant now);
  Result<CacheReply> run(const Get& get, Instant now);
  Result<CacheReply> run(const SetExpiring& set, Instant now);
  Result<CacheReply> run(const Delete& del, Instant now);
  Result<CacheReply> run(const Decrement& decrement, Instant now);
  Result<CacheReply> run(const LeaseGet& get, Instant now);
  Result<CacheReply> run(const LeaseSet& set, Instant now);
  Result<CacheReply> run(const LeasePeek& peek, Instant now);
  Result<CacheReply> run(const GetVersioned& get, Instant now);
  Result<CacheReply> run(const FillIfNewer& fill, Instant now);

  std::unordered_map<Key, Entry, Hash> entries_;  // looked up, never iterated
};

}  // namespace doorbuster
