#include "postgres/logged_change.h"

#include <algorithm>
#include <map>
#include <utility>

namespace doorbuster::postgres {
namespace {

using Taken = std::map<std::pair<ItemId, Version>, Quantity>;

Taken taken_by(const std::vector<OrderRow>& orders) {
  Taken taken;
  for (const OrderRow& order : orders) {
    if (order.version) taken[{order.item, *order.version}] = order.quantity;
  }
  return taken;
}

}  // namespace

StockLog stock_log_of(const std::vector<LoggedChange>& changes,
                      const std::vector<OrderRow>& orders) {
  const bool several = std::ranges::any_of(changes, [](const LoggedChange& change) {
    return change.version > change.version_before + 1;
  });
  const Taken taken = several ? taken_by(orders) : Taken{};
  StockLog log;
  log.reserve(changes.size());
  for (const LoggedChange& change : changes) {
    Quantity before = change.before;
    for (Version version = change.version_before + 1; version <= change.version; ++version) {
      Quantity after = change.after;
      if (version < change.version) {
        const auto order = taken.find({change.item, version});
        after = order == taken.end() ? before : before - order->second;
      }
      log.push_back({.item = change.item,
                     .version = static_cast<std::int32_t>(version),
                     .before = static_cast<std::int32_t>(before),
                     .after = static_cast<std::int32_t>(after)});
      before = after;
    }
  }
  return log;
}

}  // namespace doorbuster::postgres
