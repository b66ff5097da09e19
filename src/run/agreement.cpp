#include "run/agreement.h"

#include <fmt/format.h>

#include "run/interrupt.h"

namespace doorbuster {
namespace {

constexpr Duration kLook = 10ms;

// What one look at the copies found.
struct Look {
  std::vector<ItemId> apart;
  std::string first;  // of these, in words
};

Task<Look> look(Strategy* strategy, Database* database, StockLayout layout,
                const std::vector<ItemId>* items) {
  Look found;
  for (const ItemId item : *items) {
    const auto cached = co_await strategy->cached(item);
    if (!cached) co_return cached.error();
    if (!*cached) continue;
    const auto stock = co_await read_stock(database, layout, item);
    if (!stock) co_return stock.error();
    const Quantity left = *stock ? (*stock)->quantity : 0;
    if (**cached == left) continue;
    if (found.apart.empty()) {
      found.first = fmt::format("of item {} the cache shows {}, the database has {}", number(item),
                                **cached, left);
    }
    found.apart.push_back(item);
  }
  co_return found;
}

std::string apart_for(Duration watched, const Look& last) {
  const std::size_t others = last.apart.size() - 1;
  return fmt::format("did not agree within {:g} s: {}{}", to_seconds(watched), last.first,
                     others == 0 ? "" : fmt::format(", and {} others differ", others));
}

}  // namespace

Task<std::optional<Stock>> read_stock(Database* database, StockLayout layout, ItemId item) {
  switch (layout) {
    case StockLayout::buckets:
      co_return co_await (*database)(ReadBuckets{item});
    case StockLayout::units:
      co_return co_await (*database)(ReadUnits{item});
    case StockLayout::row:
      break;
  }
  co_return co_await (*database)(ReadStock{item});
}

Task<Agreement> watch_until_they_agree(Strategy* strategy, Database* database, Clock* clock,
                                       StockLayout layout, const std::vector<ItemId>* items) {
  std::vector<ItemId> watched = *items;
  const Instant began = clock->now();
  for (;;) {
    const Instant looked = clock->now();
    auto found = co_await look(strategy, database, layout, &watched);
    if (!found) co_return found.error();
    Agreement agreement;
    if (found->apart.empty()) {
      agreement.after = looked - began;
      co_return agreement;
    }
    const bool interrupted = Interrupt::times() > 0;
    if (interrupted || looked + kLook > began + kWatchedForAgreement) {
      agreement.note = apart_for(interrupted ? looked - began : kWatchedForAgreement, *found);
      co_return agreement;
    }
    watched = std::move(found->apart);
    (void)co_await clock->sleep_until(looked + kLook);
  }
}

}  // namespace doorbuster
