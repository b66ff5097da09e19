// What a cache can be asked, as data. Each operation is a small struct with its reply type, its
// name in reports, and whether it writes; all touch the one key they carry. The text that Redis is
// sent stands in redis/ alone, the model of each in sim/. To add one: a struct here, a case in
// each, a contract test.
//
// All are trivially destructible on purpose: g++ 12 destroys other temporaries of a co_await
// expression twice.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "store/stock.h"

namespace doorbuster {

enum class Access : unsigned char { read, write };

// Keys come in families, so that a plain value, a lease and a versioned value never share a key.
enum class KeyFamily : unsigned char { inventory, leased, versioned };
struct Key {
  KeyFamily family = KeyFamily::inventory;
  ItemId item{};
  friend bool operator==(const Key&, const Key&) = default;
};

using Ttl = Duration;  // sent in whole milliseconds, at least one

// GET: the value, or nothing.
struct Get {
  static constexpr std::string_view kName = "get";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Quantity>;
  Key key;
};

// SETEX: the value, gone after ttl; whatever stood there is replaced.
struct SetExpiring {
  static constexpr std::string_view kName = "set_expiring";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  Key key;
  Quantity value = 0;
  Ttl ttl{};
};

// DEL. Of any family: a lease that is being filled is cancelled with it.
struct Delete {
  static constexpr std::string_view kName = "delete";
  static constexpr Access kAccess = Access::write;
  using Reply = Done;
  Key key;
};

// DECRBY: the value after. A missing key counts from zero and then has no TTL; a TTL is kept.
struct Decrement {
  static constexpr std::string_view kName = "decrement";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    Quantity after = 0;
  };
  Key key;
  Quantity by = 1;
};

// A lease on filling a key (memcache leases, Nishtala et al., NSDI 2013): the value if there is
// one; else one caller is granted the fill until `lease` has passed or the key is deleted, the
// others wait.
struct LeaseGet {
  static constexpr std::string_view kName = "lease_get";
  static constexpr Access kAccess = Access::write;
  enum class State : unsigned char { hit, granted, wait };
  struct Reply {
    State state = State::wait;
    Quantity value = 0;  // of a hit
  };
  Key key;
  std::int64_t token = 0;  // of this caller's own making, unique in the run
  Duration lease{};
};

// Fills a key under a lease; refused (false) when the token is no longer the key's.
struct LeaseSet {
  static constexpr std::string_view kName = "lease_set";
  static constexpr Access kAccess = Access::write;
  struct Reply {
    bool filled = false;
  };
  Key key;
  std::int64_t token = 0;
  Quantity value = 0;
  Ttl ttl{};
};

// The value of a leased key, asking for no lease.
struct LeasePeek {
  static constexpr std::string_view kName = "lease_peek";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Quantity>;
  Key key;
};

// The value with the version of the row it was read from.
struct GetVersioned {
  static constexpr std::string_view kName = "get_versioned";
  static constexpr Access kAccess = Access::read;
  using Reply = std::optional<Stock>;
  Key key;
};

// Writes value and version unless the key holds the same or a newer version (then: not filled).
struct FillIfNewer {
  static constexpr std::string_view kName = "fill_if_newer";
  static constexpr Access kAccess = Access::write;
  using Reply = LeaseSet::Reply;
  Key key;
  Stock stock;
  Ttl ttl{};
};

using CacheOperation = std::variant<Get, SetExpiring, Delete, Decrement, LeaseGet, LeaseSet,
                                    LeasePeek, GetVersioned, FillIfNewer>;
using CacheReply = std::variant<std::optional<Quantity>, Done, Decrement::Reply, LeaseGet::Reply,
                                LeaseSet::Reply, std::optional<Stock>>;
static_assert(std::is_trivially_destructible_v<CacheOperation>);

inline std::string_view name_of(const CacheOperation& operation) {
  return std::visit([](const auto& op) { return op.kName; }, operation);
}
inline Access access_of(const CacheOperation& operation) {
  return std::visit([](const auto& op) { return op.kAccess; }, operation);
}

}  // namespace doorbuster
