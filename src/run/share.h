// How totals of a scenario are divided over the shards.
#pragma once

namespace doorbuster {

// Shard `index`'s part of `total`; the first ones have the remainder. The parts add up.
template <class Number>
constexpr Number share_of(Number total, int index, int shards) {
  return total / shards + (index < total % shards ? 1 : 0);
}

}  // namespace doorbuster
