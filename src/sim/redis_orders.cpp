// What a simulated Redis knows of orders and their buyers: claims of keys, and units that count
// against a limit, as scripts/{claim_order,count_units,...}.lua keep them on the server.
#include "sim/redis_state.h"

namespace doorbuster {

Result<CacheReply> RedisState::run(const ClaimOrder& claim, Instant now) {
  using State = ClaimOrder::State;
  const auto found = claims_.find(claim.key);
  if (found == claims_.end() || found->second.expires <= now) {
    claims_[claim.key] = {std::nullopt, deadline_of(now, claim.ttl)};
    return CacheReply(ClaimOrder::Reply{State::claimed});
  }
  const auto& outcome = found->second.outcome;
  if (!outcome) return CacheReply(ClaimOrder::Reply{State::under_way});
  return CacheReply(ClaimOrder::Reply{State::ended, *outcome});
}

Result<CacheReply> RedisState::run(const KeepAnswer& keep, Instant now) {
  claims_[keep.key] = {keep.outcome, deadline_of(now, keep.ttl)};
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const DropClaim& drop, Instant) {
  claims_.erase(drop.key);
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const CountUnits& count, Instant) {
  const Order& order = count.order;
  Counts& counts = counts_[order.item];
  if (counts.by_order.contains(order.key)) return CacheReply(CountUnits::Reply{true});
  Quantity& has = counts.by_buyer[order.buyer];
  if (has + order.quantity > count.most) return CacheReply(CountUnits::Reply{false});
  has += order.quantity;
  counts.by_order[order.key] = order.quantity;
  return CacheReply(CountUnits::Reply{true});
}

Result<CacheReply> RedisState::run(const UncountUnits& uncount, Instant) {
  const Order& order = uncount.order;
  Counts& counts = counts_[order.item];
  const auto found = counts.by_order.find(order.key);
  if (found == counts.by_order.end()) return CacheReply(Done{});
  counts.by_buyer[order.buyer] -= found->second;
  counts.by_order.erase(found);
  return CacheReply(Done{});
}

}  // namespace doorbuster
