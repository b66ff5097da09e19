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

}  // namespace

void add_staleness(const ItemHistory& history, Staleness& staleness) {
  const StockTimeline& stock = history.stock;
  each_observation(
      history, shows_stock, [&](OperationIndex::Position position, Index lb, Index ub) {
        const Operation& view = history.at(position);
        const auto seen = stock.latest(view, ub);
        if (!seen) return;
        const bool stale = *seen < lb;
        add(staleness.all, stale);
        add(staleness.by_source[static_cast<std::size_t>(view.source)], stale);
        if (lb > 0) {
          const Duration since = view.started - stock.suf(lb);
          const auto limit =
              std::upper_bound(Staleness::kLimits.begin(), Staleness::kLimits.end() - 1, since);
          add(staleness.by_time_since_change[static_cast<std::size_t>(limit -
                                                                      Staleness::kLimits.begin())],
              stale);
        }
        if (stale) {
          add_stale(stock, view, *seen, lb, ub, staleness);
        } else {
          staleness.age.record(Duration{});
        }
      });
}

}  // namespace doorbuster
