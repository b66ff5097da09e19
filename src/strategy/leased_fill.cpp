// The leased copy: lease_get gives the value, or the right to fill, or "wait: somebody fills". Who
// has the right reads the primary and sets the value, unless a purchase deleted the key meanwhile.
// Source: memcache leases, Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, 3.2.1.
#include "strategy/database_view.h"
#include "strategy/page_fill.h"

namespace doorbuster {
namespace {

Key leased_key(ItemId item) { return {KeyFamily::leased, item}; }

class LeasedFill final : public PageFill {
 public:
  LeasedFill(Stores stores, const FillSettings& settings)
      : cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        random_(stores.random),
        settings_(settings) {}

  Task<StockView> view(ItemId item) override {
    const Instant patience_ends = clock_.now() + settings_.lease;
    for (;;) {
      const auto token = static_cast<std::int64_t>(random_.next() >> 1);
      const auto leased = co_await cache_(LeaseGet{leased_key(item), token, settings_.lease});
      if (!leased) co_return leased.error();
      switch (leased->state) {
        case LeaseGet::State::hit:
          co_return page_of(leased->value);
        case LeaseGet::State::granted:
          co_return co_await fill(item, token);
        case LeaseGet::State::wait:
          break;
      }
      if (clock_.now() >= patience_ends) {
        co_return co_await view_from_database(database_, item, Source::cache_missed);
      }
      (void)co_await clock_.sleep_until(clock_.now() + settings_.poll);
    }
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    const auto value = co_await cache_(LeasePeek{leased_key(item)});
    if (!value) co_return value.error();
    co_return shown(*value);
  }

 private:
  Task<StockView> fill(ItemId item, std::int64_t token) {
    const auto page = co_await view_from_database(database_, item, Source::cache_missed);
    if (!page) co_return page.error();
    const bool known = page->quantity.has_value();
    const Ttl ttl = known ? settings_.ttl.next() : settings_.negative;
    // A page that was read is good whether or not it could be cached.
    if (ttl > Ttl{}) {
      const Quantity value = page->quantity.value_or(kNoSuchItem);
      (void)co_await cache_(LeaseSet{leased_key(item), token, value, ttl});
    }
    co_return *page;
  }

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  Random& random_;
  FillSettings settings_;
};

}  // namespace

std::unique_ptr<PageFill> leased_fill(Stores stores, const FillSettings& settings) {
  return std::make_unique<LeasedFill>(stores, settings);
}

}  // namespace doorbuster
