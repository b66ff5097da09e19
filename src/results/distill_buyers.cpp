// Who got the units: by kind of buyers, and by the order in which they came.
#include <algorithm>
#include <map>

#include "base/check.h"
#include "results/distill.h"

namespace doorbuster {
namespace {

std::optional<double> share(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// The schedules of the purchases of one product.
struct Queue {
  std::vector<Instant> served;
  std::vector<Instant> refused;
};

}  // namespace

std::vector<KindResult> distill_kinds(const Recorder& recorded,
                                      const std::vector<std::string>& names) {
  CHECK(names.size() == recorded.kinds.size(), "{} names for {} kinds", names.size(),
        recorded.kinds.size());
  std::vector<KindResult> results;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Tally& tally = recorded.kinds[i].tally;
    results.push_back({.name = names[i],
                       .counts = distill(tally),
                       .units = tally.units_sold,
                       .arrived_share = share(tally.arrived, recorded.tally.arrived),
                       .units_share = share(tally.units_sold, recorded.tally.units_sold),
                       .buy = distill(recorded.kinds[i].buy)});
  }
  return results;
}

FairnessResult distill_fairness(const History& history) {
  std::map<ItemId, Queue> queues;
  for (const Record& record : history) {
    Queue& queue = queues[record.item];
    if (record.outcome == Outcome::sold) queue.served.push_back(record.scheduled);
    if (record.outcome == Outcome::sold_out || record.outcome == Outcome::refused) {
      queue.refused.push_back(record.scheduled);
    }
  }
  FairnessResult fairness;
  std::int64_t halves = 0;  // two for a pair in order, one for a tie
  for (auto& [item, queue] : queues) {
    std::ranges::sort(queue.served);
    for (const Instant refused : queue.refused) {
      const auto [first, last] =
          std::equal_range(queue.served.begin(), queue.served.end(), refused);
      halves += (first - queue.served.begin()) + (last - queue.served.begin());
    }
    fairness.pairs += std::ssize(queue.served) * std::ssize(queue.refused);
  }
  fairness.first_come_first_served = share(halves, 2 * fairness.pairs);
  return fairness;
}

}  // namespace doorbuster
