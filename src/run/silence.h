// Sees a store that stopped answering, from the counts of the operations that it was asked.
#pragma once

#include <cstdint>

#include "base/error_counts.h"

namespace doorbuster {

// Operations that nobody answered: an error with a name is an answer.
inline std::int64_t unanswered(const ErrorCounts& errors) {
  std::int64_t sum = 0;
  for (const ErrorCount& error : errors.most_frequent_first()) {
    const bool silent = error.cause == Cause::timed_out || error.cause == Cause::connection_lost ||
                        error.cause == Cause::not_connected;
    if (silent) sum += error.count;
  }
  return sum;
}

// Sees a store that stopped answering: no operation got an answer, second after second.
class Silence {
 public:
  // The counts so far, without those operations that never reached the store, or whose answer never
  // reached the client, because the scenario has it so. True: the store is given up.
  bool lasts(std::int64_t operations, std::int64_t errors) {
    const std::int64_t asked = operations - operations_;
    const std::int64_t failed = errors - errors_;
    operations_ = operations;
    errors_ = errors;
    if (asked > 0) seconds_ = failed >= asked ? seconds_ + 1 : 0;
    return seconds_ >= kGivenUpAfter;
  }

 private:
  static constexpr int kGivenUpAfter = 5;
  std::int64_t operations_ = 0;
  std::int64_t errors_ = 0;
  int seconds_ = 0;
};

}  // namespace doorbuster
