#include "run/round_trips.h"

#include <fmt/format.h>

#include "base/task_scope.h"
#include "sim/simulated_stores.h"
#include "store/counting.h"

namespace doorbuster {
namespace {

constexpr ItemId kItem{1};

// One shop with one item, and one buyer at a time.
class Counter {
 public:
  Counter(const StrategyEntry& entry, const Options& options, Quantity stock)
      : stores_(scheduler_),
        cache_(stores_.client(1).cache()),
        database_(stores_.client(1).database()),
        strategy_(make_strategy(
            entry, {cache_, database_, stores_.client(1).clock(), random_, figures_}, options)) {
    const Stocking stocking = stocking_for(entry, options, {{kItem, stock}});
    stores_.postgres.stock(stocking);
    cost_of(strategy_->prepare(stocking.items));
  }

  RoundTrips view() { return cost_of(look(strategy_.get())); }
  RoundTrips buy(std::int64_t buyer) {
    return cost_of(place(strategy_.get(), Order{OrderKey{buyer}, BuyerId{buyer}, kItem, 1}));
  }

 private:
  static Task<Done> look(Strategy* strategy) {
    (void)co_await strategy->view(kItem);
    co_return Done{};
  }
  static Task<Done> place(Strategy* strategy, Order order) {
    const auto answer = co_await strategy->buy(order);
    if (answer && answer->to_pay) (void)co_await strategy->pay(order, Payment::approved);
    co_return Done{};
  }

  RoundTrips cost_of(Task<Done> task) {
    const RoundTrips before{cache_.operations(), database_.operations()};
    doing_.spawn(std::move(task));
    scheduler_.run();
    return {cache_.operations() - before.redis, database_.operations() - before.database};
  }

  Scheduler scheduler_;
  SimulatedStores stores_;
  CountingCache cache_;
  CountingDatabase database_;
  Random random_{1};
  StrategyFigures figures_;
  std::unique_ptr<Strategy> strategy_;
  TaskScope doing_;
};

}  // namespace

std::string to_string(const RoundTrips& trips) {
  if (trips.redis == 0 && trips.database == 0) return "none";
  if (trips.database == 0) return fmt::format("{}R", trips.redis);
  if (trips.redis == 0) return fmt::format("{}D", trips.database);
  return fmt::format("{}R + {}D", trips.redis, trips.database);
}

MeasuredCosts measure_costs(const StrategyEntry& entry, const Options& options) {
  constexpr Quantity kPlenty = 1000;
  Counter shop(entry, options, kPlenty);
  MeasuredCosts costs;
  costs.first_view = shop.view();
  costs.next_view = shop.view();
  costs.sale = shop.buy(1);
  Counter last_unit(entry, options, 1);
  last_unit.buy(1);
  costs.refusal = last_unit.buy(2);
  return costs;
}

}  // namespace doorbuster
