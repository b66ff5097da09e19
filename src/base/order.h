// An order as a buyer places it: one attempt at one purchase intent, with the idempotency key that
// names it in every store, in the history and in the audit.
//
// A key says whose it is: an intent's first key has the buyer and the line of the cart in it, and
// an attempt under a key of its own (the well-known mistake) has the attempt too, so that the audit
// finds all orders of one intent. A buyer of one line has his own number as the key. Keys stay
// below 2^53: Lua, JSON and spreadsheets hold them exactly.
#pragma once

#include <cstdint>

#include "base/check.h"
#include "base/ids.h"

namespace doorbuster {

struct Order {
  OrderKey key{};
  BuyerId buyer{};
  ItemId item{};
  Quantity quantity = 1;
  // How often it was sent before under this key. Not part of what is ordered: who sends it again
  // counts, so that the shop looks the key up before it says no, and a first one pays nothing for
  // it.
  std::int32_t repeats = 0;
};

inline constexpr int kBuyerBits = 36;  // arrivals of a run
inline constexpr int kLineBits = 7;
inline constexpr int kAttemptBits = 10;
inline constexpr int kMostLinesOfACart = 1 << kLineBits;       // of a cart
inline constexpr int kMostKeysOfAnIntent = 1 << kAttemptBits;  // at one purchase

// `line` of the cart and `attempt` count from 0; all attempts under one key are attempt 0.
inline OrderKey order_key(BuyerId buyer, int line = 0, int attempt = 0) {
  CHECK(number(buyer) >= 0 && number(buyer) >> kBuyerBits == 0 && line >= 0 &&
            line < kMostLinesOfACart && attempt >= 0 && attempt < kMostKeysOfAnIntent,
        "buyer {}, line {}, attempt {} have no key", number(buyer), line, attempt);
  const std::int64_t intent = number(buyer) | std::int64_t{line} << kBuyerBits;
  return OrderKey{intent | std::int64_t{attempt} << (kBuyerBits + kLineBits)};
}

// The first key of the intent that a key belongs to.
inline OrderKey first_key(OrderKey key) {
  return OrderKey{number(key) & ((std::int64_t{1} << (kBuyerBits + kLineBits)) - 1)};
}

// Which attempt a key is of, from 0.
inline int attempt_of(OrderKey key) {
  return static_cast<int>(number(key) >> (kBuyerBits + kLineBits));
}

}  // namespace doorbuster
