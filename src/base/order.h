// An order as a buyer places it: one purchase intent, with the idempotency key that names it in
// every store, in the history and in the audit.
#pragma once

#include "base/ids.h"

namespace doorbuster {

struct Order {
  OrderKey key{};
  BuyerId buyer{};
  ItemId item{};
  Quantity quantity = 1;
};

}  // namespace doorbuster
