#include "redis/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

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
        settled({KeyFamily::gate, item}, ":settled"),
        sequence({KeyFamily::gate, item}, ":sequence"),
        queue({KeyFamily::gate, item}, ":queue"),
        queued({KeyFamily::gate, item}, ":queued") {}
  KeyText counter, held, due, settled, sequence, queue, queued;
};

// Every other line of a command is such a number.
void append_line(std::string& out, char kind, std::size_t number) {
  char line[24];
  line[0] = kind;
  char* end = std::to_chars(line + 1, line + sizeof line - 2, number).ptr;
  *end++ = '\r';
  *end++ = '\n';
  out.append(line, static_cast<std::size_t>(end - line));
}

void append_word(std::string& out, std::string_view word) {
  append_line(out, '$', word.size());
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
    append_command(
        out, {"EVALSHA", name(Script::load_gate), "7", gate.counter.view(), gate.sequence.view(),
              gate.held.view(), gate.due.view(), gate.settled.view(), gate.queue.view(),
              gate.queued.view(), Digits(op.units).view()});
  }
  void operator()(const Reserve& op) const {
    const GateKeys gate(op.order.item);
    append_command(out, {"EVALSHA", name(Script::reserve), "5", gate.counter.view(),
                         gate.held.view(), gate.due.view(), gate.settled.view(),
                         gate.sequence.view(), Digits(number(op.order.key)).view(),
                         Digits(op.order.quantity).view(), Digits(whole_millis(op.hold)).view()});
  }
  void operator()(const SettleReservation& op) const {
    const GateKeys gate(op.item);
    append_command(out, {"EVALSHA", name(Script::settle_reservation), "3", gate.held.view(),
                         gate.due.view(), gate.settled.view(), Digits(number(op.key)).view()});
  }
  void operator()(const ReleaseReservation& op) const {
    const GateKeys gate(op.item);
    append_command(out, {"EVALSHA", name(Script::release_reservation), "4", gate.counter.view(),
                         gate.held.view(), gate.due.view(), gate.sequence.view(),
                         Digits(number(op.key)).view()});
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
    append_command(out,
                   {"EVALSHA", name(Script::read_gate), "4", gate.counter.view(), gate.held.view(),
                    gate.settled.view(), gate.sequence.view(), Digits(number(op.item)).view()});
  }

  void operator()(const ReserveQueued& op) const {
    const GateKeys gate(op.order.item);
    append_command(out,
                   {"EVALSHA", name(Script::reserve), "7", gate.counter.view(), gate.held.view(),
                    gate.due.view(), gate.settled.view(), gate.sequence.view(), gate.queue.view(),
                    gate.queued.view(), Digits(number(op.order.key)).view(),
                    Digits(op.order.quantity).view(), Digits(number(op.order.buyer)).view()});
  }
  void operator()(const ReadQueue& op) const {
    const GateKeys gate(op.item);
    const std::int64_t idle = op.idle < Duration{} ? -1 : whole_millis(op.idle);
    append_command(out, {"EVALSHA", name(Script::read_queue), "2", gate.queue.view(),
                         gate.held.view(), Digits(number(op.item)).view(),
                         Digits(op.consumer).view(), Digits(op.most).view(), Digits(idle).view()});
  }
  void operator()(const FinishQueued& op) const {
    const GateKeys gate(op.item);
    append_line(out, '*', 7 + op.numbers.size());
    for (const std::string_view word :
         {std::string_view("EVALSHA"), name(Script::finish_queued), std::string_view("3"),
          gate.queue.view(), gate.held.view(), gate.settled.view(),
          std::string_view(op.written ? "1" : "0")}) {
      append_word(out, word);
    }
    for (const std::int64_t order : op.numbers) append_word(out, Digits(order).view());
  }
  void operator()(const QueueLength& op) const {
    append_command(out, {"XLEN", GateKeys(op.item).queue.view()});
  }

  std::string_view name(Script script) const { return names[static_cast<std::size_t>(script)]; }
};

}  // namespace

std::string key_text(Key key) { return std::string(KeyText(key).view()); }

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
  append_line(out, '*', words.size());
  for (const std::string_view word : words) append_word(out, word);
}

void append_command(std::string& out, const std::vector<std::string>& words) {
  append_line(out, '*', words.size());
  for (const std::string& word : words) append_word(out, word);
}

void append_operation(std::string& out, const CacheOperation& operation, const ScriptNames& names) {
  std::visit(Appender{out, names}, operation);
}

}  // namespace doorbuster
