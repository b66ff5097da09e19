#include "load/intent.h"

#include <gtest/gtest.h>

#include <map>

namespace doorbuster {
namespace {

Shop shop_of(int products, int on_sale) {
  Shop shop;
  for (int i = 1; i <= products; ++i) {
    shop.products.push_back({ItemId{i}, "product", 10, i <= on_sale});
  }
  return shop;
}

Buyers buyers(double views, double never_buys) {
  Buyers buyers;
  buyers.views = {.kind = Distribution::Kind::geometric, .mean = views};
  buyers.quantity = {.kind = Distribution::Kind::fixed, .mean = 1};
  buyers.never_buys = never_buys;
  return buyers;
}

TEST(Intent, IsAFunctionOfSeedAndBuyer) {
  const ProductChoice products(shop_of(100, 100), {Choice::Kind::zipf, 0.99});
  for (std::int64_t buyer = 0; buyer < 100; ++buyer) {
    Random one = buyer_stream(5, BuyerId{buyer});
    Random two = buyer_stream(5, BuyerId{buyer});
    const Intent first = draw_intent(buyers(9, 0.2), products, one);
    const Intent again = draw_intent(buyers(9, 0.2), products, two);
    EXPECT_EQ(first.item, again.item);
    EXPECT_EQ(first.views, again.views);
    EXPECT_EQ(first.buys, again.buys);
  }
}

TEST(Intent, ViewsPerPurchaseFollowTheMean) {
  const ProductChoice products(shop_of(1, 1), {Choice::Kind::one, 0});
  double views = 0;
  constexpr int kBuyers = 100'000;
  for (int i = 0; i < kBuyers; ++i) {
    Random random = buyer_stream(1, BuyerId{i});
    views += draw_intent(buyers(9, 0), products, random).views;
  }
  EXPECT_NEAR(views / kBuyers, 9, 0.2);
}

// The mean that the scenario's parser derives from read_share = 0.9 and never_buys = 0.5.
TEST(Intent, AReadShareIsMetAlsoWhereMostOnlyLook) {
  const ProductChoice products(shop_of(1, 1), {Choice::Kind::one, 0});
  double views = 0;
  double purchases = 0;
  for (int i = 0; i < 200'000; ++i) {
    Random random = buyer_stream(2, BuyerId{i});
    const Intent intent = draw_intent(buyers(4.407536453, 0.5), products, random);
    views += intent.views;
    purchases += intent.buys;
  }
  EXPECT_NEAR(views / (views + purchases), 0.9, 0.002);
}

TEST(Intent, WhatIsNotOnSaleIsLookedAtAndNeverBought) {
  const ProductChoice products(shop_of(10, 3), {Choice::Kind::uniform, 0});
  bool looked_beyond = false;
  for (int i = 0; i < 10'000; ++i) {
    Random random = buyer_stream(1, BuyerId{i});
    const Intent intent = draw_intent(buyers(1, 0.5), products, random);
    if (intent.buys) {
      EXPECT_LE(number(intent.item), 3);
    } else {
      looked_beyond |= number(intent.item) > 3;
      EXPECT_GE(intent.views, 1) << "who only looks looks at something";
    }
  }
  EXPECT_TRUE(looked_beyond);
}

TEST(Intent, ZipfRanksHaveTheirWeights) {
  const ProductChoice products(shop_of(100, 100), {Choice::Kind::zipf, 1.0});
  std::map<std::int32_t, int> seen;
  Random random(1);
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) ++seen[number(products.to_buy(random))];
  EXPECT_NEAR(static_cast<double>(seen[1]) / seen[2], 2, 0.1);
  EXPECT_NEAR(static_cast<double>(seen[1]) / seen[10], 10, 1.0);
}

}  // namespace
}  // namespace doorbuster
