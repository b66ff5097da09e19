// GateWatch: a Cache that holds a Cache, and knows of the gates what their answers told: every
// change of a counter with its number (base/gate_change.h), whoever asked for it, a reaper too; and
// when units last came back (store/return_watch.h). What is wrapped outlives it. One thread.
#pragma once

#include <algorithm>
#include <limits>

#include "base/gate_change.h"
#include "store/cache.h"
#include "store/return_watch.h"

namespace doorbuster {

class GateWatch : public Cache {
 public:
  // Changes that it keeps, of 40 bytes; those after them are missing in the log.
  static constexpr std::size_t kMostChanges = std::size_t{1} << 20;

  GateWatch(Cache& inner, Clock& clock, bool keeps_log)
      : inner_(inner), clock_(clock), returns_(clock), keeps_log_(keeps_log) {}

  Task<CacheReply> execute(CacheOperation operation) override {
    if (std::holds_alternative<ReleaseReservation>(operation)) return released(operation);
    if (keeps_log_ && reserves(operation)) return reserved(operation);
    return inner_.execute(operation);
  }

  const Returns& returns() const { return returns_; }
  const GateLog& log() const { return log_; }  // in the order of the answers

 private:
  static bool reserves(const CacheOperation& operation) {
    return std::holds_alternative<Reserve>(operation) ||
           std::holds_alternative<ReserveQueued>(operation);
  }

  Task<CacheReply> reserved(CacheOperation operation) {
    const Instant asked = clock_.now();
    Result<CacheReply> reply = co_await inner_.execute(operation);
    if (reply) note(order_of(operation), std::get<Reserve::Reply>(*reply), asked);
    co_return reply;
  }

  Task<CacheReply> released(CacheOperation operation) {
    returns_.asked();
    const Instant asked = clock_.now();
    Result<CacheReply> reply = co_await inner_.execute(operation);
    const auto* answer = reply ? &std::get<ReleaseReservation::Reply>(*reply) : nullptr;
    const bool given_back = answer != nullptr && answer->given_back;
    returns_.answered(reply || reply.error().definite(), given_back);
    if (given_back && keeps_log_) note(std::get<ReleaseReservation>(operation), *answer, asked);
    co_return reply;
  }

  static const Order& order_of(const CacheOperation& operation) {
    const auto* reserve = std::get_if<Reserve>(&operation);
    return reserve != nullptr ? reserve->order : std::get<ReserveQueued>(operation).order;
  }

  void note(const Order& order, const Reserve::Reply& reply, Instant asked) {
    if (reply.state != Reserve::State::granted) return;
    add(order.item, order.key, reply.sequence, reply.left + order.quantity, reply.left, asked);
  }
  void note(const ReleaseReservation& release, const ReleaseReservation::Reply& reply,
            Instant asked) {
    add(release.item, release.key, reply.sequence, reply.left - reply.units, reply.left, asked);
  }

  void add(ItemId item, OrderKey key, Version sequence, Quantity before, Quantity after,
           Instant asked) {
    if (log_.size() >= kMostChanges) return;
    log_.push_back({.key = key,
                    .asked = asked,
                    .answered = clock_.now(),
                    .item = item,
                    .sequence = small(sequence),
                    .before = small(before),
                    .after = small(after)});
  }
  static std::int32_t small(std::int64_t number) {  // scenarios keep stock far below
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(number, -kMost, kMost));
  }

  Cache& inner_;
  Clock& clock_;
  Returns returns_;
  GateLog log_;
  bool keeps_log_;
};

}  // namespace doorbuster
