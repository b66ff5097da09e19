// What a database can be asked, as data: one struct a statement, each a transaction of its own. The
// SQL stands in postgres/ alone, the model of each in sim/. Every change of a stock row adds one to
// its version; READ COMMITTED throughout, so a guard is evaluated again on the newest row after a
// lock wait.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/order.h"
#include "store/cache_operations.h"
#include "store/stock.h"

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

// How many rows an UPDATE changed.
struct RowCount {
  std::int64_t rows = 0;
};

// UPDATE quantity = quantity - q WHERE quantity >= q; no order row.
struct DecrementGuarded {
  static constexpr std::string_view kName = "decrement_guarded";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  ItemId item{};
  Quantity quantity = 1;
};

// UPDATE quantity = quantity - q with no guard: the stock may become negative, unless the shop was
// stocked with the check constraint (then SQLSTATE 23514, definite).
struct DecrementUnguarded {
  static constexpr std::string_view kName = "decrement_unguarded";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  ItemId item{};
  Quantity quantity = 1;
};

// UPDATE quantity = a value that the client computed: overwrites what others did since it read.
struct WriteStock {
  static constexpr std::string_view kName = "write_stock";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
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

using DatabaseOperation = std::variant<ReadStock, TakeIfAvailable, DecrementGuarded,
                                       DecrementUnguarded, WriteStock, InsertOrder>;
using DatabaseReply = std::variant<std::optional<Stock>, RowCount, Done>;
static_assert(std::is_trivially_destructible_v<DatabaseOperation>);

inline std::string_view name_of(const DatabaseOperation& operation) {
  return std::visit([](const auto& op) { return op.kName; }, operation);
}
inline Access access_of(const DatabaseOperation& operation) {
  return std::visit([](const auto& op) { return op.kAccess; }, operation);
}

}  // namespace doorbuster
