// The plain copy: GET, and on a miss SELECT and SETEX. Three steps, so a purchase between SELECT
// and SETEX leaves a stale copy; and every reader who misses asks the database (a stampede), unless
// those of an instance share a flight, or a reader renews the copy early. Source of the latter:
// Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB
// 2015 (XFetch).
#include "strategy/database_view.h"
#include "strategy/early_refresh.h"
#include "strategy/flights.h"
#include "strategy/page_fill.h"

namespace doorbuster {
namespace {

Key plain_key(ItemId item) { return {KeyFamily::inventory, item}; }

class PlainFill : public PageFill {
 public:
  PlainFill(Stores stores, const FillSettings& settings)
      : cache_(stores.cache), database_(stores.database), settings_(settings) {}

  Task<StockView> view(ItemId item) override {
    const auto value = co_await cache_(Get{plain_key(item)});
    if (!value) co_return value.error();
    if (*value) co_return page_of(**value);
    if (!settings_.single_flight) co_return co_await load(item);

    if (!flights_.lead(item)) co_return co_await flights_.join(item);
    const auto page = co_await load(item);
    flights_.land(item, page);
    co_return page;
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    const auto value = co_await cache_(Get{plain_key(item)});
    if (!value) co_return value.error();
    co_return shown(*value);
  }

 protected:
  Task<StockView> load(ItemId item) {
    const auto page = co_await view_from_database(database_, item, Source::cache_missed);
    if (!page) co_return page.error();
    const bool known = page->quantity.has_value();
    const Ttl ttl = known ? settings_.ttl.next() : settings_.negative;
    // A page that was read is good whether or not it could be cached.
    if (ttl > Ttl{}) {
      (void)co_await cache_(
          SetExpiring{plain_key(item), page->quantity.value_or(kNoSuchItem), ttl});
    }
    co_return *page;
  }

  Cache& cache_;

 private:
  Database& database_;
  FillSettings settings_;
  Flights flights_;
};

class EarlyRefreshedFill final : public PlainFill {
 public:
  EarlyRefreshedFill(Stores stores, const FillSettings& settings)
      : PlainFill(stores, settings), clock_(stores.clock), random_(stores.random) {}

  Task<StockView> view(ItemId item) override {
    const auto copy = co_await cache_(GetAging{plain_key(item)});
    if (!copy) co_return copy.error();
    const bool keeps = *copy && !is_renewed_early((*copy)->left, fill_took_, random_.uniform());
    if (keeps) co_return page_of((*copy)->value);

    const Instant began = clock_.now();
    const auto page = co_await load(item);
    if (page) fill_took_ = clock_.now() - began;
    co_return page;
  }

 private:
  Clock& clock_;
  Random& random_;
  Duration fill_took_{};  // the last
};

}  // namespace

std::unique_ptr<PageFill> plain_fill(Stores stores, const FillSettings& settings) {
  return std::make_unique<PlainFill>(stores, settings);
}

std::unique_ptr<PageFill> early_refreshed_fill(Stores stores, const FillSettings& settings) {
  return std::make_unique<EarlyRefreshedFill>(stores, settings);
}

}  // namespace doorbuster
