// A histogram of durations, log-linear as in HdrHistogram: a slot is never wider than 2^(1-bits) of
// the values in it, so every figure read from it is right to that share. Unit 1 ns, from 0 to
// 2^42-1 ns (73 minutes); below 0 counts as 0, above the top in the top slot.
// Histogram keeps three significant digits in 132 KiB, CoarseHistogram is for a second of a
// series (1.6 %, 9.3 KiB). record() allocates nothing and takes a few nanoseconds. Merging adds
// slots and is exact; a slot stops counting at 2^32-1 (at 100,000 equal samples a second: after 12
// hours). All figures derive from the slots alone, so that a histogram merged, stored or sent is
// worth as much as the original. One thread at a time. Source: Gil Tene, HdrHistogram (public
// domain); the slots are the same as its.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/time.h"

namespace doorbuster {

template <int kBits>  // a power of two of values has 2^(kBits-1) slots
class LogLinearHistogram {
 public:
  using Slot = std::uint32_t;
  static constexpr int kTopBits = 42;
  static constexpr std::uint64_t kHighest = (std::uint64_t{1} << kTopBits) - 1;
  static constexpr std::size_t kSlots = std::size_t{kTopBits - kBits + 2} << (kBits - 1);

  LogLinearHistogram() : slots_(kSlots) {}

  void record(Duration value) {
    const std::size_t at = slot_of(value);
    touched_ |= std::uint64_t{1} << (at / kOctave);
    Slot& slot = slots_[at];
    const bool room = slot != std::numeric_limits<Slot>::max();
    slot += room;
    count_ += room;
  }

  void merge(const LogLinearHistogram& other);
  void clear();

  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

  // Figures of no samples are zero. As in HdrHistogram, min is the lowest and max the highest value
  // that falls in the same slot as the least and the greatest sample; mean takes each sample at
  // mid-slot.
  Duration min() const;
  Duration max() const;
  Duration mean() const;

  // The highest value of the slot that holds the sample of rank ceil(percentile / 100 * count), at
  // least 1. REQUIRES: 0 <= percentile <= 100
  Duration percentile(double percentile) const;
  // How many samples rank above that one: a percentile with fewer than 100 of them says little.
  std::uint64_t samples_beyond(double percentile) const;

  friend bool operator==(const LogLinearHistogram&, const LogLinearHistogram&) = default;

  // The slots themselves, for encoding.
  std::span<const Slot> slots() const { return slots_; }
  static LogLinearHistogram from_slots(std::span<const Slot> slots);  // REQUIRES: at most kSlots

  static std::size_t slot_of(Duration value) {
    const auto whole = value.count() < 0 ? 0 : static_cast<std::uint64_t>(value.count());
    const std::uint64_t v = whole < kHighest ? whole : kHighest;
    const int shift = std::bit_width(v | ((std::uint64_t{1} << kBits) - 1)) - kBits;
    return (static_cast<std::size_t>(shift) << (kBits - 1)) + static_cast<std::size_t>(v >> shift);
  }
  static Duration lowest_of(std::size_t slot);
  static Duration highest_of(std::size_t slot);

 private:
  std::uint64_t rank(double percentile) const;
  static bool add(Slot* __restrict ours, const Slot* __restrict theirs);

  static constexpr std::size_t kOctave = std::size_t{1} << (kBits - 1);  // slots

  std::vector<Slot> slots_;
  std::uint64_t count_ = 0;    // the sum of slots_
  std::uint64_t touched_ = 0;  // bit i: slots_[i * kOctave ...] are not all zero
};

using Histogram = LogLinearHistogram<11>;
using CoarseHistogram = LogLinearHistogram<7>;

extern template class LogLinearHistogram<11>;
extern template class LogLinearHistogram<7>;

}  // namespace doorbuster
