// limit: no more than so many units of an item for each buyer, counted in Redis before the
// purchase.
//
//   the buyer's units and the order's are more than `limit` -> refused
//   a purchase that certainly did not come to be, and a hold that was declined or ran out when it
//   was to be paid, count no more; one that its buyer abandons keeps counting
//
// Counted in one step with the note of the order, so that an order counts once however often it is
// sent, and two orders of one buyer cannot both pass. What has no answer keeps counting: it may
// have been sold. The counts are only as durable as Redis; a buyer with many names passes.
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class Limit final : public StrategyDecorator {
 public:
  Limit(std::unique_ptr<Strategy> inner, Stores stores, const Options& options)
      : StrategyDecorator(std::move(inner)),
        cache_(stores.cache),
        most_(option<std::int64_t>(options, "limit")) {}

  Task<Purchase> buy(Order order) override {
    const auto counted = co_await cache_(CountUnits{order, most_});
    // Without a reply it may be counted, and then counts once when the order is sent again.
    if (!counted) co_return certainly_no_sale(counted.error());
    if (!counted->allowed) co_return Purchase{Outcome::refused, {}};

    const auto answer = co_await inner().buy(order);
    if (is_no_sale(order, answer)) (void)co_await cache_(UncountUnits{order});
    co_return answer;
  }

  Task<Purchase> pay(Order order, Payment payment) override {
    const auto paid = co_await inner().pay(order, payment);
    if (paid && paid->outcome != Outcome::sold) (void)co_await cache_(UncountUnits{order});
    co_return paid;
  }

 private:
  // Of an order that was sent before, another attempt may have been sold, unless it was looked up.
  static bool is_no_sale(const Order& order, const Result<Purchase>& answer) {
    if (answer && answer->outcome == Outcome::sold_out) return true;
    const bool no = answer ? answer->outcome != Outcome::sold : answer.error().definite();
    return no && order.repeats == 0;
  }

  Cache& cache_;
  Quantity most_;
};

}  // namespace

DecoratorEntry limit_decorator() {
  return {
      .options = {{"limit",
                   std::int64_t{0},
                   "units of an item that one buyer may have, counted in Redis; 0: any number",
                   {}}},
      .wanted = [](const Options& options) { return option<std::int64_t>(options, "limit") > 0; },
      .wrap = [](std::unique_ptr<Strategy> inner, Stores stores,
                 const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<Limit>(std::move(inner), stores, options);
      }};
}

}  // namespace doorbuster
