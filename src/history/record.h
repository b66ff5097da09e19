// What one purchase was, as its buyer saw it: one record an intent, whatever its attempts. Times
// are since the doors opened; finished is kNever where no answer came.
#pragma once

#include <cstdint>
#include <vector>

#include "base/order.h"
#include "base/outcome.h"
#include "base/time.h"

namespace doorbuster {

struct Record {
  OrderKey key{};
  BuyerId buyer{};
  ItemId item{};
  std::int32_t quantity = 1;
  Outcome outcome = Outcome::unknown;
  bool sent = false;  // something may have reached a store: a row for it is no ghost
  Instant scheduled{};
  Instant started{};
  Instant finished = kNever;
};
static_assert(sizeof(Record) <= 56);

// The purchases of one trial, in no particular order.
using History = std::vector<Record>;

}  // namespace doorbuster
