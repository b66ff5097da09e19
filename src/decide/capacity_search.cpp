#include "decide/capacity_search.h"

#include <algorithm>
#include <cmath>

namespace doorbuster {

std::optional<double> CapacitySearch::broken() const {
  for (const auto& [rate, votes] : votes_) {
    if (votes.breaks > votes.keeps) return rate;
  }
  return std::nullopt;
}

std::optional<double> CapacitySearch::kept() const {
  const auto limit = broken();
  std::optional<double> best;
  for (const auto& [rate, votes] : votes_) {
    if (limit && rate >= *limit) break;
    if (votes.keeps > votes.breaks) best = rate;
  }
  return best;
}

bool CapacitySearch::is_near(double kept, double broken) const {
  return broken / kept <= 1 + limits_.precision + 1e-9;
}

bool CapacitySearch::settled() const {
  const auto low = kept();
  const auto high = broken();
  return low && high && is_near(*low, *high) && votes_.at(*low).keeps >= limits_.confirmations &&
         votes_.at(*high).breaks >= limits_.confirmations;
}

std::optional<double> CapacitySearch::next() const {
  if (probes_.size() >= limits_.most_probes || settled()) return std::nullopt;
  if (votes_.empty()) return limits_.from;
  for (const auto& [rate, votes] : votes_) {
    if (votes.keeps == votes.breaks) return rate;  // undecided: once more
  }
  const auto low = kept();
  const auto high = broken();
  if (!high) {
    const double up = *low * limits_.growth;
    return up > limits_.highest ? std::nullopt : std::optional(up);
  }
  if (!low) {
    // A harness that is late at the first rate is not made better by a lower one.
    if (limit()->answer == LoadAnswer::saturated) {
      return votes_.at(*high).breaks < limits_.confirmations ? high : std::nullopt;
    }
    const double down = *high / limits_.growth;
    return down < limits_.lowest ? std::nullopt : std::optional(down);
  }
  if (!is_near(*low, *high)) {
    // Three digits are a rate that can be typed again.
    const double middle = std::sqrt(*low * *high);
    const double digit = std::pow(10, std::floor(std::log10(middle)) - 2);
    const double rounded = std::round(middle / digit) * digit;
    return rounded > *low && rounded < *high ? rounded : middle;
  }
  return votes_.at(*low).keeps < limits_.confirmations ? low : high;
}

void CapacitySearch::told(const CapacityProbe& probe) {
  Votes& votes = votes_[probe.rate];
  ++(probe.answer == LoadAnswer::keeps ? votes.keeps : votes.breaks);
  probes_.push_back(probe);
}

const CapacityProbe* CapacitySearch::limit() const {
  const auto high = broken();
  if (!high) return nullptr;
  const auto found = std::ranges::find_if(probes_, [&](const CapacityProbe& probe) {
    return probe.rate == *high && probe.answer != LoadAnswer::keeps;
  });
  return found == probes_.end() ? nullptr : &*found;
}

}  // namespace doorbuster
