// What a database can be asked about holds: units taken from the stock for one order, until a
// deadline on the database's clock. A hold is one row under its order's key, and its state is the
// only arbiter of what becomes of its units: of a payment, a release and a sweep that meet on it
// exactly one finds it held.
#pragma once

#include <optional>
#include <string_view>

#include "base/order.h"
#include "base/time.h"
#include "store/cache_operations.h"
#include "store/stock.h"

namespace doorbuster {

enum class HoldState : unsigned char { held, paid, expired, released };

// The guarded purchase, but into a hold instead of an order, all in one statement. The stock
// afterwards, or nothing when too little is left. An order key that holds or held something before
// is Cause::duplicate_key and changes nothing.
struct TakeHold {
  static constexpr std::string_view kName = "take_hold";
  static constexpr Access kAccess = Access::write;
  using Reply = std::optional<Stock>;
  Order order;
  Duration lasts{};
};

// A hold that stands and is not overdue is paid, and its order written, with the version that the
// hold made, in the same statement: 1 row. Else 0 rows.
struct ConfirmHold {
  static constexpr std::string_view kName = "confirm_hold";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  OrderKey key{};
};

// A hold is released and its units are back in stock, in the same statement: 1 row. Only if it
// stands, or else 0 rows. Not asking for that is the well-known mistake: what was swept, or paid,
// is given back all the same.
struct ReleaseHold {
  static constexpr std::string_view kName = "release_hold";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  OrderKey key{};
  bool only_if_held = true;
};

// Holds that are overdue, the longest first, at most so many, expire, and their units are back in
// stock, in the same statement. Passes over holds that another transaction is at.
struct SweepHolds {
  static constexpr std::string_view kName = "sweep_holds";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    std::int64_t holds = 0;
    Quantity units = 0;
    Duration longest{};  // from a hold to its return, of these the longest
  };
  std::int64_t most = 500;
};

// What became of the hold under a key; nothing where there never was one.
struct FindHold {
  static constexpr std::string_view kName = "find_hold";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<HoldState>;
  OrderKey key{};
};

// How many holds stand, overdue or not.
struct CountHolds {
  static constexpr std::string_view kName = "count_holds";
  static constexpr Access kAccess = Access::read;
  using Reply = RowCount;
};

// UPDATE quantity = quantity + q, whoever asks for it and however often.
struct ReturnUnits {
  static constexpr std::string_view kName = "return_units";
  static constexpr Access kAccess = Access::write;
  using Reply = RowCount;
  ItemId item{};
  Quantity quantity = 1;
};

}  // namespace doorbuster
