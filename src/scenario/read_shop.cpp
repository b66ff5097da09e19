#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenario/sections.h"

namespace doorbuster {
namespace {

constexpr std::size_t kLongestProductName = 100;
constexpr std::string_view kImpossibleSale =
    "product {} is on sale with no stock, which is an impossible sale; give it stock, or take it "
    "off sale with on_sale";

bool is_fit_for_a_terminal(std::string_view name) {
  return !name.empty() && name.size() <= kLongestProductName &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Applies one [[shop.product]]. `changed` remembers which element changed which product.
void change_product(Reader& in, const std::string& prefix, Shop& shop,
                    std::map<std::int64_t, std::string>& changed) {
  const std::int64_t id = in.whole(prefix + ".id");
  if (!in.sound(prefix + ".id")) return in.ignore_under(prefix + ".");
  const auto count = static_cast<std::int64_t>(shop.products.size());
  if (id > count) {
    in.refuse(prefix + ".id", fmt::format("there are {} products (shop.products)", count));
    return in.ignore_under(prefix + ".");
  }
  if (!changed.emplace(id, prefix).second) {
    in.refuse(prefix + ".id", fmt::format("product {} was changed before", id));
    return in.ignore_under(prefix + ".");
  }
  Product& product = shop.products[static_cast<std::size_t>(id - 1)];
  if (in.given(prefix + ".name")) {
    product.name = in.text(prefix + ".name");
    if (in.sound(prefix + ".name") && !is_fit_for_a_terminal(product.name)) {
      in.refuse(prefix + ".name", "a name has 1 to 100 bytes and no control characters");
    }
  }
  if (in.given(prefix + ".stock")) product.stock = in.whole(prefix + ".stock");
  if (in.given(prefix + ".on_sale")) product.on_sale = in.flag(prefix + ".on_sale");
}

// Every product on sale has something to sell, and something is on sale.
void check_sale(Reader& in, const Shop& shop, const std::map<std::int64_t, std::string>& changed) {
  bool any = false;
  bool told = false;
  for (const Product& product : shop.products) {
    any = any || product.on_sale;
    if (!product.on_sale || product.stock > 0) continue;
    const std::int64_t id = number(product.id);
    const auto change = changed.find(id);
    const std::string own = change == changed.end() ? "" : change->second + ".stock";
    if (in.given(own)) {
      in.refuse(own, fmt::format(kImpossibleSale, id));
    } else if (!told) {
      in.refuse("shop.stock", fmt::format(kImpossibleSale, id));
      told = true;
    }
  }
  if (!any) in.complain("shop", "shop: nothing is on sale");
}

}  // namespace

Shop read_shop(Reader& in) {
  const std::int64_t products = in.whole("shop.products");
  const Quantity stock = in.whole("shop.stock");
  const std::int64_t on_sale = in.given("shop.on_sale") ? in.whole("shop.on_sale") : products;
  const bool counts_are_sound =
      in.sound("shop.products") && in.sound("shop.stock") && in.sound("shop.on_sale");
  if (counts_are_sound && on_sale > products) {
    in.refuse("shop.on_sale", fmt::format("there are {} products (shop.products)", products));
  }
  Shop shop;
  shop.products.reserve(static_cast<std::size_t>(products));
  for (std::int64_t id = 1; id <= products; ++id) {
    shop.products.push_back(
        {static_cast<ItemId>(id), fmt::format("product {}", id), stock, id <= on_sale});
  }
  std::map<std::int64_t, std::string> changed;
  bool changes_are_sound = true;
  for (int i = 1; i <= in.size_of_list("shop.product"); ++i) {
    const std::string prefix = fmt::format("shop.product[{}]", i);
    change_product(in, prefix, shop, changed);
    for (const char* key : {".id", ".stock", ".on_sale"}) {
      changes_are_sound = changes_are_sound && in.sound(prefix + key);
    }
  }
  if (counts_are_sound && changes_are_sound) check_sale(in, shop, changed);
  return shop;
}

}  // namespace doorbuster
