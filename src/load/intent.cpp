#include "load/intent.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "base/order.h"
#include "load/draw.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kBuyerStream = 2;
constexpr std::uint64_t kKindStream = 11;
constexpr std::uint64_t kReactionStream = 12;

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

std::size_t kind_of(const Buyers& buyers, std::uint64_t seed, BuyerId buyer) {
  if (buyers.kinds.empty()) return 0;
  Random random(stream_seed(seed, kKindStream, static_cast<std::uint64_t>(number(buyer))));
  double drawn = random.uniform();
  std::size_t kind = 0;
  for (; kind < buyers.kinds.size(); ++kind) {
    drawn -= buyers.kinds[kind].share;
    if (drawn < 0) return kind;
  }
  // Shares that add up to one in the file may miss it in the last bit.
  return kinds_of(buyers) > buyers.kinds.size() ? kind : kind - 1;
}

const Habits& habits_of(const Buyers& buyers, std::size_t kind) {
  return kind < buyers.kinds.size() ? static_cast<const Habits&>(buyers.kinds[kind]) : buyers;
}

std::size_t kinds_of(const Buyers& buyers) {
  if (buyers.kinds.empty()) return 0;
  return buyers.kinds.size() + (buyers.share_of_no_kind() > 0 ? 1 : 0);
}

namespace {

// A product on sale that is not in the cart yet: drawn, or, where the draw brings the same ones
// again and again, the next by rank. REQUIRES: there is one
ItemId another(const ProductChoice& products, const std::vector<CartLine>& cart, Random& random) {
  const auto is_in = [&](ItemId item) {
    return std::ranges::find(cart, item, &CartLine::item) != cart.end();
  };
  constexpr int kMostDraws = 20;
  for (int i = 0; i < kMostDraws; ++i) {
    const ItemId drawn = products.to_buy(random);
    if (!is_in(drawn)) return drawn;
  }
  return *std::ranges::find_if_not(products.all_on_sale(), is_in);
}

std::int32_t draw_quantity(const Habits& habits, Random& random) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::min(draw_whole(habits.quantity, random, 1), kMost));
}

void fill_cart(const Habits& habits, const ProductChoice& products, Random& random,
               Intent& intent) {
  const std::int64_t most =
      std::min<std::int64_t>(kMostLinesOfACart, std::ssize(products.all_on_sale()));
  const std::int64_t lines = std::min(draw_whole(habits.cart, random, 1), most);
  if (lines == 1) return;
  std::vector<CartLine> cart = {{intent.item, static_cast<std::int32_t>(intent.quantity)}};
  while (std::ssize(cart) < lines) {
    const ItemId item = another(products, cart, random);
    cart.push_back({item, draw_quantity(habits, random)});
  }
  std::ranges::sort(cart, {}, &CartLine::item);
  intent.item = cart.front().item;
  intent.quantity = cart.front().quantity;
  intent.more.assign(cart.begin() + 1, cart.end());
}

}  // namespace

Intent draw_intent(const Habits& habits, const ProductChoice& products, Random& random) {
  Intent intent;
  intent.buys = !random.chance(habits.never_buys);
  intent.item = intent.buys ? products.to_buy(random) : products.to_view(random);
  constexpr std::int64_t kMostViews = 1'000'000;
  intent.views = static_cast<std::int32_t>(
      std::min(draw_whole(habits.views, random, intent.buys ? 0 : 1), kMostViews));
  intent.quantity = draw_quantity(habits, random);
  if (intent.buys) fill_cart(habits, products, random, intent);
  return intent;
}

Duration begins_at(const Load& load, const Buyers& buyers, std::uint64_t seed, BuyerId buyer,
                   Duration when) {
  const Habits& habits = habits_of(buyers, kind_of(buyers, seed, buyer));
  if (!habits.reaction) return when;
  Duration begin{};
  for (const Stage& stage : load.stages) {
    const Duration opening = begin + stage.at;
    const bool in_quiet_time = stage.profile == Profile::flash && when >= begin && when < opening;
    if (in_quiet_time) {
      Random random(stream_seed(seed, kReactionStream, static_cast<std::uint64_t>(number(buyer))));
      return opening + draw_time(*habits.reaction, random);
    }
    begin += stage.duration;
  }
  return when;
}

double mean_intents(const Buyers& buyers) {
  const auto of = [](const Habits& habits) {
    return (1 - habits.never_buys) * std::max(mean_of(habits.cart), 1.0);
  };
  double sum = buyers.share_of_no_kind() * of(buyers);
  for (const BuyerKind& kind : buyers.kinds) sum += kind.share * of(kind);
  return sum;
}

}  // namespace doorbuster
