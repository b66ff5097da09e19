// The copy with the row's version, which a cache takes only when it is newer than what it holds: a
// late fill loses. The version protects only while the entry exists.
#include "strategy/versioned_fill.h"

#include "strategy/database_view.h"
#include "strategy/flights.h"

namespace doorbuster {
namespace {

class VersionedFill final : public PageFill {
 public:
  VersionedFill(Stores stores, const FillSettings& settings)
      : cache_(stores.cache), database_(stores.database), settings_(settings) {}

  Task<StockView> view(ItemId item) override {
    const auto copy = co_await cache_(GetVersioned{versioned_key(item)});
    if (!copy) co_return copy.error();
    if (*copy) co_return page_of((*copy)->quantity, (*copy)->version);
    if (!settings_.single_flight) co_return co_await load(item);

    if (!flights_.lead(item)) co_return co_await flights_.join(item);
    const auto page = co_await load(item);
    flights_.land(item, page);
    co_return page;
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    const auto copy = co_await cache_(GetVersioned{versioned_key(item)});
    if (!copy) co_return copy.error();
    if (!*copy) co_return std::optional<Quantity>();
    co_return shown((*copy)->quantity);
  }

 private:
  Task<StockView> load(ItemId item) {
    const auto page = co_await view_from_database(database_, item, Source::cache_missed);
    if (!page) co_return page.error();
    const bool known = page->quantity.has_value();
    const Ttl ttl = known ? settings_.ttl.next() : settings_.negative;
    if (ttl > Ttl{}) {
      const Stock seen{page->quantity.value_or(kNoSuchItem), page->version.value_or(-1)};
      (void)co_await cache_(FillIfNewer{versioned_key(item), seen, ttl});
    }
    co_return *page;
  }

  Cache& cache_;
  Database& database_;
  FillSettings settings_;
  Flights flights_;
};

}  // namespace

std::unique_ptr<PageFill> versioned_fill(Stores stores, const FillSettings& settings) {
  return std::make_unique<VersionedFill>(stores, settings);
}

std::unique_ptr<PageFill> versioned_fill(Stores stores, const Options& options) {
  return versioned_fill(stores,
                        FillSettings{.ttl = ttl_of(stores, options),
                                     .negative = option<Duration>(options, "negative_cache"),
                                     .lease = {},
                                     .poll = {},
                                     .single_flight = false});
}

std::vector<OptionWord> versioned_fill_options() {
  return {{"ttl", Duration(300s), "how long a value may stay without a sale", {}},
          {"ttl_jitter", 0.0, "up to which share of the TTL is added to it by chance", {}},
          {"negative_cache",
           Duration(0s),
           "how long \"no such item\" is kept, and an item put on sale is not seen; 0s: not at all",
           {}}};
}

}  // namespace doorbuster
