// The gates of a simulated Redis, what scripts/{load_gate,reserve,...}.lua do on the server; and
// the holds of single orders, which are keys of their own there.
#include "sim/redis_state.h"

namespace doorbuster {
namespace {

// As the server's clock tells ages.
Duration whole_millis(Duration age) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(age);
}

constexpr Key counter_of(ItemId item) { return {KeyFamily::gate, item}; }

}  // namespace

std::optional<Quantity> RedisState::Book::strike(OrderKey key) {
  const auto found = held.find(key);
  if (found == held.end()) return std::nullopt;
  const Held struck = found->second;
  due.erase({struck.due, key});
  held.erase(found);
  return struck.quantity;
}

Result<CacheReply> RedisState::run(const LoadGate& load, Instant) {
  Entry counter;
  counter.has_value = true;
  counter.value = load.units;
  entries_[counter_of(load.item)] = counter;
  books_[load.item] = Book{};
  books_[load.item].sequence = 0;
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const Reserve& reserve, Instant now) {
  using State = Reserve::State;
  const OrderKey key = reserve.order.key;
  const ItemId item = reserve.order.item;
  const Quantity quantity = reserve.order.quantity;
  Book& book = books_[item];
  if (book.held.contains(key) || book.settled.contains(key)) {
    return CacheReply(Reserve::Reply{State::repeated, 0});
  }
  Entry* counter = find(counter_of(item), now);
  if (counter == nullptr) return CacheReply(Reserve::Reply{State::not_loaded, 0});
  if (counter->is_hash) return wrong_kind();
  if (counter->value < quantity) {
    return CacheReply(Reserve::Reply{State::sold_out, counter->value, book.sequence.value_or(0)});
  }
  counter->value -= quantity;
  book.sequence = book.sequence.value_or(0) + 1;
  const Instant due = deadline_of(now, reserve.hold);
  book.held[key] = Held{quantity, due, now};
  book.due.emplace(due, key);
  return CacheReply(Reserve::Reply{State::granted, counter->value, *book.sequence});
}

Result<CacheReply> RedisState::run(const SettleReservation& settle, Instant) {
  Book& book = books_[settle.item];
  if (const auto units = book.strike(settle.key)) book.settled.emplace(settle.key, *units);
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const ReleaseReservation& release, Instant now) {
  Entry* counter = find(counter_of(release.item), now);
  if (counter != nullptr && counter->is_hash) return wrong_kind();
  Book& book = books_[release.item];
  const auto held = book.held.find(release.key);
  if (held != book.held.end() && held->second.taken) {
    return CacheReply(ReleaseReservation::Reply{false});
  }
  const auto units = book.strike(release.key);
  // A counter that is gone is not made anew from what one order held.
  if (!units || counter == nullptr) return CacheReply(ReleaseReservation::Reply{false});
  counter->value += *units;
  book.sequence = book.sequence.value_or(0) + 1;
  return CacheReply(ReleaseReservation::Reply{true, *units, counter->value, *book.sequence});
}

Result<CacheReply> RedisState::run(const NextOverdue& next, Instant now) {
  Book& book = books_[next.item];
  if (book.due.empty() || book.due.begin()->first > now) {
    return CacheReply(std::optional<Reservation>());
  }
  const OrderKey key = book.due.begin()->second;
  Held& held = book.held.at(key);
  book.due.erase(book.due.begin());
  held.due = deadline_of(now, next.again);
  book.due.emplace(held.due, key);
  return CacheReply(std::optional(Reservation{Order{key, BuyerId{}, next.item, held.quantity},
                                              whole_millis(now - held.since)}));
}

Result<CacheReply> RedisState::run(const ReadGate& read, Instant now) {
  const Entry* counter = find(counter_of(read.item), now);
  if (counter != nullptr && counter->is_hash) return wrong_kind();
  const Book& book = books_[read.item];
  GateAccount account;
  if (counter != nullptr) account.left = counter->value;
  account.sequence = book.sequence;
  for (const auto& [key, units] : book.settled) account.settled += units;
  for (const auto& [key, held] : book.held) {
    account.pending.push_back(
        {Order{key, BuyerId{}, read.item, held.quantity}, whole_millis(now - held.since)});
  }
  return CacheReply(std::move(account));
}

Result<CacheReply> RedisState::run(const SetHold& set, Instant now) {
  const auto found = holds_.find(set.key);
  if (found != holds_.end() && found->second > now) return CacheReply(SetHold::Reply{false});
  holds_[set.key] = deadline_of(now, set.ttl);
  return CacheReply(SetHold::Reply{true});
}

Result<CacheReply> RedisState::run(const EndHold& end, Instant now) {
  const auto found = holds_.find(end.key);
  const bool there = found != holds_.end() && found->second > now;
  if (found != holds_.end()) holds_.erase(found);
  return CacheReply(EndHold::Reply{there});
}

}  // namespace doorbuster
