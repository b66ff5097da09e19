// Names of things as types, so that an item is never passed for a buyer. All are plain numbers
// inside.
#pragma once

#include <cstdint>
#include <type_traits>

namespace doorbuster {

// A product of the shop, 1..n; warm-up stock has ids of its own.
enum class ItemId : std::int32_t {};
// The i-th arrival of the run, whatever the number of shards.
enum class BuyerId : std::int64_t {};
// Idempotency key: one for each purchase intent, unique in a run.
enum class OrderKey : std::int64_t {};

using Quantity = std::int64_t;  // units of stock; a stock may be negative, an order's is positive
using Version = std::int64_t;   // of a stock row: how many times it changed since it was stocked

template <class Id>
constexpr std::underlying_type_t<Id> number(Id id) {
  return static_cast<std::underlying_type_t<Id>>(id);
}

}  // namespace doorbuster
