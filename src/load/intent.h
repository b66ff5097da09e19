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

  const std::vector<ItemId>& all_on_sale() const { return on_sale_.items; }  // by rank

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

// What one purchase is to bring.
struct CartLine {
  ItemId item{};
  std::int32_t quantity = 1;
};

struct Intent {
  ItemId item{};
  bool buys = true;
  std::int32_t views = 0;  // pages looked at, before buying or instead of it
  Quantity quantity = 1;
  // The rest of the cart: other products, each a purchase of its own, in the order of their ids.
  // That one order for all keeps two buyers from waiting for each other's rows.
  std::vector<CartLine> more;
};

// Whose habits a buyer has: an index of buyers.kinds, or their number for one who is of no kind.
std::size_t kind_of(const Buyers& buyers, std::uint64_t seed, BuyerId buyer);
const Habits& habits_of(const Buyers& buyers, std::size_t kind);

// How many kinds there are to be told apart, those of no kind included; none where the scenario
// names none.
std::size_t kinds_of(const Buyers& buyers);

// The stream that a buyer draws everything from: the intent first, then the think times.
Random buyer_stream(std::uint64_t seed, BuyerId buyer);

Intent draw_intent(const Habits& habits, const ProductChoice& products, Random& random);

// When the buyer who comes at `when` begins: then; or, where it comes in the quiet time of a flash
// and waits for the sale to open, its reaction after T0. Since the doors opened.
Duration begins_at(const Load& load, const Buyers& buyers, std::uint64_t seed, BuyerId buyer,
                   Duration when);

// Purchase intents that a session brings, on average.
double mean_intents(const Buyers& buyers);

}  // namespace doorbuster
