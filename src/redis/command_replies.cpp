// What the server's replies mean, by the operation that was asked.
#include <fmt/format.h>

#include <algorithm>

#include "base/checked_time.h"
#include "redis/command.h"

namespace doorbuster {
namespace {

std::optional<CacheReply> read_number(const Reply& reply) {
  if (reply.is(Reply::Kind::nil)) return std::optional<Quantity>{};
  if (!reply.is(Reply::Kind::text)) return std::nullopt;
  const auto number = reply.integer();
  if (!number) return std::nullopt;
  return std::optional<Quantity>(*number);
}

// One overload an operation: its reply, or nothing where the reply has another form.
std::optional<CacheReply> read(const Get*, const Reply& reply) { return read_number(reply); }
std::optional<CacheReply> read(const LeasePeek*, const Reply& reply) { return read_number(reply); }

std::optional<CacheReply> read(const SetExpiring*, const Reply& reply) {
  if (!reply.is(Reply::Kind::status)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const Delete*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const SetHold*, const Reply& reply) {
  if (reply.is(Reply::Kind::nil)) return SetHold::Reply{false};
  if (!reply.is(Reply::Kind::status)) return std::nullopt;
  return SetHold::Reply{true};
}

std::optional<CacheReply> read(const EndHold*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return EndHold::Reply{*reply.integer() == 1};
}

std::optional<CacheReply> read(const Decrement*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Decrement::Reply{*reply.integer()};
}

std::optional<CacheReply> read(const LeaseGet*, const Reply& reply) {
  if (!reply.is(Reply::Kind::array) || reply.leaves() == 0) return std::nullopt;
  const auto state = reply.integer(0);
  if (state == 0) return LeaseGet::Reply{LeaseGet::State::wait, 0};
  if (state == 2) return LeaseGet::Reply{LeaseGet::State::granted, 0};
  const auto value = reply.leaves() == 2 ? reply.integer(1) : std::nullopt;
  if (state != 1 || !value) return std::nullopt;
  return LeaseGet::Reply{LeaseGet::State::hit, *value};
}

std::optional<CacheReply> read_filled(const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return LeaseSet::Reply{*reply.integer() == 1};
}
std::optional<CacheReply> read(const LeaseSet*, const Reply& reply) { return read_filled(reply); }
std::optional<CacheReply> read(const FillIfNewer*, const Reply& reply) {
  return read_filled(reply);
}

std::optional<CacheReply> read(const GetVersioned*, const Reply& reply) {
  if (!reply.is(Reply::Kind::array) || reply.leaves() != 2) return std::nullopt;
  if (reply.is_nil(0) && reply.is_nil(1)) return std::optional<Stock>{};
  const auto version = reply.integer(0);
  const auto quantity = reply.integer(1);
  if (!version || !quantity) return std::nullopt;
  return std::optional<Stock>(Stock{*quantity, *version});
}

std::optional<CacheReply> read(const AcquireLock*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  const std::int64_t fence = *reply.integer();
  return AcquireLock::Reply{fence > 0, fence};
}

std::optional<CacheReply> read(const ReleaseLock*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return ReleaseLock::Reply{*reply.integer() == 1};
}

std::optional<CacheReply> read(const LoadGate*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read_reserved(const Reply& reply) {
  using State = Reserve::State;
  if (!reply.is(Reply::Kind::array) || reply.leaves() == 0) return std::nullopt;
  const auto state = reply.integer(0);
  if (state == 2) return Reserve::Reply{State::repeated, 0};
  if (state == 3) return Reserve::Reply{State::not_loaded, 0};
  if ((state != 0 && state != 1) || reply.leaves() != 3) return std::nullopt;
  const auto left = reply.integer(1);
  const auto sequence = reply.integer(2);
  if (!left || !sequence) return std::nullopt;
  return Reserve::Reply{state == 0 ? State::granted : State::sold_out, *left, *sequence};
}

std::optional<CacheReply> read(const Reserve*, const Reply& reply) { return read_reserved(reply); }
std::optional<CacheReply> read(const ReserveQueued*, const Reply& reply) {
  return read_reserved(reply);
}

std::optional<CacheReply> read(const ReadQueue*, const Reply& reply) {
  constexpr std::size_t kHead = 1, kEach = 6;  // item; number, order, buyer, units, age, again
  if (!reply.is(Reply::Kind::array) || reply.leaves() < kHead) return std::nullopt;
  if ((reply.leaves() - kHead) % kEach != 0) return std::nullopt;
  for (std::size_t i = 0; i < reply.leaves(); ++i) {
    if (!reply.integer(i)) return std::nullopt;
  }
  const auto item = static_cast<ItemId>(*reply.integer(0));
  ReadQueue::Reply queued;
  for (std::size_t i = kHead; i < reply.leaves(); i += kEach) {
    const auto age = duration_of<std::chrono::microseconds>(*reply.integer(i + 4));
    if (!age) return std::nullopt;
    queued.push_back({*reply.integer(i),
                      Order{OrderKey{*reply.integer(i + 1)}, BuyerId{*reply.integer(i + 2)}, item,
                            *reply.integer(i + 3)},
                      *age, *reply.integer(i + 5) != 0});
  }
  return queued;
}

std::optional<CacheReply> read(const FinishQueued*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const QueueLength*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return QueueLength::Reply{*reply.integer()};
}

std::optional<CacheReply> read(const SettleReservation*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const ReleaseReservation*, const Reply& reply) {
  if (!reply.is(Reply::Kind::array)) return std::nullopt;
  if (reply.leaves() == 0) return ReleaseReservation::Reply{};
  if (reply.leaves() != 3) return std::nullopt;
  const auto units = reply.integer(0);
  const auto left = reply.integer(1);
  const auto sequence = reply.integer(2);
  if (!units || !left || !sequence) return std::nullopt;
  return ReleaseReservation::Reply{true, *units, *left, *sequence};
}

std::optional<CacheReply> read(const NextOverdue*, const Reply& reply) {
  if (reply.is(Reply::Kind::nil)) return std::optional<Reservation>{};
  if (!reply.is(Reply::Kind::array) || reply.leaves() != 4) return std::nullopt;
  const auto key = reply.integer(0);
  const auto item = reply.integer(1);
  const auto quantity = reply.integer(2);
  const auto age = reply.integer(3);
  const auto aged = duration_of<std::chrono::milliseconds>(age.value_or(0));
  if (!key || !item || !quantity || !age || !aged) return std::nullopt;
  const auto item_id = static_cast<ItemId>(*item);
  return std::optional(Reservation{Order{OrderKey{*key}, BuyerId{}, item_id, *quantity}, *aged});
}

// The item is the question's: read() sees the reply alone, so that the script says it again.
std::optional<CacheReply> read(const ReadGate*, const Reply& reply) {
  // item, left, settled, sequence; order, units, age
  constexpr std::size_t kHead = 4, kEach = 3;
  if (!reply.is(Reply::Kind::array) || reply.leaves() < kHead) return std::nullopt;
  if ((reply.leaves() - kHead) % kEach != 0) return std::nullopt;
  const auto item = reply.integer(0);
  const auto settled = reply.integer(2);
  if (!item || !settled) return std::nullopt;
  GateAccount account;
  account.left = reply.integer(1);
  account.settled = *settled;
  account.sequence = reply.integer(3);
  if (!account.left && !reply.is_nil(1)) return std::nullopt;
  if (!account.sequence && !reply.is_nil(3)) return std::nullopt;
  for (std::size_t i = kHead; i < reply.leaves(); i += kEach) {
    const auto key = reply.integer(i);
    const auto quantity = reply.integer(i + 1);
    const auto age = reply.integer(i + 2);
    const auto aged = duration_of<std::chrono::milliseconds>(age.value_or(0));
    if (!key || !quantity || !age || !aged) return std::nullopt;
    account.pending.push_back(
        {Order{OrderKey{*key}, BuyerId{}, static_cast<ItemId>(*item), *quantity}, *aged});
  }
  std::sort(account.pending.begin(), account.pending.end(),
            [](const Reservation& a, const Reservation& b) { return a.order.key < b.order.key; });
  return account;
}

std::optional<CacheReply> read(const GetAging*, const Reply& reply) {
  if (reply.is(Reply::Kind::nil)) return GetAging::Reply();
  if (!reply.is(Reply::Kind::array) || reply.leaves() != 2) return std::nullopt;
  const auto value = reply.integer(0);
  const auto left = reply.integer(1);
  if (!value || !left) return std::nullopt;
  const auto time = duration_of<std::chrono::milliseconds>(*left);
  if (!time) return std::nullopt;
  return GetAging::Reply({*value, *left < 0 ? Duration::max() : *time});
}

std::optional<CacheReply> read(const ClaimOrder*, const Reply& reply) {
  using State = ClaimOrder::State;
  if (reply.is(Reply::Kind::nil)) return ClaimOrder::Reply{State::claimed};
  if (!reply.is(Reply::Kind::text)) return std::nullopt;
  if (reply.text() == "under way") return ClaimOrder::Reply{State::under_way};
  const auto outcome = reply.integer();
  if (!outcome || *outcome < 0 || *outcome >= static_cast<std::int64_t>(kOutcomes)) {
    return std::nullopt;
  }
  return ClaimOrder::Reply{State::ended, static_cast<Outcome>(*outcome)};
}

std::optional<CacheReply> read(const KeepAnswer*, const Reply& reply) {
  if (!reply.is(Reply::Kind::status)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const DropClaim*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const CountUnits*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return CountUnits::Reply{*reply.integer() == 1};
}

std::optional<CacheReply> read(const UncountUnits*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

template <class Op>
Result<CacheReply> decode(const Reply& reply) {
  if (reply.is(Reply::Kind::error)) return refusal(reply);
  auto value = read(static_cast<const Op*>(nullptr), reply);
  if (value) return *value;
  return Error(Store::redis, Cause::protocol, Op::kAccess == Access::read, {},
               fmt::format("the reply to {} is none that it can have", Op::kName));
}

}  // namespace

Decode decoder_of(const CacheOperation& operation) {
  return std::visit([]<class Op>(const Op&) -> Decode { return decode<Op>; }, operation);
}

Error refusal(const Reply& reply) {
  return {Store::redis, Cause::refused_by_server, true, std::string(reply.error_word()),
          std::string(reply.text())};
}

}  // namespace doorbuster
