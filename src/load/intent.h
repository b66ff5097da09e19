// What a buyer means to do: a pure function of the seed and the buyer's number, drawn before the
// first step, so that the same seed gives the same intents whatever the shards and however the shop
// answers.
#pragma once

#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "scenario/scenario.h"

namespace doorbuster {

// Which product a buyer wants. Immutable; any thread.
class ProductChoice {
 public:
  ProductChoice(const Shop& shop, const Choice& choice);  // REQUIRES: something is on sale

  ItemId to_buy(Random& random) const;   // of the products on sale
  ItemId to_view(Random& random) const;  // of all, for those who only look

 private:
  struct Ranked {
    std::vector<ItemId> items;
    std::vector<double> cumulative;  // zipf: up to and with rank i
  };
  Ranked rank(std::vector<ItemId> items) const;
  ItemId pick(const Ranked& ranked, Random& random) const;

  Choice choice_;
  Ranked on_sale_;
  Ranked all_;
};

struct Intent {
  ItemId item{};
  bool buys = true;
  std::int32_t views = 0;  // pages looked at, before buying or instead of it
  Quantity quantity = 1;
};

// The stream that a buyer draws everything from: the intent first, then the think times.
Random buyer_stream(std::uint64_t seed, BuyerId buyer);

Intent draw_intent(const Buyers& buyers, const ProductChoice& products, Random& random);

}  // namespace doorbuster
