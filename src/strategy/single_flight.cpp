// single_flight: of the buyers of one instance who look at the same item at the same time, one asks
// the shop and all see the page that he gets.
//
// A stampede then costs a statement an instance instead of one a reader. A page may be as old as
// the flight that was joined: whoever looks after a purchase may see the stock before it. Source:
// Go's golang.org/x/sync/singleflight.
#include "strategy/decorator.h"
#include "strategy/flights.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class SingleFlight final : public StrategyDecorator {
 public:
  using StrategyDecorator::StrategyDecorator;

  Task<StockView> view(ItemId item) override {
    if (!flights_.lead(item)) co_return co_await flights_.join(item);
    const auto page = co_await inner().view(item);
    flights_.land(item, page);
    co_return page;
  }

 private:
  Flights flights_;
};

}  // namespace

DecoratorEntry single_flight_decorator() {
  return {.options = {{"single_flight",
                       false,
                       "an instance's buyers who look at an item at the same time share one page",
                       {}}},
          .wanted = [](const Options& options) { return option<bool>(options, "single_flight"); },
          .wrap = [](std::unique_ptr<Strategy> inner, Stores,
                     const Options&) -> std::unique_ptr<Strategy> {
            return std::make_unique<SingleFlight>(std::move(inner));
          }};
}

}  // namespace doorbuster
