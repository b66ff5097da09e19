// What one purchase was, as its buyer saw it: one record an intent, whatever its attempts. Times
// are since the doors opened: the schedule and the start of the first attempt, and the last answer;
// finished is kNever where the outcome is not known.
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
  std::uint16_t attempts = 1;
  // How many keys the attempts had, the first of them `key`; more than one is the buyer's mistake.
  std::uint16_t keys = 1;
  std::uint8_t kind = 0;  // of the scenario's kinds of buyers, from 0
  Instant scheduled{};
  Instant started{};
  Instant finished = kNever;
};
static_assert(sizeof(Record) <= 56);

// The purchases of one trial, in no particular order.
using History = std::vector<Record>;

}  // namespace doorbuster
