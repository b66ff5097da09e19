#include "base/error_counts.h"

#include <algorithm>

namespace doorbuster {
namespace {

bool same_kind(const ErrorCount& a, const ErrorCount& b) {
  return a.store == b.store && a.cause == b.cause && a.code == b.code;
}

}  // namespace

void ErrorCounts::count(const ErrorCount& seen) {
  const auto known = std::find_if(counts_.begin(), counts_.end(),
                                  [&](const ErrorCount& c) { return same_kind(c, seen); });
  if (known != counts_.end()) {
    known->count += seen.count;
  } else if (counts_.size() < kMost) {
    counts_.push_back(seen);
  } else {
    other_ += seen.count;
  }
}

void ErrorCounts::merge(const ErrorCounts& other) {
  for (const ErrorCount& seen : other.counts_) count(seen);
  other_ += other.other_;
}

std::int64_t ErrorCounts::total() const {
  std::int64_t total = other_;
  for (const ErrorCount& kind : counts_) total += kind.count;
  return total;
}

std::vector<ErrorCount> ErrorCounts::most_frequent_first() const {
  std::vector<ErrorCount> sorted = counts_;
  std::sort(sorted.begin(), sorted.end(), [](const ErrorCount& a, const ErrorCount& b) {
    if (a.count != b.count) return a.count > b.count;
    if (a.store != b.store) return a.store < b.store;
    if (a.cause != b.cause) return a.cause < b.cause;
    return a.code < b.code;
  });
  if (other_ > 0) sorted.push_back({Store::none, Cause::system, "other", other_});
  return sorted;
}

}  // namespace doorbuster
