// What a gate says of itself at rest: units that it has left, that it counted as sold for good, and
// those that are reserved and neither. An authority of its own beside the database: what it was
// loaded with = left + reserved + settled, each counted from its own record.
#pragma once

#include <optional>
#include <vector>

#include "base/order.h"
#include "base/time.h"

namespace doorbuster {

// A reservation that is pending. Of the order only key, item and quantity are known.
struct Reservation {
  Order order;
  Duration age{};  // since it was granted, on the gate's clock

  friend bool operator==(const Reservation& a, const Reservation& b) {
    return a.order.key == b.order.key && a.order.item == b.order.item &&
           a.order.quantity == b.order.quantity && a.age == b.age;
  }
};

struct GateAccount {
  std::optional<Quantity> left;  // nothing: the counter is gone, or was never loaded
  Quantity settled = 0;
  std::vector<Reservation> pending;  // ascending by key
  // Of the counter's last change, 0 before the first. Nothing: never loaded, or nobody asked.
  std::optional<Version> sequence = std::nullopt;

  friend bool operator==(const GateAccount&, const GateAccount&) = default;
};

}  // namespace doorbuster
