#include "postgres/layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace doorbuster::postgres {
namespace {

constexpr std::size_t kItemsAStatement = 1000;

// (id,quantity),(id,quantity) of some items.
template <class QuantityOf>
std::string rows(const Stocking& stocking, std::size_t begin, std::size_t end,
                 QuantityOf quantity_of) {
  std::string rows;
  for (std::size_t i = begin; i < end; ++i) {
    const StockedItem& item = stocking.items[i];
    rows += fmt::format("{}({},{})", i == begin ? "" : ",", number(item.item),
                        quantity_of(laid_out(stocking, item.quantity)));
  }
  return rows;
}

}  // namespace

LaidOut laid_out(const Stocking& stocking, Quantity quantity) {
  switch (stocking.layout) {
    case StockLayout::row:
      return {quantity, quantity, 0, 0};
    case StockLayout::buckets:
      return {quantity, 0, stocking.buckets, 0};
    case StockLayout::units: {
      const Quantity units = std::clamp<Quantity>(quantity, 0, kMostUnits);
      return {units, 0, 0, units};
    }
  }
  CHECK(false, "no such layout");
}

std::vector<std::string> fill_statements(const Stocking& stocking) {
  CHECK(stocking.layout != StockLayout::buckets || stocking.buckets >= 1);
  std::vector<std::string> statements;
  for (std::size_t begin = 0; begin < stocking.items.size(); begin += kItemsAStatement) {
    const std::size_t end = std::min(begin + kItemsAStatement, stocking.items.size());
    statements.push_back(
        "INSERT INTO doorbuster.products (id, quantity) VALUES " +
        rows(stocking, begin, end, [](const LaidOut& laid) { return laid.in_row; }));
    const std::string all =
        rows(stocking, begin, end, [](const LaidOut& laid) { return laid.quantity; });
    if (stocking.layout == StockLayout::buckets) {
      statements.push_back(fmt::format(
          "INSERT INTO doorbuster.buckets (product_id, bucket, quantity)"
          " SELECT i.id, b, i.quantity / {0} + CASE WHEN b < i.quantity % {0} THEN 1 ELSE 0 END"
          " FROM (VALUES {1}) AS i(id, quantity), generate_series(0, {0} - 1) AS b",
          stocking.buckets, all));
    } else if (stocking.layout == StockLayout::units) {
      statements.push_back(
          fmt::format("INSERT INTO doorbuster.units (product_id, id)"
                      " SELECT i.id, u FROM (VALUES {}) AS i(id, quantity), generate_series(1, "
                      "i.quantity) AS u",
                      all));
    }
  }
  return statements;
}

}  // namespace doorbuster::postgres
