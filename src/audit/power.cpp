#include "audit/power.h"

#include <algorithm>

namespace doorbuster {
namespace {

constexpr std::size_t kSamples = 1'000'000;

std::optional<Duration> median(std::vector<Duration>& values) {
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Told ends in order of the changes, not all at once: what waited for another's turn says nothing
// of its own time.
void add_gaps(const StockTimeline& stock, std::size_t step, std::vector<Duration>& gaps) {
  Instant before = kNever;
  for (StockTimeline::Index k = 1; k <= stock.changes(); ++k) {
    const Instant done = stock.suf(k);
    if (done == kNever) break;
    if (before != kNever && k % step == 0) gaps.push_back(done - before);
    before = done;
  }
}

}  // namespace

Power power_of(std::span<const ItemHistory> items) {
  std::size_t operations = 0, changes = 0;
  for (const ItemHistory& item : items) {
    operations += item.operations().size();
    if (item.stock.order_known()) changes += item.stock.changes();
  }
  std::vector<Duration> lengths, gaps;
  const std::size_t step = operations / kSamples + 1;
  for (const ItemHistory& item : items) {
    for (std::size_t i = 0; i < item.operations().size(); i += step) {
      const Operation& operation = item.at(item.operations()[i]);
      if (shows_stock(operation) || told_sold_out(operation) || changed_stock(operation)) {
        lengths.push_back(operation.finished - operation.started);
      }
    }
    if (item.stock.order_known()) add_gaps(item.stock, changes / kSamples + 1, gaps);
  }
  return {.operation = median(lengths), .gap = median(gaps)};
}

}  // namespace doorbuster
