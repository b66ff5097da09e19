#include "base/order.h"

#include <gtest/gtest.h>

#include <set>

namespace doorbuster {
namespace {

TEST(OrderKeys, OneLineAndOneKeyIsTheBuyersNumber) {
  EXPECT_EQ(order_key(BuyerId{0}), OrderKey{0});
  EXPECT_EQ(order_key(BuyerId{41}), OrderKey{41});
}

TEST(OrderKeys, EveryBuyerLineAndAttemptHasAKeyOfItsOwn) {
  std::set<OrderKey> keys;
  const std::int64_t last_buyer = (std::int64_t{1} << kBuyerBits) - 1;
  for (const std::int64_t buyer : {std::int64_t{0}, std::int64_t{1}, last_buyer}) {
    for (const int line : {0, 1, kMostLinesOfACart - 1}) {
      for (const int attempt : {0, 1, kMostKeysOfAnIntent - 1}) {
        const OrderKey key = order_key(BuyerId{buyer}, line, attempt);
        EXPECT_TRUE(keys.insert(key).second);
        EXPECT_EQ(first_key(key), order_key(BuyerId{buyer}, line));
        EXPECT_EQ(attempt_of(key), attempt);
        EXPECT_GE(number(key), 0);
        EXPECT_LT(number(key), std::int64_t{1} << 53) << "a double holds it";
      }
    }
  }
}

}  // namespace
}  // namespace doorbuster
