#include "redis/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace doorbuster {
namespace {

constexpr std::string_view kFamilies[] = {"inventory:", "leased:", "versioned:", "lock:", "gate:"};
constexpr std::string_view kClaims = "claim:";
constexpr std::string_view kLimits = "limit:";

// A decimal number as text, on the stack.
class Digits {
 public:
  explicit Digits(std::int64_t number)
      : end_(std::to_chars(text_, text_ + sizeof text_, number).ptr) {}
  std::string_view view() const { return {text_, static_cast<std::size_t>(end_ - text_)}; }

 private:
  char text_[24];
  char* end_;
};

class KeyText {
 public:
  explicit KeyText(Key key, std::string_view companion = {}) {
    add(kKeyPrefix);
    add(kFamilies[static_cast<std::size_t>(key.family)]);
    add(Digits(number(key.item)).view());
    add(companion);
  }
  KeyText(std::string_view kind, std::int64_t id, std::string_view companion = {}) {
    add(kKeyPrefix);
    add(kind);
    add(Digits(id).view());
    add(companion);
  }
  explicit KeyText(OrderKey held) {
    add(kKeyPrefix);
    add("hold:");
    add(Digits(number(held)).view());
  }
  std::string_view view() const { return {text_, size_}; }

 private:
  void add(std::string_view part) { size_ += part.copy(text_ + size_, part.size()); }
  char text_[48];
  std::size_t size_ = 0;
};

// The keys of a gate, as scripts/reserve.lua names them.
struct GateKeys {
  explicit GateKeys(ItemId item)
      : counter({KeyFamily::gate, item}),
        held({KeyFamily::gate, item}, ":held"),
        due({KeyFamily::gate, item}, ":due"),
        settled({KeyFamily::gate, item}, ":settled") {}
  KeyText counter, held, due, settled;
};

void append_header(std::string& out, char kind, std::size_t count) {
  out += kind;
  out += Digits(static_cast<std::int64_t>(count)).view();
  out += "\r\n";
}

void append_word(std::string& out, std::string_view word) {
  append_header(out, '$', word.size());
  out += word;
  out += "\r\n";
}

std::int64_t whole_millis(Duration duration) {
  return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

// One overload an operation: the words of its command.
struct Appender {
  std::string& out;
  const ScriptNames& names;

  void operator()(const Get& op) const { append_command(out, {"GET", KeyText(op.key).view()}); }
  void operator()(const SetExpiring& op) const {
    append_command(out, {"PSETEX", KeyText(op.key).view(), Digits(whole_millis(op.ttl)).view(),
                         Digits(op.value).view()});
  }
  void operator()(const Delete& op) const { append_command(out, {"DEL", KeyText(op.key).view()}); }
  void operator()(const Decrement& op) const {
    append_command(out, {"DECRBY", KeyText(op.key).view(), Digits(op.by).view()});
  }
  void operator()(const LeaseGet& op) const {
    append_command(out, {"EVALSHA", name(Script::lease_get), "1", KeyText(op.key).view(),
                         Digits(op.token).view(), Digits(whole_millis(op.lease)).view()});
  }
  void operator()(const LeaseSet& op) const {
    append_command(out, {"EVALSHA", name(Script::lease_set), "1", KeyText(op.key).view(),
                         Digits(op.token).view(), Digits(op.value).view(),
                         Digits(whole_millis(op.ttl)).view()});
  }
  void operator()(const LeasePeek& op) const {
    append_command(out, {"HGET", KeyText(op.key).view(), "q"});
  }
  void operator()(const GetVersioned& op) const {
    append_command(out, {"HMGET", KeyText(op.key).view(), "v", "q"});
  }
  void operator()(const FillIfNewer& op) const {
    append_command(out, {"EVALSHA", name(Script::fill_if_newer), "1", KeyText(op.key).view(),
                         Digits(op.stock.version).view(), Digits(op.stock.quantity).view(),
                         Digits(whole_millis(op.ttl)).view()});
  }
  void operator()(const AcquireLock& op) const {
    append_command(out, {"EVALSHA", name(Script::acquire_lock), "2", KeyText(op.key).view(),
                         KeyText(op.key, ":fence").view(), Digits(op.token).view(),
                         Digits(whole_millis(op.ttl)).view()});
  }
  void operator()(const ReleaseLock& op) const {
    append_command(out, {"EVALSHA", name(Script::release_lock), "1", KeyText(op.key).view(),
                         Digits(op.token).view()});
  }
  void operator()(const LoadGate& op) const {
    const GateKeys gate(op.item);
    append_command(out,
                   {"EVALSHA", name(Script::load_gate), "4", gate.counter.view(), gate.held.view(),
                    gate.due.view(), gate.settled.view(), Digits(op.units).view()});
  }
  void operator()(const Reserve& op) const {
    const GateKeys gate(op.order.item);
    append_command(out,
                   {"EVALSHA", name(Script::reserve), "4", gate.counter.view(), gate.held.view(),
                    gate.due.view(), gate.settled.view(), Digits(number(op.order.key)).view(),
                    Digits(op.order.quantity).view(), Digits(whole_millis(op.hold)).view()});
  }
  void operator()(const SettleReservation& op) const {
    const GateKeys gate(op.item);
    append_command(out, {"EVALSHA", name(Script::settle_reservation), "3", gate.held.view(),
                         gate.due.view(), gate.settled.view(), Digits(number(op.key)).view()});
  }
  void operator()(const ReleaseReservation& op) const {
    const GateKeys gate(op.item);
    append_command(out, {"EVALSHA", name(Script::release_reservation), "3", gate.counter.view(),
                         gate.held.view(), gate.due.view(), Digits(number(op.key)).view()});
  }
  void operator()(const NextOverdue& op) const {
    const GateKeys gate(op.item);
    append_command(out,
                   {"EVALSHA", name(Script::next_overdue), "2", gate.due.view(), gate.held.view(),
                    Digits(number(op.item)).view(), Digits(whole_millis(op.again)).view()});
  }
  void operator()(const SetHold& op) const {
    append_command(
        out, {"SET", KeyText(op.key).view(), "1", "NX", "PX", Digits(whole_millis(op.ttl)).view()});
  }
  void operator()(const EndHold& op) const { append_command(out, {"DEL", KeyText(op.key).view()}); }

  void operator()(const GetAging& op) const {
    append_command(out, {"EVALSHA", name(Script::get_aging), "1", KeyText(op.key).view()});
  }
  void operator()(const ClaimOrder& op) const {
    append_command(
        out, {"EVALSHA", name(Script::claim_order), "1", KeyText(kClaims, number(op.key)).view(),
              Digits(whole_millis(op.ttl)).view()});
  }
  void operator()(const KeepAnswer& op) const {
    append_command(out, {"PSETEX", KeyText(kClaims, number(op.key)).view(),
                         Digits(whole_millis(op.ttl)).view(),
                         Digits(static_cast<std::int64_t>(op.outcome)).view()});
  }
  void operator()(const DropClaim& op) const {
    append_command(out, {"DEL", KeyText(kClaims, number(op.key)).view()});
  }
  void operator()(const CountUnits& op) const {
    const std::int64_t item = number(op.order.item);
    append_command(out, {"EVALSHA", name(Script::count_units), "2", KeyText(kLimits, item).view(),
                         KeyText(kLimits, item, ":orders").view(),
                         Digits(number(op.order.key)).view(), Digits(number(op.order.buyer)).view(),
                         Digits(op.order.quantity).view(), Digits(op.most).view()});
  }
  void operator()(const UncountUnits& op) const {
    const std::int64_t item = number(op.order.item);
    append_command(out,
                   {"EVALSHA", name(Script::uncount_units), "2", KeyText(kLimits, item).view(),
                    KeyText(kLimits, item, ":orders").view(), Digits(number(op.order.key)).view(),
                    Digits(number(op.order.buyer)).view()});
  }
  void operator()(const ReadGate& op) const {
    const GateKeys gate(op.item);
    append_command(out, {"EVALSHA", name(Script::read_gate), "3", gate.counter.view(),
                         gate.held.view(), gate.settled.view(), Digits(number(op.item)).view()});
  }

  std::string_view name(Script script) const { return names[static_cast<std::size_t>(script)]; }
};

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

std::optional<CacheReply> read(const Reserve*, const Reply& reply) {
  using State = Reserve::State;
  if (!reply.is(Reply::Kind::array) || reply.leaves() == 0) return std::nullopt;
  const auto state = reply.integer(0);
  if (state == 2) return Reserve::Reply{State::repeated, 0};
  if (state == 3) return Reserve::Reply{State::not_loaded, 0};
  const auto left = reply.leaves() == 2 ? reply.integer(1) : std::nullopt;
  if ((state != 0 && state != 1) || !left) return std::nullopt;
  return Reserve::Reply{state == 0 ? State::granted : State::sold_out, *left};
}

std::optional<CacheReply> read(const SettleReservation*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return Done{};
}

std::optional<CacheReply> read(const ReleaseReservation*, const Reply& reply) {
  if (!reply.is(Reply::Kind::integer)) return std::nullopt;
  return ReleaseReservation::Reply{*reply.integer() == 1};
}

std::optional<CacheReply> read(const NextOverdue*, const Reply& reply) {
  if (reply.is(Reply::Kind::nil)) return std::optional<Reservation>{};
  if (!reply.is(Reply::Kind::array) || reply.leaves() != 4) return std::nullopt;
  const auto key = reply.integer(0);
  const auto item = reply.integer(1);
  const auto quantity = reply.integer(2);
  const auto age = reply.integer(3);
  if (!key || !item || !quantity || !age) return std::nullopt;
  const auto item_id = static_cast<ItemId>(*item);
  return std::optional(Reservation{Order{OrderKey{*key}, BuyerId{}, item_id, *quantity},
                                   std::chrono::milliseconds(*age)});
}

// The item is the question's: read() sees the reply alone, so that the script says it again.
std::optional<CacheReply> read(const ReadGate*, const Reply& reply) {
  constexpr std::size_t kHead = 3, kEach = 3;  // item, left, settled; order, units, age
  if (!reply.is(Reply::Kind::array) || reply.leaves() < kHead) return std::nullopt;
  if ((reply.leaves() - kHead) % kEach != 0) return std::nullopt;
  const auto item = reply.integer(0);
  const auto settled = reply.integer(2);
  if (!item || !settled) return std::nullopt;
  GateAccount account;
  account.left = reply.integer(1);
  account.settled = *settled;
  if (!account.left && !reply.is_nil(1)) return std::nullopt;
  for (std::size_t i = kHead; i < reply.leaves(); i += kEach) {
    const auto key = reply.integer(i);
    const auto quantity = reply.integer(i + 1);
    const auto age = reply.integer(i + 2);
    if (!key || !quantity || !age) return std::nullopt;
    account.pending.push_back(
        {Order{OrderKey{*key}, BuyerId{}, static_cast<ItemId>(*item), *quantity},
         std::chrono::milliseconds(*age)});
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
  const Duration time = *left < 0 ? Duration::max() : std::chrono::milliseconds(*left);
  return GetAging::Reply({*value, time});
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

std::string key_text(Key key) { return std::string(KeyText(key).view()); }

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
  append_header(out, '*', words.size());
  for (const std::string_view word : words) append_word(out, word);
}

void append_command(std::string& out, const std::vector<std::string>& words) {
  append_header(out, '*', words.size());
  for (const std::string& word : words) append_word(out, word);
}

void append_operation(std::string& out, const CacheOperation& operation, const ScriptNames& names) {
  std::visit(Appender{out, names}, operation);
}

Decode decoder_of(const CacheOperation& operation) {
  return std::visit([]<class Op>(const Op&) -> Decode { return decode<Op>; }, operation);
}

Error refusal(const Reply& reply) {
  return {Store::redis, Cause::refused_by_server, true, std::string(reply.error_word()),
          std::string(reply.text())};
}

}  // namespace doorbuster
