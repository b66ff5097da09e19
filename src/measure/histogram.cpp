#include "measure/histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace doorbuster {
namespace {

constexpr double kWholePercentiles = 100;

}  // namespace

template <int kBits>
void LogLinearHistogram<kBits>::merge(const LogLinearHistogram& other) {
  static_assert(kSlots / kOctave <= 64, "touched_ has a bit for each octave");
  if (&other == this) return merge(LogLinearHistogram(other));
  bool full = false;
  for (std::uint64_t octaves = other.touched_; octaves != 0; octaves &= octaves - 1) {
    const auto first = static_cast<std::size_t>(std::countr_zero(octaves)) * kOctave;
    full |= add(&slots_[first], &other.slots_[first]);
  }
  touched_ |= other.touched_;
  count_ += other.count_;
  if (full) count_ = std::accumulate(slots_.begin(), slots_.end(), std::uint64_t{0});
}

// Plain enough for the compiler to take several slots at a time. True: one of them stopped
// counting.
template <int kBits>
bool LogLinearHistogram<kBits>::add(Slot* __restrict ours, const Slot* __restrict theirs) {
  Slot full = 0;
  for (std::size_t i = 0; i < kOctave; ++i) {
    const Slot sum = ours[i] + theirs[i];
    const Slot overflow = sum < theirs[i] ? std::numeric_limits<Slot>::max() : 0;
    ours[i] = sum | overflow;
    full |= overflow;
  }
  return full != 0;
}

template <int kBits>
void LogLinearHistogram<kBits>::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{0});
  count_ = touched_ = 0;
}

template <int kBits>
LogLinearHistogram<kBits> LogLinearHistogram<kBits>::from_slots(std::span<const Slot> slots) {
  CHECK(slots.size() <= kSlots, "{} slots", slots.size());
  LogLinearHistogram made;
  std::copy(slots.begin(), slots.end(), made.slots_.begin());
  for (std::size_t i = 0; i < slots.size(); ++i) {
    made.count_ += slots[i];
    if (slots[i] != 0) made.touched_ |= std::uint64_t{1} << (i / kOctave);
  }
  return made;
}

template <int kBits>
Duration LogLinearHistogram<kBits>::lowest_of(std::size_t slot) {
  constexpr std::size_t kHalf = std::size_t{1} << (kBits - 1);
  const std::size_t shift = slot < 2 * kHalf ? 0 : slot / kHalf - 1;
  return Duration{static_cast<Duration::rep>((slot - shift * kHalf) << shift)};
}

template <int kBits>
Duration LogLinearHistogram<kBits>::highest_of(std::size_t slot) {
  return lowest_of(slot + 1) - Duration{1};
}

template <int kBits>
Duration LogLinearHistogram<kBits>::min() const {
  if (empty()) return Duration{0};
  const auto first = std::find_if(slots_.begin(), slots_.end(), [](Slot slot) { return slot > 0; });
  return lowest_of(static_cast<std::size_t>(first - slots_.begin()));
}

template <int kBits>
Duration LogLinearHistogram<kBits>::max() const {
  if (empty()) return Duration{0};
  const auto last =
      std::find_if(slots_.rbegin(), slots_.rend(), [](Slot slot) { return slot > 0; });
  return highest_of(static_cast<std::size_t>(slots_.rend() - last) - 1);
}

template <int kBits>
Duration LogLinearHistogram<kBits>::mean() const {
  if (empty()) return Duration{0};
  double sum = 0;
  for (std::size_t i = 0; i < kSlots; ++i) {
    if (slots_[i] == 0) continue;
    const Duration width = lowest_of(i + 1) - lowest_of(i);
    sum += static_cast<double>((lowest_of(i) + width / 2).count()) * slots_[i];
  }
  return Duration{std::llround(sum / static_cast<double>(count_))};
}

template <int kBits>
std::uint64_t LogLinearHistogram<kBits>::rank(double percentile) const {
  CHECK(percentile >= 0 && percentile <= kWholePercentiles, "percentile {}", percentile);
  // One step down, so that 99.9 % of 1000, which is 999.0000000000001 in binary, ranks 999.
  const double asked = std::nextafter(percentile, 0.0);
  const double position = std::ceil(asked / kWholePercentiles * static_cast<double>(count_));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(position), 1, count_);
}

template <int kBits>
Duration LogLinearHistogram<kBits>::percentile(double percentile) const {
  if (empty()) return Duration{0};
  const std::uint64_t wanted = rank(percentile);
  std::uint64_t passed = 0;
  for (std::size_t i = 0; i < kSlots; ++i) {
    passed += slots_[i];
    if (passed >= wanted) return highest_of(i);
  }
  CHECK(false, "count {} is not the sum of the slots, {}", count_, passed);
  return Duration{0};
}

template <int kBits>
std::uint64_t LogLinearHistogram<kBits>::samples_beyond(double percentile) const {
  return empty() ? 0 : count_ - rank(percentile);
}

template class LogLinearHistogram<11>;
template class LogLinearHistogram<7>;

}  // namespace doorbuster
