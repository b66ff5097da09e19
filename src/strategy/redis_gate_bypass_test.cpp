// What becomes of a sale past a gate that does not answer, with and without the guard behind it.
#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

Options past_the_gate(bool guard) {
  return {{"fallback", std::string("database")}, {"guard", guard}};
}

// One of two units is sold past the gate, which then lets in two more.
void sell_three_of_two(TestShop* shop) {
  shop->client(1).failing_cache.refuse(1);
  for (int buyer = 1; buyer <= 3; ++buyer) {
    shop->buy(buyer);
    shop->run();
  }
}

TEST(RedisGate, FailsWhereItsGateDoesNotAnswer) {
  TestShop shop("redis-gate", 2);
  sell_three_of_two(&shop);
  EXPECT_EQ(shop.answer(1), "failed");
  EXPECT_EQ(shop.answer(3), "sold");
  EXPECT_EQ(shop.stock(), 0);
}

TEST(RedisGate, PastTheGateTheGuardRefusesTheOneTooManyLate) {
  TestShop shop("redis-gate", 2, {.changes = past_the_gate(true)});
  sell_three_of_two(&shop);
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(3), "sold_out");
  EXPECT_EQ(shop.client(3).database.operations(), 2) << "the gate let it pass";
  EXPECT_EQ(shop.stock(), 0);
}

TEST(RedisGate, PastTheGateAndWithoutTheGuardItOversells) {
  TestShop shop("redis-gate", 2, {.changes = past_the_gate(false)});
  sell_three_of_two(&shop);
  EXPECT_EQ(shop.answer(3), "sold");
  EXPECT_EQ(shop.orders(), 3);
  EXPECT_EQ(shop.stock(), -1);
}

TEST(RedisGate, WithoutTheGuardItIsRightAsLongAsItsGateIs) {
  TestShop shop("redis-gate", 2, {.changes = {{"guard", false}}});
  for (int buyer = 1; buyer <= 3; ++buyer) {
    shop.buy(buyer);
    shop.run();
  }
  EXPECT_EQ(shop.answer(3), "sold_out");
  EXPECT_EQ(shop.stock(), 0);
}

}  // namespace
}  // namespace doorbuster
