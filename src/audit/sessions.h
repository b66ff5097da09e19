// An item's operations as sessions: those of one buyer together, each session by start. O(n) but
// for the buyers within a bucket; 8 bytes an operation beside what it reads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "audit/properties.h"

namespace doorbuster {

inline std::uint64_t scattered(BuyerId buyer) {
  std::uint64_t x = static_cast<std::uint64_t>(number(buyer)) * 0x9e3779b97f4a7c15U;
  return x ^ (x >> 29);
}

// visit(span of positions) for each session with two or more operations that `wanted` names.
template <class Wanted, class Visit>
void each_session(const ItemHistory& history, Wanted wanted, Visit visit) {
  using Position = OperationIndex::Position;
  std::size_t count = 0;
  for (const Position position : history.operations()) count += wanted(position) ? 1U : 0U;
  const std::size_t buckets = count / 256 + 1;
  const auto bucket_of = [&](Position position) {
    return scattered(history.at(position).buyer) % buckets;
  };
  std::vector<std::size_t> ends(buckets + 1);
  for (const Position position : history.operations()) {
    if (wanted(position)) ++ends[bucket_of(position) + 1];
  }
  for (std::size_t b = 0; b < buckets; ++b) ends[b + 1] += ends[b];
  std::vector<Position> sessions(count);
  for (const Position position : history.operations()) {  // afterwards ends[b] is bucket b's end
    if (wanted(position)) sessions[ends[bucket_of(position)]++] = position;
  }
  std::vector<std::pair<BuyerId, Position>> bucket;
  std::vector<Position> session;
  for (std::size_t b = 0; b < buckets; ++b) {
    bucket.clear();
    for (std::size_t i = b == 0 ? 0 : ends[b - 1]; i < ends[b]; ++i) {
      bucket.emplace_back(history.at(sessions[i]).buyer, sessions[i]);
    }
    std::stable_sort(bucket.begin(), bucket.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    for (auto first = bucket.begin(); first != bucket.end();) {
      session.clear();
      const BuyerId buyer = first->first;
      for (; first != bucket.end() && first->first == buyer; ++first) {
        session.push_back(first->second);
      }
      if (session.size() > 1) visit(std::span<const Position>(session));
    }
  }
}

}  // namespace doorbuster
