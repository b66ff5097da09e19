#include "sim/redis_state.h"

namespace doorbuster {

Result<CacheReply> RedisState::apply(const CacheOperation& operation, Instant now) {
  return std::visit([this, now](const auto& op) { return run(op, now); }, operation);
}

RedisState::Entry* RedisState::find(Key key, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.expires <= now) {
    entries_.erase(found);
    return nullptr;
  }
  return &found->second;
}

Result<CacheReply> RedisState::run(const Get& get, Instant now) {
  const Entry* entry = find(get.key, now);
  if (entry == nullptr) return CacheReply(std::optional<Quantity>());
  if (entry->is_hash) return wrong_kind();
  return CacheReply(std::optional(entry->value));
}

Result<CacheReply> RedisState::run(const GetAging& get, Instant now) {
  const Entry* entry = find(get.key, now);
  if (entry == nullptr) return CacheReply(GetAging::Reply());
  if (entry->is_hash) return wrong_kind();
  const Duration left = entry->expires == kNever ? Duration::max() : entry->expires - now;
  return CacheReply(GetAging::Reply({entry->value, left}));
}

Result<CacheReply> RedisState::run(const SetExpiring& set, Instant now) {
  Entry entry;
  entry.has_value = true;
  entry.value = set.value;
  entry.expires = deadline_of(now, set.ttl);
  entries_[set.key] = entry;
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const Delete& del, Instant) {
  entries_.erase(del.key);
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const Decrement& decrement, Instant now) {
  Entry* entry = find(decrement.key, now);
  if (entry != nullptr && entry->is_hash) return wrong_kind();
  if (entry == nullptr) {
    entry = &entries_[decrement.key];
    entry->has_value = true;
  }
  entry->value -= decrement.by;
  return CacheReply(Decrement::Reply{entry->value});
}

Result<CacheReply> RedisState::run(const LeaseGet& get, Instant now) {
  using State = LeaseGet::State;
  Entry* entry = find(get.key, now);
  if (entry != nullptr && !entry->is_hash) return wrong_kind();
  if (entry != nullptr && entry->has_value) {
    return CacheReply(LeaseGet::Reply{State::hit, entry->value});
  }
  if (entry != nullptr && entry->leased) return CacheReply(LeaseGet::Reply{State::wait, 0});
  Entry leased;
  leased.is_hash = true;
  leased.leased = true;
  leased.token = get.token;
  leased.expires = deadline_of(now, get.lease);
  entries_[get.key] = leased;
  return CacheReply(LeaseGet::Reply{State::granted, 0});
}

Result<CacheReply> RedisState::run(const LeaseSet& set, Instant now) {
  Entry* entry = find(set.key, now);
  if (entry != nullptr && !entry->is_hash) return wrong_kind();
  if (entry == nullptr || !entry->leased || entry->token != set.token) {
    return CacheReply(LeaseSet::Reply{false});
  }
  entry->leased = false;
  entry->has_value = true;
  entry->value = set.value;
  entry->expires = deadline_of(now, set.ttl);
  return CacheReply(LeaseSet::Reply{true});
}

Result<CacheReply> RedisState::run(const LeasePeek& peek, Instant now) {
  const Entry* entry = find(peek.key, now);
  if (entry != nullptr && !entry->is_hash) return wrong_kind();
  if (entry == nullptr || !entry->has_value) return CacheReply(std::optional<Quantity>());
  return CacheReply(std::optional(entry->value));
}

Result<CacheReply> RedisState::run(const GetVersioned& get, Instant now) {
  const Entry* entry = find(get.key, now);
  if (entry != nullptr && !entry->is_hash) return wrong_kind();
  if (entry == nullptr || !entry->has_value) return CacheReply(std::optional<Stock>());
  return CacheReply(std::optional(Stock{entry->value, entry->version}));
}

Result<CacheReply> RedisState::run(const FillIfNewer& fill, Instant now) {
  const Entry* held = find(fill.key, now);
  if (held != nullptr && !held->is_hash) return wrong_kind();
  if (held != nullptr && held->has_value && held->version >= fill.stock.version) {
    return CacheReply(LeaseSet::Reply{false});
  }
  Entry entry;
  entry.is_hash = true;
  entry.has_value = true;
  entry.value = fill.stock.quantity;
  entry.version = fill.stock.version;
  entry.expires = deadline_of(now, fill.ttl);
  entries_[fill.key] = entry;
  return CacheReply(LeaseSet::Reply{true});
}

Result<CacheReply> RedisState::run(const AcquireLock& acquire, Instant now) {
  if (find(acquire.key, now) != nullptr) return CacheReply(AcquireLock::Reply{});
  Entry lock;
  lock.has_value = true;
  lock.value = acquire.token;
  lock.expires = deadline_of(now, acquire.ttl);
  entries_[acquire.key] = lock;
  return CacheReply(AcquireLock::Reply{true, ++fences_[acquire.key]});
}

Result<CacheReply> RedisState::run(const ReleaseLock& release, Instant now) {
  const Entry* lock = find(release.key, now);
  if (lock != nullptr && lock->is_hash) return wrong_kind();
  if (lock == nullptr || lock->value != release.token) {
    return CacheReply(ReleaseLock::Reply{false});
  }
  entries_.erase(release.key);
  return CacheReply(ReleaseLock::Reply{true});
}

}  // namespace doorbuster
