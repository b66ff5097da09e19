// What a database can be asked, as data: one struct a statement, each a transaction of its own but
// for those of transaction_operations.h. The SQL stands in postgres/ alone, the model of each in
// sim/. Every change of a stock row adds one to its version; READ COMMITTED throughout, so a guard
// is evaluated again on the newest row after a lock wait.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/order.h"
#include "store/cache_operations.h"
#include "store/hold_operations.h"
#include "store/stock.h"
#include "store/transaction_operations.h"

namespace doorbuster {

// SELECT quantity, version: nothing for an item that does not exist.
struct ReadStock {
  static constexpr std::string_view kName = "read_stock";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Stock>;
  ItemId item{};
};

// The guarded purchase in one statement: UPDATE ... WHERE quantity >= q, and the order row of it,
// which carries the version it made. The stock afterwards, or nothing when too little is left. An
// order key that was used before is Cause::duplicate_key and changes nothing.
struct TakeIfAvailable {
  static constexpr std::string_view kName = "take_if_available";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
};

// UPDATE quantity = quantity - q WHERE quantity >= q; no order row. The stock afterwards, or
// nothing when too little is left.
struct DecrementGuarded {
  static constexpr std::string_view kName = "decrement_guarded";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  ItemId item{};
  Quantity quantity = 1;
};

// UPDATE quantity = quantity - q with no guard: the stock may become negative, unless the shop was
// stocked with the check constraint (then SQLSTATE 23514, definite). The stock afterwards.
struct DecrementUnguarded {
  static constexpr std::string_view kName = "decrement_unguarded";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  ItemId item{};
  Quantity quantity = 1;
};

// UPDATE quantity = a value that the client computed: overwrites what others did since it read. The
// stock as written.
struct WriteStock {
  static constexpr std::string_view kName = "write_stock";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  ItemId item{};
  Quantity quantity = 0;
};

// The order row alone, without a version. A key used before is Cause::duplicate_key.
struct InsertOrder {
  static constexpr std::string_view kName = "insert_order";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  Order order;
};

// SELECT of the order under a key: what it ordered, or nothing. Who is told "duplicate", or who
// never heard the answer, asks this before believing anything.
struct FindOrder {
  static constexpr std::string_view kName = "find_order";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Order>;
  OrderKey key{};
};

// The guarded purchase, if the row still has the version that was read (compare and set). Nothing
// when it moved on or too little is left.
struct TakeAtVersion {
  static constexpr std::string_view kName = "take_at_version";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
  Version version = 0;
};

// The guarded purchase, if no higher fence has bought of this item before; the fence is kept with
// the row. Nothing when fenced off or too little is left.
struct TakeFenced {
  static constexpr std::string_view kName = "take_fenced";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
  std::int64_t fence = 0;
};

// The guarded purchase under the item's advisory lock, which nobody takes for stock that he sees is
// too little. One that `waits` waits for the lock (pg_advisory_xact_lock): nothing when too little
// is left. One that does not tries it (pg_try_advisory_xact_lock): nothing when somebody holds it
// or too little is left, which looks the same.
struct TakeUnderLock {
  static constexpr std::string_view kName = "take_under_lock";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
  bool waits = false;
};

// Of a shop laid out in buckets: the guarded purchase from one of them, 0..buckets-1. The bucket's
// stock afterwards, or nothing. The order row carries no version: no row orders an item's sales.
struct TakeFromBucket {
  static constexpr std::string_view kName = "take_from_bucket";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
  std::int32_t bucket = 0;
};

// Of a shop laid out in buckets: the sum over an item's buckets, at version 0; nothing for an item
// that does not exist.
struct ReadBuckets {
  static constexpr std::string_view kName = "read_buckets";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Stock>;
  ItemId item{};
};

// Of a shop laid out as one row a unit: sells exactly the order's quantity of free units, or none
// (0 rows). skip_locked passes over units that another transaction holds, so that 0 rows may mean
// "busy"; without it the statement waits. 1 row: the order, which carries no version.
struct TakeUnits {
  static constexpr std::string_view kName = "take_units";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  Order order;
  bool skip_locked = true;
};

// Of a shop laid out as one row a unit: how many are free, at version 0; nothing for an item that
// has no units at all.
struct ReadUnits {
  static constexpr std::string_view kName = "read_units";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Stock>;
  ItemId item{};
};

// The guarded purchase that also leaves the news of the stock it made in the outbox, all in the
// same statement.
struct TakeWithOutbox {
  static constexpr std::string_view kName = "take_with_outbox";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
};

// The outbox's news of one item: of the item whose news waits longest, the newest stock, and how
// long the oldest has waited on the database's clock. Nothing when all is relayed.
struct ReadOutbox {
  static constexpr std::string_view kName = "read_outbox";
  static constexpr Access kAccess = Access::read;
  struct News {
    ItemId item{};
    Stock stock;
    Duration waited{};
  };
  using Reply = std::optional<News>;
};

// The item's news up to a version is relayed.
struct MarkRelayed {
  static constexpr std::string_view kName = "mark_relayed";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  ItemId item{};
  Version version = 0;
};

// Several guarded purchases of one item in one statement: the sum is taken, and all orders are
// written, each with a version of its own in their order; or nothing of it, when there is too
// little for all. A key that was used before is Cause::duplicate_key and changes nothing either.
// The stock after the last of them.
struct TakeBatch {
  static constexpr std::string_view kName = "take_batch";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  struct Line {
    OrderKey key{};
    BuyerId buyer{};
    Quantity quantity = 0;
  };
  ItemId item{};
  std::int32_t size = 0;  // at least 1 where it is sent
  std::array<Line, kMostOfABatch> lines{};

  Quantity units() const {
    Quantity sum = 0;
    for (const Line& line : lines) sum += line.quantity;
    return sum;
  }
  void add(const Order& order) {
    lines[static_cast<std::size_t>(size++)] = {order.key, order.buyer, order.quantity};
  }
};

using DatabaseOperation =
    std::variant<ReadStock, TakeIfAvailable, DecrementGuarded, DecrementUnguarded, WriteStock,
                 InsertOrder, FindOrder, TakeAtVersion, TakeFenced, TakeUnderLock, TakeFromBucket,
                 ReadBuckets, TakeUnits, ReadUnits, TakeWithOutbox, ReadOutbox, MarkRelayed,
                 TakeHold, ConfirmHold, ReleaseHold, SweepHolds, FindHold, CountHolds, ReturnUnits,
                 TakeBatch, Begin, LockStock, TakeIn, InsertOrderIn, Commit, Rollback>;
using DatabaseReply =
    std::variant<std::optional<Stock>, RowCount, Done, std::optional<Order>, ReadOutbox::Reply,
                 SweepHolds::Reply, FindHold::Reply, TransactionId>;
static_assert(std::is_trivially_destructible_v<DatabaseOperation>);
static_assert(sizeof(DatabaseOperation) <= 216, "each asker copies it several times");

inline std::string_view name_of(const DatabaseOperation& operation) {
  return std::visit([](const auto& op) { return op.kName; }, operation);
}
inline Access access_of(const DatabaseOperation& operation) {
  return std::visit([](const auto& op) { return op.kAccess; }, operation);
}

}  // namespace doorbuster
