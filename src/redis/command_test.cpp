#include "redis/command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <initializer_list>
#include <vector>

namespace doorbuster {
namespace {

const ScriptNames kScriptNames = [] {
  ScriptNames names;
  for (std::size_t i = 0; i < kScripts; ++i) names[i] = std::string(40, static_cast<char>('a' + i));
  return names;
}();
const std::string& name_of(Script script) { return kScriptNames[static_cast<std::size_t>(script)]; }
constexpr Key kPlain{KeyFamily::inventory, ItemId{7}};
constexpr Key kLeased{KeyFamily::leased, ItemId{7}};
constexpr Key kLock{KeyFamily::lock, ItemId{7}};
constexpr Key kVersioned{KeyFamily::versioned, ItemId{2147483647}};

std::string formatted_by_hiredis(const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* command = nullptr;
  const auto size =
      redisFormatCommandArgv(&command, static_cast<int>(words.size()), texts.data(), sizes.data());
  std::string text(command, static_cast<std::size_t>(size));
  redisFreeCommand(command);
  return text;
}

using Formatted = std::vector<std::pair<CacheOperation, std::vector<std::string>>>;
void expect_formatted(const Formatted& table) {
  for (const auto& [operation, words] : table) {
    std::string text;
    append_operation(text, operation, kScriptNames);
    EXPECT_EQ(text, formatted_by_hiredis(words)) << name_of(operation);
    std::string again;
    append_command(again, words);
    EXPECT_EQ(again, text);
  }
}

const std::string kEval = "EVALSHA";

TEST(Command, OfEveryOperationIsWhatHiredisWouldFormat) {
  const Formatted table = {
      {Get{kPlain}, {"GET", "doorbuster:inventory:7"}},
      {SetExpiring{kPlain, -3, 300s}, {"PSETEX", "doorbuster:inventory:7", "300000", "-3"}},
      {SetExpiring{kPlain, 5, 1ns}, {"PSETEX", "doorbuster:inventory:7", "1", "5"}},
      {SetExpiring{kPlain, 5, 0ns}, {"PSETEX", "doorbuster:inventory:7", "1", "5"}},
      {Delete{kLeased}, {"DEL", "doorbuster:leased:7"}},
      {Decrement{kPlain, 2}, {"DECRBY", "doorbuster:inventory:7", "2"}},
      {LeaseGet{kLeased, 99, 1500us},
       {kEval, kScriptNames[0], "1", "doorbuster:leased:7", "99", "2"}},
      {LeaseSet{kLeased, 99, 8, 1s},
       {kEval, kScriptNames[1], "1", "doorbuster:leased:7", "99", "8", "1000"}},
      {LeasePeek{kLeased}, {"HGET", "doorbuster:leased:7", "q"}},
      {GetVersioned{kVersioned}, {"HMGET", "doorbuster:versioned:2147483647", "v", "q"}},
      {FillIfNewer{kVersioned, Stock{500, INT64_MAX}, 2s},
       {kEval, kScriptNames[2], "1", "doorbuster:versioned:2147483647", "9223372036854775807",
        "500", "2000"}},
      {AcquireLock{kLock, 99, 2s},
       {kEval, name_of(Script::acquire_lock), "2", "doorbuster:lock:7", "doorbuster:lock:7:fence",
        "99", "2000"}},
      {ReleaseLock{kLock, 99},
       {kEval, name_of(Script::release_lock), "1", "doorbuster:lock:7", "99"}},
      {LoadGate{ItemId{7}, 500},
       {kEval, name_of(Script::load_gate), "7", "doorbuster:gate:7", "doorbuster:gate:7:sequence",
        "doorbuster:gate:7:held", "doorbuster:gate:7:due", "doorbuster:gate:7:settled",
        "doorbuster:gate:7:queue", "doorbuster:gate:7:queued", "500"}},
      {Reserve{Order{OrderKey{INT64_MAX}, BuyerId{3}, ItemId{INT32_MAX}, 2}, 5s},
       {kEval, name_of(Script::reserve), "5", "doorbuster:gate:2147483647",
        "doorbuster:gate:2147483647:held", "doorbuster:gate:2147483647:due",
        "doorbuster:gate:2147483647:settled", "doorbuster:gate:2147483647:sequence",
        "9223372036854775807", "2", "5000"}},
      {SettleReservation{ItemId{7}, OrderKey{9}},
       {kEval, name_of(Script::settle_reservation), "3", "doorbuster:gate:7:held",
        "doorbuster:gate:7:due", "doorbuster:gate:7:settled", "9"}},
      {ReleaseReservation{ItemId{7}, OrderKey{9}},
       {kEval, name_of(Script::release_reservation), "4", "doorbuster:gate:7",
        "doorbuster:gate:7:held", "doorbuster:gate:7:due", "doorbuster:gate:7:sequence", "9"}},
      {NextOverdue{ItemId{7}, 1s},
       {kEval, name_of(Script::next_overdue), "2", "doorbuster:gate:7:due",
        "doorbuster:gate:7:held", "7", "1000"}},
      {GetAging{kPlain}, {kEval, name_of(Script::get_aging), "1", "doorbuster:inventory:7"}},
      {ClaimOrder{OrderKey{INT64_MAX}, 2s},
       {kEval, name_of(Script::claim_order), "1", "doorbuster:claim:9223372036854775807", "2000"}},
      {KeepAnswer{OrderKey{9}, Outcome::sold_out, 2s},
       {"PSETEX", "doorbuster:claim:9", "2000", "1"}},
      {DropClaim{OrderKey{9}}, {"DEL", "doorbuster:claim:9"}},
      {CountUnits{Order{OrderKey{9}, BuyerId{3}, ItemId{INT32_MAX}, 2}, 4},
       {kEval, name_of(Script::count_units), "2", "doorbuster:limit:2147483647",
        "doorbuster:limit:2147483647:orders", "9", "3", "2", "4"}},
      {UncountUnits{Order{OrderKey{9}, BuyerId{3}, ItemId{7}, 2}},
       {kEval, name_of(Script::uncount_units), "2", "doorbuster:limit:7",
        "doorbuster:limit:7:orders", "9", "3"}},
      {SetHold{OrderKey{9}, 1500ms}, {"SET", "doorbuster:hold:9", "1", "NX", "PX", "1500"}},
      {EndHold{OrderKey{9}}, {"DEL", "doorbuster:hold:9"}},
      {ReadGate{ItemId{7}},
       {kEval, name_of(Script::read_gate), "4", "doorbuster:gate:7", "doorbuster:gate:7:held",
        "doorbuster:gate:7:settled", "doorbuster:gate:7:sequence", "7"}},
  };
  expect_formatted(table);
}

TEST(Command, OfEveryOperationOnAQueueIsWhatHiredisWouldFormat) {
  expect_formatted({
      {ReserveQueued{Order{OrderKey{9}, BuyerId{3}, ItemId{7}, 2}},
       {kEval, name_of(Script::reserve), "7", "doorbuster:gate:7", "doorbuster:gate:7:held",
        "doorbuster:gate:7:due", "doorbuster:gate:7:settled", "doorbuster:gate:7:sequence",
        "doorbuster:gate:7:queue", "doorbuster:gate:7:queued", "9", "2", "3"}},
      {ReadQueue{ItemId{7}, 99, 5, 1500us},
       {kEval, name_of(Script::read_queue), "2", "doorbuster:gate:7:queue",
        "doorbuster:gate:7:held", "7", "99", "5", "2"}},
      {ReadQueue{ItemId{7}, 99, 5, -1ns},
       {kEval, name_of(Script::read_queue), "2", "doorbuster:gate:7:queue",
        "doorbuster:gate:7:held", "7", "99", "5", "-1"}},
      {FinishQueued{ItemId{7}, false, {INT64_MAX, 4}},
       {kEval, name_of(Script::finish_queued), "3", "doorbuster:gate:7:queue",
        "doorbuster:gate:7:held", "doorbuster:gate:7:settled", "0", "9223372036854775807", "4", "0",
        "0", "0", "0", "0", "0"}},
      {QueueLength{ItemId{7}}, {"XLEN", "doorbuster:gate:7:queue"}},
  });
}

// The reply in one line: "nothing", a number, the lease's state, or the error.
struct Shown {
  std::string operator()(const std::optional<Quantity>& value) const {
    return value ? std::to_string(*value) : "nothing";
  }
  std::string operator()(Done) const { return "done"; }
  std::string operator()(const Decrement::Reply& reply) const {
    return "after " + std::to_string(reply.after);
  }
  std::string operator()(const LeaseGet::Reply& reply) const {
    constexpr const char* kStates[] = {"hit ", "granted ", "wait "};
    return kStates[static_cast<int>(reply.state)] + std::to_string(reply.value);
  }
  std::string operator()(const LeaseSet::Reply& reply) const {
    return reply.filled ? "filled" : "not filled";
  }
  std::string operator()(const std::optional<Stock>& stock) const {
    return stock ? std::to_string(stock->quantity) + " v" + std::to_string(stock->version)
                 : "nothing";
  }
  std::string operator()(const AcquireLock::Reply& reply) const {
    return reply.acquired ? "acquired, fence " + std::to_string(reply.fence) : "not acquired";
  }
  std::string operator()(const ReleaseLock::Reply& reply) const {
    return reply.released ? "released" : "not released";
  }
  std::string operator()(const Reserve::Reply& reply) const {
    constexpr const char* kStates[] = {"granted ", "sold out ", "repeated ", "not loaded "};
    return fmt::format("{}{} at {}", kStates[static_cast<int>(reply.state)], reply.left,
                       reply.sequence);
  }
  std::string operator()(const ReleaseReservation::Reply& reply) const {
    if (!reply.given_back) return "nothing given back";
    return fmt::format("{} given back, {} left at {}", reply.units, reply.left, reply.sequence);
  }
  std::string operator()(const GetAging::Reply& aging) const {
    if (!aging) return "nothing";
    return fmt::format("{} for {} ms", aging->value,
                       std::chrono::duration_cast<std::chrono::milliseconds>(aging->left).count());
  }
  std::string operator()(const ClaimOrder::Reply& reply) const {
    if (reply.state == ClaimOrder::State::ended) return std::string(to_string(reply.outcome));
    return reply.state == ClaimOrder::State::claimed ? "claimed" : "under way";
  }
  std::string operator()(const CountUnits::Reply& reply) const {
    return reply.allowed ? "allowed" : "too many";
  }
  std::string operator()(const SetHold::Reply& reply) const {
    return reply.set ? "set" : "there already";
  }
  std::string operator()(const EndHold::Reply& reply) const {
    return reply.ended ? "ended" : "gone already";
  }
  std::string operator()(const std::optional<Reservation>& held) const {
    return held ? (*this)(*held) : "none";
  }
  std::string operator()(const Reservation& held) const {
    return fmt::format("order {}: {} of item {} for {} ms", number(held.order.key),
                       held.order.quantity, number(held.order.item), held.age / 1ms);
  }
  std::string operator()(const ReadQueue::Reply& orders) const {
    std::string text = fmt::format("{} orders", orders.size());
    for (const QueuedOrder& each : orders) {
      text += fmt::format("; {}: order {} of {}: {} of item {}, {} us{}", each.number,
                          number(each.order.key), number(each.order.buyer), each.order.quantity,
                          number(each.order.item), each.age / 1us, each.again ? ", again" : "");
    }
    return text;
  }
  std::string operator()(const QueueLength::Reply& length) const {
    return fmt::format("{} wait", length.orders);
  }
  std::string operator()(const GateAccount& account) const {
    std::string text = fmt::format("{} left at {}, {} settled", account.left.value_or(-1),
                                   account.sequence.value_or(-1), account.settled);
    for (const Reservation& held : account.pending) text += "; " + (*this)(held);
    return text;
  }
};

std::string decoded(const CacheOperation& operation, std::string_view bytes) {
  ReplyReader reader;
  reader.feed(bytes.data(), bytes.size());
  const auto reply = reader.next();
  CHECK(reply.ok() && *reply != nullptr);
  const Result<CacheReply> result = decoder_of(operation)(**reply);
  if (result) return std::visit(Shown{}, *result);
  const Error& error = result.error();
  return std::string(to_string(error.cause())) + (error.definite() ? ", definite " : ", unknown ") +
         error.code();
}

struct Answered {
  CacheOperation operation;
  std::string_view bytes;
  std::string_view meaning;
};

void expect_read(std::initializer_list<Answered> table) {
  for (const Answered& row : table) {
    EXPECT_EQ(decoded(row.operation, row.bytes), row.meaning)
        << name_of(row.operation) << " " << row.bytes;
  }
}

TEST(Command, ReadsTheRepliesToWhatIsAskedOfCopies) {
  expect_read({
      {Get{}, "$3\r\n500\r\n", "500"},
      {Get{}, "$-1\r\n", "nothing"},
      {Get{}, "$3\r\nfoo\r\n", "protocol error, definite "},
      {Get{}, ":5\r\n", "protocol error, definite "},
      {Get{}, "-WRONGTYPE Operation against\r\n", "refused by server, definite WRONGTYPE"},
      {SetExpiring{}, "+OK\r\n", "done"},
      {SetExpiring{}, ":1\r\n", "protocol error, unknown "},
      {SetExpiring{}, "-OOM command not allowed\r\n", "refused by server, definite OOM"},
      {Delete{}, ":0\r\n", "done"},
      {Decrement{}, ":-1\r\n", "after -1"},
      {Decrement{}, "$-1\r\n", "protocol error, unknown "},
      {LeaseGet{}, "*2\r\n:1\r\n$1\r\n9\r\n", "hit 9"},
      {LeaseGet{}, "*1\r\n:2\r\n", "granted 0"},
      {LeaseGet{}, "*1\r\n:0\r\n", "wait 0"},
      {LeaseGet{}, "*1\r\n:1\r\n", "protocol error, unknown "},
      {LeaseGet{}, "*0\r\n", "protocol error, unknown "},
      {LeaseSet{}, ":1\r\n", "filled"},
      {LeaseSet{}, ":0\r\n", "not filled"},
      {LeasePeek{}, "$1\r\n0\r\n", "0"},
      {GetVersioned{}, "*2\r\n$1\r\n3\r\n$3\r\n497\r\n", "497 v3"},
      {GetVersioned{}, "*2\r\n$-1\r\n$-1\r\n", "nothing"},
      {GetVersioned{}, "*2\r\n$-1\r\n$1\r\n5\r\n", "protocol error, definite "},
      {FillIfNewer{}, ":1\r\n", "filled"},
      {FillIfNewer{}, "-NOSCRIPT No\r\n", "refused by server, definite NOSCRIPT"},
  });
}

TEST(Command, ReadsTheRepliesToWhatIsAskedOfLocksAndGates) {
  expect_read({
      {AcquireLock{}, ":12\r\n", "acquired, fence 12"},
      {AcquireLock{}, ":0\r\n", "not acquired"},
      {AcquireLock{}, "$-1\r\n", "protocol error, unknown "},
      {ReleaseLock{}, ":1\r\n", "released"},
      {ReleaseLock{}, ":0\r\n", "not released"},
      {LoadGate{}, ":1\r\n", "done"},
      {LoadGate{}, "+OK\r\n", "protocol error, unknown "},
      {Reserve{}, "*3\r\n:0\r\n:9\r\n:4\r\n", "granted 9 at 4"},
      {Reserve{}, "*3\r\n:1\r\n$1\r\n1\r\n$1\r\n8\r\n", "sold out 1 at 8"},
      {Reserve{}, "*1\r\n:2\r\n", "repeated 0 at 0"},
      {Reserve{}, "*1\r\n:3\r\n", "not loaded 0 at 0"},
      {Reserve{}, "*1\r\n:0\r\n", "protocol error, unknown "},
      {Reserve{}, "*2\r\n:0\r\n:9\r\n", "protocol error, unknown "},
      {Reserve{}, "*3\r\n:4\r\n:9\r\n:4\r\n", "protocol error, unknown "},
      {Reserve{}, ":0\r\n", "protocol error, unknown "},
      {SettleReservation{}, ":0\r\n", "done"},
      {ReleaseReservation{}, "*3\r\n$1\r\n2\r\n:9\r\n:5\r\n", "2 given back, 9 left at 5"},
      {ReleaseReservation{}, "*0\r\n", "nothing given back"},
      {ReleaseReservation{}, "*1\r\n:2\r\n", "protocol error, unknown "},
      {ReleaseReservation{}, ":0\r\n", "protocol error, unknown "},
      {NextOverdue{}, "*4\r\n$2\r\n41\r\n$1\r\n7\r\n$1\r\n2\r\n:250\r\n",
       "order 41: 2 of item 7 for 250 ms"},
      {ReadGate{}, "*4\r\n$1\r\n7\r\n$1\r\n5\r\n:2\r\n$1\r\n6\r\n", "5 left at 6, 2 settled"},
      {ReadGate{}, "*4\r\n$1\r\n7\r\n$-1\r\n:0\r\n$-1\r\n", "-1 left at -1, 0 settled"},
      {ReadGate{},
       "*10\r\n$1\r\n7\r\n$1\r\n5\r\n:2\r\n$1\r\n6\r\n"
       "$1\r\n9\r\n$1\r\n1\r\n:3\r\n$1\r\n8\r\n$1\r\n2\r\n:4\r\n",
       "5 left at 6, 2 settled; order 8: 2 of item 7 for 4 ms; order 9: 1 of item 7 for 3 ms"},
      {ReadGate{}, "*3\r\n$1\r\n7\r\n$1\r\n5\r\n:2\r\n", "protocol error, definite "},
      {ReadGate{}, "*5\r\n$1\r\n7\r\n$1\r\n5\r\n:2\r\n:6\r\n$1\r\n9\r\n",
       "protocol error, definite "},
      {ReadGate{}, "*4\r\n$1\r\n7\r\n$1\r\nx\r\n:2\r\n:6\r\n", "protocol error, definite "},
      {ReadGate{}, "*4\r\n$1\r\n7\r\n:5\r\n:2\r\n$1\r\nx\r\n", "protocol error, definite "},
      {NextOverdue{}, "$-1\r\n", "none"},
      {NextOverdue{}, "*2\r\n$2\r\n41\r\n$1\r\n7\r\n", "protocol error, unknown "},
  });
}

TEST(Command, ReadsTheRepliesToWhatIsAskedOfQueues) {
  expect_read({
      {ReserveQueued{}, "*3\r\n:0\r\n:9\r\n:4\r\n", "granted 9 at 4"},
      {ReadQueue{}, "*1\r\n$1\r\n7\r\n", "0 orders"},
      {ReadQueue{}, "*0\r\n", "protocol error, unknown "},
      {ReadQueue{}, "*7\r\n$1\r\n7\r\n$1\r\n4\r\n$2\r\n41\r\n$1\r\n3\r\n$1\r\n2\r\n:250\r\n:1\r\n",
       "1 orders; 4: order 41 of 3: 2 of item 7, 250 us, again"},
      {ReadQueue{}, "*2\r\n$1\r\n7\r\n$1\r\n4\r\n", "protocol error, unknown "},
      {ReadQueue{}, "*7\r\n$1\r\n7\r\n$1\r\n4\r\n$2\r\n41\r\n$-1\r\n$1\r\n2\r\n:250\r\n:1\r\n",
       "protocol error, unknown "},
      {FinishQueued{}, ":1\r\n", "done"},
      {FinishQueued{}, "+OK\r\n", "protocol error, unknown "},
      {QueueLength{}, ":12\r\n", "12 wait"},
      {QueueLength{}, "$-1\r\n", "protocol error, definite "},
  });
}

TEST(Command, ReadsTheRepliesToWhatIsAskedOfSingleOrders) {
  expect_read({
      {SetHold{}, "+OK\r\n", "set"},
      {SetHold{}, "$-1\r\n", "there already"},
      {SetHold{}, ":1\r\n", "protocol error, unknown "},
      {EndHold{}, ":1\r\n", "ended"},
      {EndHold{}, ":0\r\n", "gone already"},
      {GetAging{}, "$-1\r\n", "nothing"},
      {GetAging{}, "*2\r\n$1\r\n9\r\n:250\r\n", "9 for 250 ms"},
      {GetAging{}, "*1\r\n$1\r\n9\r\n", "protocol error, definite "},
      {ClaimOrder{}, "$-1\r\n", "claimed"},
      {ClaimOrder{}, "$9\r\nunder way\r\n", "under way"},
      {ClaimOrder{}, "$1\r\n1\r\n", "sold_out"},
      {ClaimOrder{}, "$2\r\n99\r\n", "protocol error, unknown "},
      {KeepAnswer{}, "+OK\r\n", "done"},
      {DropClaim{}, ":0\r\n", "done"},
      {CountUnits{}, ":1\r\n", "allowed"},
      {CountUnits{}, ":0\r\n", "too many"},
      {UncountUnits{}, ":0\r\n", "done"},
  });
}

TEST(Scripts, AreEmbeddedWhole) {
  for (std::size_t i = 0; i < kScripts; ++i) {
    const auto script = static_cast<Script>(i);
    EXPECT_NE(text_of(script).find("redis.call("), std::string_view::npos);
    EXPECT_TRUE(text_of(script).starts_with("-- "));
    EXPECT_TRUE(text_of(script).ends_with("\n"));
  }
}

}  // namespace
}  // namespace doorbuster
