#include "audit/power.h"

#include <algorithm>
#include <utility>

namespace doorbuster {
namespace {

constexpr std::size_t kSamples = 1'000'000;

// Told ends in order of the changes, not all at once: what waited for another's turn says nothing
// of its own time.
void add_gaps(const StockTimeline& stock, Durations& gaps) {
  Instant before = kNever;
  for (StockTimeline::Index k = 1; k <= stock.changes(); ++k) {
    const Instant done = stock.suf(k);
    if (done == kNever) break;
    if (before != kNever) gaps.add(done - before);
    before = done;
  }
}

}  // namespace

void Durations::add(Duration value) {
  if (seen_++ % step_ != 0) return;
  kept_.push_back(value);
  if (kept_.size() < kSamples) return;
  for (std::size_t i = 0; 2 * i < kept_.size(); ++i) kept_[i] = kept_[2 * i];
  kept_.resize((kept_.size() + 1) / 2);
  step_ *= 2;
}

std::optional<Duration> Durations::median() && {
  if (kept_.empty()) return {};
  const auto middle = kept_.begin() + static_cast<std::ptrdiff_t>(kept_.size() / 2);
  std::ranges::nth_element(kept_, middle);
  return *middle;
}

Power PowerMeter::power(std::span<const ItemHistory> items) && {
  Durations gaps;
  for (const ItemHistory& item : items) {
    if (item.stock.order_known()) add_gaps(item.stock, gaps);
  }
  return {.operation = std::move(lengths_).median(), .gap = std::move(gaps).median()};
}

}  // namespace doorbuster
