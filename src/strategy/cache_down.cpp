// cache_down: what a page shows when the cache does not answer.
//
//   fail      what the strategy does by itself: all but combined fail, for they ask the cache first
//             and go on to the database on a miss alone
//   stale     the last page of the item that this instance saw, if it is not older than stale_for
//   database  the row itself, no more than database_at_once of an instance at a time; whoever comes
//             beyond is refused, and the page fails
//
// A page fails after the cache's time-out, at once behind a breaker that is open. A stale page
// costs nothing and sells nothing: the purchase still decides. The database's is right, and is load
// where none was, just when there is trouble already: hence the bulkhead. In neither case the cache
// is filled; on the way back that is done as ever, by everybody who misses, by one of an instance
// with single_flight, or by one of all where `fill` is a lease. Purchases are not touched: whether
// they may go past a cache is the strategy's to say. Source: RFC 5861 (stale-if-error); Nygard,
// "Release It!", 2nd ed. 2018, 5.3 (bulkheads); "Avoiding fallback in distributed systems", Amazon
// Builders' Library.
#include <unordered_map>

#include "strategy/bulkhead.h"
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

bool cache_failed(const Result<StockView>& page) {
  return !page && page.error().store() == Store::redis;
}

class StaleWhenDown final : public StrategyDecorator {
 public:
  StaleWhenDown(std::unique_ptr<Strategy> inner, Stores stores, Duration stale_for)
      : StrategyDecorator(std::move(inner)),
        clock_(stores.clock),
        figures_(stores.figures),
        stale_for_(stale_for) {
    for (const char* name : {"stale_pages", "stale_pages_too_old"}) figures_.count(name, 0);
  }

  Task<StockView> view(ItemId item) override {
    const auto page = co_await inner().view(item);
    if (page && page->quantity) last_.insert_or_assign(item, Seen{*page, clock_.now()});
    if (!cache_failed(page)) co_return page;
    const auto seen = last_.find(item);
    if (seen == last_.end()) co_return page;
    const Duration age = clock_.now() - seen->second.at;
    if (age > stale_for_) {
      figures_.count("stale_pages_too_old");
      co_return page;
    }
    figures_.count("stale_pages");
    figures_.took("stale_page_age", age);
    StockView stale = seen->second.page;
    stale.source = Source::stale;
    co_return stale;
  }

 private:
  struct Seen {
    StockView page;
    Instant at;
  };

  Clock& clock_;
  StrategyFigures& figures_;
  Duration stale_for_;
  std::unordered_map<ItemId, Seen> last_;  // of items that exist; looked up, not iterated
};

class DatabaseWhenDown final : public StrategyDecorator {
 public:
  DatabaseWhenDown(std::unique_ptr<Strategy> inner, Stores stores, std::int64_t most_at_once)
      : StrategyDecorator(std::move(inner)),
        database_(stores.database),
        figures_(stores.figures),
        bulkhead_(most_at_once) {
    for (const char* name : {"database_reads_past_cache", "database_reads_refused"}) {
      figures_.count(name, 0);
    }
  }

  Task<StockView> view(ItemId item) override {
    const auto page = co_await inner().view(item);
    if (!cache_failed(page)) co_return page;
    co_return co_await view_past_cache(&bulkhead_, &database_, &figures_, item, page.error());
  }

 private:
  Database& database_;
  StrategyFigures& figures_;
  Bulkhead bulkhead_;
};

std::vector<OptionWord> cache_down_options() {
  const auto but = [](const char* one, const char* other) {
    return std::vector<Idle>{{"cache_down", std::string(one)}, {"cache_down", std::string(other)}};
  };
  return {
      {"cache_down",
       std::string("fail"),
       "what a page shows when the cache does not answer: what the strategy does by itself, the "
       "last page that this instance saw, or the database's row",
       {"fail", "stale", "database"}},
      {"stale_for",
       Duration(10s),
       "of stale: how old that page may be at most",
       {},
       {},
       but("fail", "database")},
      at_least(std::int64_t{1}, {"database_at_once",
                                 std::int64_t{8},
                                 "of database: how many of an instance may be there past the cache",
                                 {},
                                 {},
                                 but("fail", "stale")})};
}

}  // namespace

DecoratorEntry cache_down_decorator() {
  return {.options = cache_down_options(),
          .wanted =
              [](const Options& options) {
                return option<std::string>(options, "cache_down") != "fail";
              },
          .wrap = [](std::unique_ptr<Strategy> inner, Stores stores,
                     const Options& options) -> std::unique_ptr<Strategy> {
            if (option<std::string>(options, "cache_down") == "stale") {
              return std::make_unique<StaleWhenDown>(std::move(inner), stores,
                                                     option<Duration>(options, "stale_for"));
            }
            return std::make_unique<DatabaseWhenDown>(
                std::move(inner), stores, option<std::int64_t>(options, "database_at_once"));
          }};
}

}  // namespace doorbuster
