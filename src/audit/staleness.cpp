#include "audit/staleness.h"

#include <algorithm>
#include <cstdlib>

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;

void add(StaleCount& count, bool stale) {
  ++count.views;
  count.stale += stale ? 1 : 0;
}

void add_stale(const StockTimeline& stock, const Operation& view, Index seen, Index lb, Index ub,
               Staleness& staleness) {
  const Duration certain = view.started - stock.suf(seen + 1);
  staleness.age.record(certain);
  staleness.certain_age.record(certain);
  const Instant maybe = stock.pre(seen + 1);  // of a change that nobody began: since the run did
  staleness.possible_age.record(view.finished - std::max(maybe, kRunStart));
  staleness.most_versions_behind =
      std::max<std::int64_t>(staleness.most_versions_behind, lb - seen);
  staleness.most_units_behind = std::max<std::int64_t>(
      staleness.most_units_behind, std::abs(std::int64_t{stock.stock(seen)} - stock.stock(lb)));
  const auto to = std::max(lb, ub);
  if (stock.stock(seen) > 0 && stock.most_stock(lb, to) <= 0) ++staleness.shows_stock_when_none;
  if (stock.stock(seen) <= 0 && stock.least_stock(lb, to) > 0) ++staleness.shows_none_when_stock;
}

class Ages final : public Observer {
 public:
  Ages(const ItemHistory& history, Staleness& staleness)
      : stock_(history.stock), staleness_(staleness) {}

  void see(const Observation& observation) override {
    if (!observation.view() || !observation.seen) return;
    const auto& [view, lb, ub, seen] = observation;
    const bool stale = *seen < lb;
    add(staleness_.all, stale);
    add(staleness_.by_source[static_cast<std::size_t>(view.source)], stale);
    if (lb > 0)
      add(staleness_.by_time_since_change[limit_of(view.started - stock_.suf(lb))], stale);
    if (stale) {
      add_stale(stock_, view, *seen, lb, ub, staleness_);
    } else {
      staleness_.age.record(Duration{});
    }
  }

 private:
  static std::size_t limit_of(Duration since) {
    constexpr auto& kLimits = Staleness::kLimits;
    return static_cast<std::size_t>(std::upper_bound(kLimits.begin(), kLimits.end() - 1, since) -
                                    kLimits.begin());
  }

  const StockTimeline& stock_;
  Staleness& staleness_;
};

}  // namespace

std::unique_ptr<Observer> observer_of_ages(const ItemHistory& history, Staleness& staleness) {
  return std::make_unique<Ages>(history, staleness);
}

}  // namespace doorbuster
