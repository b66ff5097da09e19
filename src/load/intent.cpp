#include "load/intent.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "load/draw.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kBuyerStream = 2;

}  // namespace

ProductChoice::ProductChoice(const Shop& shop, const Choice& choice) : choice_(choice) {
  std::vector<ItemId> on_sale;
  std::vector<ItemId> all;
  for (const Product& product : shop.products) {
    all.push_back(product.id);
    if (product.on_sale) on_sale.push_back(product.id);
  }
  CHECK(!on_sale.empty(), "nothing is on sale");
  on_sale_ = rank(std::move(on_sale));
  all_ = rank(std::move(all));
}

ProductChoice::Ranked ProductChoice::rank(std::vector<ItemId> items) const {
  Ranked ranked{std::move(items), {}};
  if (choice_.kind != Choice::Kind::zipf) return ranked;
  double sum = 0;
  for (std::size_t i = 0; i < ranked.items.size(); ++i) {
    sum += std::pow(static_cast<double>(i + 1), -choice_.exponent);
    ranked.cumulative.push_back(sum);
  }
  return ranked;
}

ItemId ProductChoice::pick(const Ranked& ranked, Random& random) const {
  switch (choice_.kind) {
    case Choice::Kind::one:
      return ranked.items.front();
    case Choice::Kind::uniform:
      return ranked.items[random.below(ranked.items.size())];
    case Choice::Kind::zipf: {
      const double drawn = random.uniform() * ranked.cumulative.back();
      const auto found = std::ranges::upper_bound(ranked.cumulative, drawn);
      const auto index = std::min<std::ptrdiff_t>(
          found - ranked.cumulative.begin(), static_cast<std::ptrdiff_t>(ranked.items.size()) - 1);
      return ranked.items[static_cast<std::size_t>(index)];
    }
  }
  return ranked.items.front();
}

ItemId ProductChoice::to_buy(Random& random) const { return pick(on_sale_, random); }
ItemId ProductChoice::to_view(Random& random) const { return pick(all_, random); }

Random buyer_stream(std::uint64_t seed, BuyerId buyer) {
  return Random(stream_seed(seed, kBuyerStream, static_cast<std::uint64_t>(number(buyer))));
}

Intent draw_intent(const Buyers& buyers, const ProductChoice& products, Random& random) {
  Intent intent;
  intent.buys = !random.chance(buyers.never_buys);
  intent.item = intent.buys ? products.to_buy(random) : products.to_view(random);
  constexpr std::int64_t kMostViews = 1'000'000;
  intent.views = static_cast<std::int32_t>(
      std::min(draw_whole(buyers.views, random, intent.buys ? 0 : 1), kMostViews));
  intent.quantity = draw_whole(buyers.quantity, random, 1);
  return intent;
}

}  // namespace doorbuster
