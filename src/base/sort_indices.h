// Sorts indices by a 64-bit key of what they stand for, equal keys by index. A comparison sort over
// millions of indices waits for memory at every comparison; here the keys are read a few times in
// the given order, and compared only within buckets that a processor's cache holds. Beside the
// indices it takes as much memory again. Keys that lie very unevenly cost n log n.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace doorbuster {

template <class Key>
void sort_by_pairs(std::span<std::uint32_t> indices, Key key,
                   std::vector<std::pair<std::int64_t, std::uint32_t>>& scratch) {
  scratch.clear();
  for (const std::uint32_t index : indices) scratch.emplace_back(key(index), index);
  std::sort(scratch.begin(), scratch.end());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = scratch[i].second;
}

template <class Key>  // std::int64_t(std::uint32_t index)
void sort_indices(std::span<std::uint32_t> indices, Key key) {
  constexpr std::size_t kBucket = 512;
  if (indices.empty()) return;
  std::int64_t least = key(indices[0]), greatest = least;
  std::pair before{least, indices[0]};
  bool sorted = true;
  for (const std::uint32_t index : indices) {
    const std::pair here{key(index), index};
    sorted = sorted && before <= here;
    before = here;
    least = std::min(least, here.first);
    greatest = std::max(greatest, here.first);
  }
  if (sorted) return;
  std::vector<std::pair<std::int64_t, std::uint32_t>> scratch;
  if (indices.size() <= kBucket) return sort_by_pairs(indices, key, scratch);

  const std::size_t buckets = indices.size() / kBucket + 1;
  const std::uint64_t width =
      (static_cast<std::uint64_t>(greatest) - static_cast<std::uint64_t>(least)) / buckets + 1;
  const auto bucket_of = [&](std::uint32_t index) {
    return (static_cast<std::uint64_t>(key(index)) - static_cast<std::uint64_t>(least)) / width;
  };
  std::vector<std::size_t> begins(buckets + 1);
  for (const std::uint32_t index : indices) ++begins[bucket_of(index) + 1];
  for (std::size_t b = 0; b < buckets; ++b) begins[b + 1] += begins[b];
  std::vector<std::uint32_t> scattered(indices.size());
  std::vector<std::size_t> next(begins.begin(), begins.end() - 1);
  for (const std::uint32_t index : indices) scattered[next[bucket_of(index)]++] = index;
  for (std::size_t b = 0; b < buckets; ++b) {
    sort_by_pairs(std::span(scattered).subspan(begins[b], begins[b + 1] - begins[b]), key, scratch);
  }
  std::copy(scattered.begin(), scattered.end(), indices.begin());
}

}  // namespace doorbuster
