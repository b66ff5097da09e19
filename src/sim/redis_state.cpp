#include "sim/redis_state.h"

#include <algorithm>

namespace doorbuster {
namespace {

// As it is sent: whole milliseconds, at least one.
Instant after(Instant now, Duration ttl) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(ttl);
  return now + std::max(millis, std::chrono::milliseconds{1});
}

Error wrong_kind() {
  return Error(Store::redis, Cause::refused_by_server, true, "WRONGTYPE",
               "WRONGTYPE Operation against a key holding the wrong kind of value");
}

}  // namespace

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

Result<CacheReply> RedisState::run(const SetExpiring& set, Instant now) {
  Entry entry;
  entry.has_value = true;
  entry.value = set.value;
  entry.expires = after(now, set.ttl);
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
  leased.expires = after(now, get.lease);
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
  entry->expires = after(now, set.ttl);
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
  entry.expires = after(now, fill.ttl);
  entries_[fill.key] = entry;
  return CacheReply(LeaseSet::Reply{true});
}

}  // namespace doorbuster
