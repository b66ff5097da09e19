// The statements of an interactive transaction, as data: they run one after the other on ONE
// connection, which Begin takes from the pool and Commit or Rollback gives back. Rules, as on the
// server:
//   - a definite error of a statement aborts the transaction: all that follows but Rollback is
//     refused with SQLSTATE 25P02, and a Commit then rolls back and says so (25P02 too);
//   - a statement without a reply costs the transaction its connection. Nothing was committed, for
//     no Commit was sent: its error is definite, and the transaction is over;
//   - a Commit without a reply is indefinite;
//   - a transaction that is over, or never was, is refused with 25P01;
//   - a pipeline, which others share, knows no transactions: 0A000.
// Who forgets one, or dies, keeps its row locks until the server's
// idle_in_transaction_session_timeout, which the pool sets to its statement timeout; the pool then
// opens the connection anew.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/order.h"
#include "base/result.h"
#include "base/time.h"
#include "store/cache_operations.h"
#include "store/stock.h"

namespace doorbuster {

enum class TransactionId : std::int64_t {};

// BEGIN, and in the same round trip how long each of its statements waits for a lock of somebody
// else's until it is SQLSTATE 55P03 (SET LOCAL lock_timeout); zero: for as long as it takes.
struct Begin {
  static constexpr std::string_view kName = "begin";
  static constexpr Access kAccess = Access::read;  // whatever became of it, nothing was changed
  using Reply = TransactionId;
  Duration lock_timeout{};
};

// SELECT quantity, version FOR UPDATE: the newest committed row, locked until the end of the
// transaction; nothing for an item that does not exist. A row that another transaction holds is
// awaited, or with NOWAIT is 55P03 at once. Of two transactions that wait for each other one is
// told 40P01.
struct LockStock {
  static constexpr std::string_view kName = "lock_stock";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Stock>;
  TransactionId transaction{};
  ItemId item{};
  bool nowait = false;
};

// UPDATE quantity = quantity - q with no guard, inside a transaction. The stock afterwards, which
// others see after the Commit alone; nothing for an item that does not exist.
struct TakeIn {
  static constexpr std::string_view kName = "take_in";
  static constexpr Access kAccess = Access::read;  // undone unless a Commit follows
  using Reply = std::optional<Stock>;
  TransactionId transaction{};
  ItemId item{};
  Quantity quantity = 1;
};

// The order row, with the version that its TakeIn made. A key used before is Cause::duplicate_key.
struct InsertOrderIn {
  static constexpr std::string_view kName = "insert_order_in";
  static constexpr Access kAccess = Access::read;  // undone unless a Commit follows
  using Reply = Done;
  TransactionId transaction{};
  Order order;
  Version version = 0;
};

struct Commit {
  static constexpr std::string_view kName = "commit";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  TransactionId transaction{};
};

struct Rollback {
  static constexpr std::string_view kName = "rollback";
  static constexpr Access kAccess = Access::read;
  using Reply = Done;
  TransactionId transaction{};
};

// The transaction that an operation belongs to; nothing for a Begin and for all others.
template <class Operation>
std::optional<TransactionId> transaction_of(const Operation& operation) {
  return std::visit(
      [](const auto& op) -> std::optional<TransactionId> {
        if constexpr (requires { op.transaction; }) return op.transaction;
        return std::nullopt;
      },
      operation);
}

// Whether it is one of those above.
template <class Operation>
bool is_interactive(const Operation& operation) {
  return std::holds_alternative<Begin>(operation) || transaction_of(operation).has_value();
}

// What a pool refuses by itself: nothing was sent.
inline Error no_such_transaction() {
  return {Store::postgres, Cause::refused_by_server, true, "25P01",
          "there is no such transaction: it is over, or never began"};
}
inline Error no_transactions_here() {
  return {Store::postgres, Cause::refused_by_server, true, "0A000",
          "a transaction needs a connection for itself, and a pipeline shares its own"};
}

}  // namespace doorbuster
