// A view that began after its own buyer was told of a purchase (or a return) shows a state in which
// that has happened: not only states before it have the value shown.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "audit/observer.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;
using Position = OperationIndex::Position;

// A buyer's change of stock, and the latest of his that he had been told of by then.
struct OwnChange {
  BuyerId buyer{};
  Instant told;
  Position position;  // of the latest
  Index change = 0;   // likewise
};

std::size_t scattered(BuyerId buyer) {
  const auto x = static_cast<std::uint64_t>(number(buyer)) * 0x9e3779b97f4a7c15U;
  return x ^ (x >> 29);
}

// All buyers' changes, to be found by buyer and time in a few steps.
class OwnChanges {
 public:
  explicit OwnChanges(const ItemHistory& history) {
    for (const Position position : history.operations()) {
      const Operation& operation = history.at(position);
      if (!changed_stock(operation)) continue;
      const Index change = history.stock.change_of(history.index, position);
      if (change > 0) all_.push_back({operation.buyer, operation.finished, position, change});
    }
    buckets_ = all_.size() / 4 + 1;
    std::ranges::sort(all_, [&](const OwnChange& a, const OwnChange& b) {
      return std::tuple(bucket(a.buyer), a.buyer, a.told) <
             std::tuple(bucket(b.buyer), b.buyer, b.told);
    });
    for (std::size_t i = 1; i < all_.size(); ++i) {
      const OwnChange& before = all_[i - 1];
      if (before.buyer != all_[i].buyer || before.change < all_[i].change) continue;
      all_[i].change = before.change;
      all_[i].position = before.position;
    }
    begins_.resize(buckets_ + 1);
    for (const OwnChange& each : all_) ++begins_[bucket(each.buyer) + 1];
    for (std::size_t b = 0; b < buckets_; ++b) begins_[b + 1] += begins_[b];
  }

  bool empty() const { return all_.empty(); }

  // The latest that the buyer had been told of before this moment; nullptr: none.
  const OwnChange* told_before(BuyerId buyer, Instant moment) const {
    const std::size_t b = bucket(buyer);
    const auto begin = all_.begin() + begins_[b], end = all_.begin() + begins_[b + 1];
    const auto after = std::partition_point(begin, end, [&](const OwnChange& each) {
      return std::pair(each.buyer, each.told) < std::pair(buyer, moment);
    });
    return after == begin || (after - 1)->buyer != buyer ? nullptr : &*(after - 1);
  }

 private:
  std::size_t bucket(BuyerId buyer) const { return scattered(buyer) % buckets_; }

  std::vector<OwnChange> all_;  // by bucket, buyer and time
  std::vector<std::uint32_t> begins_;
  std::size_t buckets_ = 1;
};

Violation witness(const ItemHistory& history, const Operation& view, const OwnChange& own,
                  Index seen) {
  const Operation& change = history.at(own.position);
  return {
      .item = history.item.id,
      .operations = {view.op, change.op},
      .from = seen + 1,
      .to = own.change,
      .sentence = fmt::format(
          "{} was told of its change, version {}, by {}; {}, of the same buyer, began at {} and "
          "showed {}, which the stock last was at version {}, before it",
          named(change), history.stock.version(own.change), moment(change.finished), named(view),
          moment(view.started), shown(view), history.stock.version(seen))};
}

class OwnViews final : public Observer {
 public:
  OwnViews(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations), own_(history) {}

  void see(const Observation& observation) override {
    if (!observation.view() || !observation.seen) return;
    const Operation& view = observation.operation;
    const OwnChange* own = own_.told_before(view.buyer, view.started);
    if (own == nullptr || *observation.seen >= own->change) return;
    violations_.add([&] { return witness(history_, view, *own, *observation.seen); });
  }

 private:
  const ItemHistory& history_;
  Violations& violations_;
  OwnChanges own_;
};

}  // namespace

std::unique_ptr<Observer> read_your_writes(const ItemHistory& history, Violations& violations) {
  if (!any_operation(history, changed_stock)) return nullptr;
  if (!history.stock.order_known()) {
    return undecided_views(history, violations, history.stock.why_not());
  }
  return std::make_unique<OwnViews>(history, violations);
}

}  // namespace doorbuster
