// Operations one after the other, in order of their starts, ties by their number: of a file as they
// stream from it (history/operation_stream.h), or of a history in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "history/judged_history.h"

namespace doorbuster {

class OperationSource {
 public:
  virtual ~OperationSource() = default;

  // The next one, valid until the next call; nullptr: there is none (any more).
  virtual const Operation* next() = 0;
};

// The history outlives it and stays as it is; 4 bytes an operation.
class OperationsInMemory final : public OperationSource {
 public:
  explicit OperationsInMemory(const JudgedHistory& history);

  const Operation* next() override {
    return next_ == by_start_.size() ? nullptr : &history_.operations[by_start_[next_++]];
  }

 private:
  const JudgedHistory& history_;
  std::vector<std::uint32_t> by_start_;  // positions
  std::size_t next_ = 0;
};

}  // namespace doorbuster
