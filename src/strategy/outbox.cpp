// outbox: the purchase leaves the news of its stock in the database, in the same statement; a relay
// carries the news to the cache. A buyer never writes the cache.
//
//   view:  HMGET value, version;  a miss: SELECT, fill_if_newer
//   buy:   the guarded purchase and INSERT INTO outbox (item, version, quantity)
//   relay: the outbox's oldest news -> fill_if_newer -> mark it relayed;  nothing there, or an
//          error -> wait `poll`, and look again
//
// While the cache does not answer pages fail (cache_down.cpp has what else they may do), and sales
// go on; the relay keeps their news until it answers.
//
// Closes the gap between commit and cache: whoever dies, the news is there and somebody relays it.
// At least once and in any order, by any number of relays, which the version makes harmless.
// Remains: pages are behind by the relay's lag, even a buyer's own; and as in write-through, the
// version protects only while the entry exists. Source: Richardson, "Pattern: Transactional
// outbox", microservices.io.
#include "strategy/order_key.h"
#include "strategy/registry.h"
#include "strategy/versioned_fill.h"

namespace doorbuster {
namespace {

class Outbox final : public Strategy {
 public:
  Outbox(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        figures_(stores.figures),
        ttl_(ttl_of(stores, options)),
        fill_(versioned_fill(stores, options)),
        poll_(option<Duration>(options, "poll")) {}

  Task<StockView> view(ItemId item) override { return fill_->view(item); }

  Task<Purchase> buy(Order order) override {
    const auto left = co_await database_(TakeWithOutbox{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (!left) co_return left.error();
    if (!*left) co_return Purchase{Outcome::sold_out, {}};
    co_return Purchase{Outcome::sold, **left};
  }

  Task<Done> background() override {
    for (;;) {
      const auto relayed = co_await relay_news();
      if (!relayed || !*relayed) (void)co_await clock_.sleep_until(clock_.now() + poll_);
    }
  }

  Task<Done> drain() override {
    const Instant patience_ends = clock_.now() + kPatience;
    while (clock_.now() < patience_ends) {
      const auto news = co_await database_(ReadOutbox{});
      if (news && !*news) break;
      (void)co_await clock_.sleep_until(clock_.now() + poll_);
    }
    co_return Done{};
  }

  Task<std::optional<Quantity>> cached(ItemId item) override { return fill_->cached(item); }

 private:
  static constexpr Duration kPatience = 5s;

  // The news of one item; false when there is none.
  Task<bool> relay_news() {
    const auto news = co_await database_(ReadOutbox{});
    if (!news) co_return news.error();
    if (!*news) co_return false;
    const ItemId item = (*news)->item;
    const Stock stock = (*news)->stock;
    const auto filled = co_await cache_(FillIfNewer{versioned_key(item), stock, ttl_.next()});
    if (!filled) co_return filled.error();
    figures_.took("relay_lag", (*news)->waited);  // on the database's clock, as it was read
    const auto marked = co_await database_(MarkRelayed{item, stock.version});
    if (!marked) co_return marked.error();
    co_return true;
  }

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  StrategyFigures& figures_;
  JitteredTtl ttl_;
  std::unique_ptr<PageFill> fill_;
  Duration poll_;
};

std::vector<OptionWord> outbox_options() {
  std::vector<OptionWord> options = versioned_fill_options();
  options.push_back(at_least(
      kLeastPoll, {"poll", Duration(5ms), "how often the relay looks when there is no news", {}}));
  return options;
}

}  // namespace

StrategyEntry outbox() {
  return {.name = "outbox",
          .summary = "guarded purchase with an outbox row; a relay carries it to the cache",
          .anomaly = "",
          .check_constraint = true,
          .options = outbox_options(),
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<Outbox>(stores, options);
          }};
}

}  // namespace doorbuster
